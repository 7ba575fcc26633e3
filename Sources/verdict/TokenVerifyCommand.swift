import ArgumentParser
import CedarModel
import CedarSyntax
import Documents
import Foundation
import Gateways
import Identity
import IssuerKeys
import JOSE
import OpenIDConnect
import StrictJSON

extension TokenCommand {
    /// The command `verdict token verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Verify a token for a tenant, and show each check.",
            discussion: """
                Reads `oidc` and `claims` of the tenant's file. Keys that the file does not hold are fetched, unless \
                `--keys` gives them. Exits with 0 when the token is accepted, 1 when it is refused or cannot be \
                judged, 3 when the input is invalid.
                """)

        @Option(help: ArgumentHelp("The folder of the application.", valueName: "dir"))
        var bundle: String

        @Option(help: ArgumentHelp("The tenant.", valueName: "id"))
        var tenant: String

        @Argument(help: ArgumentHelp("A file with the token; `-` reads standard input.", valueName: "file"))
        var token: String

        @Option(help: ArgumentHelp("The time, as `2026-11-21T10:00:00Z`; now by default.", valueName: "time"))
        var now: String?

        @Option(help: ArgumentHelp("A key set to use for issuers whose keys would be fetched.", valueName: "file"))
        var keys: String?

        @Option(help: ArgumentHelp("A DPoP proof; needs `--method` and `--url`.", valueName: "file"))
        var dpop: String?

        @Option(help: ArgumentHelp("The method of the request that the proof is for.", valueName: "name"))
        var method: String?

        @Option(help: ArgumentHelp("The address of the request that the proof is for.", valueName: "url"))
        var url: String?

        @Option(help: ArgumentHelp("The client's certificate, in DER.", valueName: "file"))
        var clientCertificate: String?

        @Flag(help: "Fetch keys from this machine and over plain HTTP as well.")
        var allowLoopback = false

        @Flag(help: "Fetch keys from private networks as well.")
        var allowPrivateNetworks = false

        func validate() throws {
            guard dpop == nil || method != nil && url != nil else {
                throw ValidationError("`--dpop` needs `--method` and `--url`")
            }
            let isName = tenant.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") && $0 >= 0x20 }
            guard isName, !tenant.hasPrefix(".") else { throw ValidationError("`--tenant` is the id of a tenant") }
        }

        func run() async throws {
            let instant = try self.instant()
            let trust = try self.trust()
            let credentials = try self.credentials()
            let trace = VerificationTrace()
            let outcome: Result<VerifiedSubject, VerificationFailure>
            do throws(VerificationFailure) {
                let verifier = TokenVerifier(keySource: try await keySource(trust), cache: nil)
                outcome = .success(try verifier.verify(credentials, for: trust, at: instant, trace: trace))
            } catch {
                outcome = .failure(error)
            }
            for check in VerificationTrace.Check.allCases {
                let word =
                    trace.passed.contains(check) ? "passed" : check == trace.failed ? "failed" : "not reached"
                Console.print("\(check.description): \(word)")
            }
            switch outcome {
            case .success(let subject): show(subject)
            case .failure(let failure):
                Console.print("\(failure.disposition.rawValue): \(failure.code.rawValue)")
                Console.print("  \(TokenFile.shown(failure.detail))")
                throw ExitStatus.negative
            }
        }

        // MARK: - Input

        private func instant() throws -> Datetime {
            guard let now else { return SystemClock.now() }
            guard let parsed = Datetime(rfc3339: now) else {
                throw ValidationError("`--now` must be a time such as `2026-11-21T10:00:00Z`")
            }
            return parsed
        }

        private func trust() throws -> TenantTrust {
            let file = try InputFile.read("\(bundle)/tenants/\(tenant).yaml")
            let (root, findings) = DocumentParser.parseYAML(file)
            let diagnostics = DiagnosticCollector()
            diagnostics.append(findings)
            func section(_ name: String) -> DocumentNode? {
                root?.members?.first { CedarString($0.key.value) == CedarString(name) }?.value
            }
            let trust = TenantTrust.read(
                tenant: tenant, oidc: section("oidc"), claims: section("claims"), keyFile: keyFile, into: diagnostics)
            Console.show(diagnostics.diagnostics)
            guard !diagnostics.hasErrors else { throw ExitStatus.invalidInput }
            guard let trust else {
                Console.error("error: the tenant `\(tenant)` trusts no issuer: its file has no `oidc`")
                throw ExitStatus.invalidInput
            }
            return trust
        }

        /// A file of the application; nothing outside of it.
        private func keyFile(_ name: String) -> [UInt8]? {
            guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { return nil }
            return FileManager.default.contents(atPath: "\(bundle)/\(name)").map { Array($0) }
        }

        private func credentials() throws -> PresentedCredentials {
            var credentials = PresentedCredentials(.init(type: "jwt", value: try TokenFile.read(token)))
            if let dpop, let method, let url {
                credentials.proof = PresentedCredentials.Proof(
                    value: try TokenFile.read(dpop), method: method, url: url)
            }
            credentials.clientCertificate = try clientCertificate.map { try InputFile.read($0).bytes }
            return credentials
        }

        /// The keys: from the file that is given, or fetched now; a command may wait where a server does not.
        private func keySource(_ trust: TenantTrust) async throws(VerificationFailure) -> any KeySource {
            if let keys {
                do {
                    return GivenKeys(KeySetSnapshot(try JSONWebKeySet(parsing: try InputFile.read(keys).bytes)))
                } catch {
                    throw VerificationFailure(
                        .keysUnavailable, "the file of `--keys` cannot be used: \(error)", disposition: .indeterminate)
                }
            }
            var policy = KeyFetchPolicy()
            policy.allowsLoopback = allowLoopback
            policy.allowsPrivateNetworks = allowPrivateNetworks
            let fetcher = HTTPKeyFetcher(policy: policy)
            let cache = KeySetCache(fetcher: fetcher, policy: policy)
            cache.retain([trust])
            await cache.refreshDue()
            await fetcher.shutdown()
            return cache
        }

        // MARK: - Output

        private func show(_ subject: VerifiedSubject) {
            Console.print("accepted")
            Console.print("  principal: \(subject.principalType) \(TokenFile.shown(subject.principalID.text))")
            for field in subject.attributes.fields {
                Console.print(
                    "  attribute \(TokenFile.shown(field.key.text)): \(TokenFile.shown(field.value.description))")
            }
            Console.print("  roles: \(names(subject.roles))")
            Console.print("  groups: \(names(subject.groups))")
            Console.print("  context: \(TokenFile.shown(subject.contextValue.description))")
        }

        private func names(_ names: MappedNames) -> String {
            switch names {
            case .known(let names): names.isEmpty ? "none" : TokenFile.shown(names.map(\.text).joined(separator: ", "))
            case .unknown(let reason): "unknown, as \(reason)"
            }
        }
    }
}

/// Keys that the command line gives, the same for every issuer.
private struct GivenKeys: KeySource {
    let snapshot: KeySetSnapshot

    init(_ snapshot: KeySetSnapshot) { self.snapshot = snapshot }

    func keys(of issuer: TrustedIssuer) -> KeySetState { .available(snapshot) }

    func search(for keyID: [UInt8]?, of issuer: TrustedIssuer, beyond snapshot: KeySetSnapshot) -> KeySearch { .absent }
}
