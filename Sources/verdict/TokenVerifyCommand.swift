import ArgumentParser
import CedarModel
import CedarSyntax
import Gateways
import Identity
import JOSE
import OpenIDConnect
import PolicyBundles

extension TokenCommand {
    /// The command `verdict token verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Verify a token for a tenant, and show each check.",
            discussion: """
                The tenant's file says whom it trusts, in `oidc` and `claims`. Keys that it does not hold are fetched, unless \
                `--keys` gives them. Exits with 0 when the token is accepted, 1 when it is refused or cannot be \
                judged, 3 when the input is invalid.
                """)

        @OptionGroup var subject: TenantOptions

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

        @OptionGroup var issuers: IssuerOptions

        func validate() throws {
            guard dpop == nil || method != nil && url != nil else {
                throw ValidationError("`--dpop` needs `--method` and `--url`")
            }
        }

        func run() async throws {
            let instant = try InputTime.instant(now)
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
            case .success(let subject): Console.show(subject)
            case .failure(let failure):
                Console.print("\(failure.disposition.rawValue): \(failure.code.rawValue)")
                Console.print("  \(TokenFile.shown(failure.detail))")
                throw ExitStatus.negative
            }
        }

        // MARK: - Input

        private func trust() throws -> TenantTrust {
            guard let trust = try subject.trust() else {
                Console.error("error: the tenant `\(subject.tenant)` trusts no issuer: its file has no `oidc`")
                throw ExitStatus.invalidInput
            }
            return trust
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
            return await issuers.fetchedKeys(of: trust)
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
