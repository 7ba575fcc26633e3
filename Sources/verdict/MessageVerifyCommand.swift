import ArgumentParser
import CedarModel
import CedarSyntax
import Gateways
import Identity
import OpenIDConnect
import PolicyBundles
import SAML

extension MessageCommand {
    /// The command `verdict saml verify`.
    struct VerifyMessage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Verify a SAML message for a tenant.",
            discussion: """
                The tenant's file says whom it trusts, in `saml` and `claims`; metadata with an address is fetched. A \
                message that was used before is not \
                noticed: that takes a server. Exits with 0 when the message is accepted, 1 when it is refused, 3 when \
                the input is invalid.
                """)

        @OptionGroup var subject: TenantOptions

        @OptionGroup var issuers: IssuerOptions

        @Argument(help: ArgumentHelp("A file with the message; `-` reads standard input.", valueName: "file"))
        var message: String

        @Option(help: ArgumentHelp("The time, as `2026-11-21T10:00:00Z`; now by default.", valueName: "time"))
        var now: String?

        @Option(help: ArgumentHelp("The id of the request that the message must answer.", valueName: "id"))
        var requestID: String?

        @Flag(help: "The message must answer no request.")
        var unsolicited = false

        @Option(help: ArgumentHelp("The recipient, one of the tenant's.", valueName: "url"))
        var recipient: String?

        @Option(help: ArgumentHelp("The audience, one of the tenant's.", valueName: "id"))
        var audience: String?

        @Option(help: ArgumentHelp("The client's certificate, in DER.", valueName: "file"))
        var clientCertificate: String?

        func run() async throws {
            let instant = try InputTime.instant(now)
            let tenant = try self.trust()
            let keys = await issuers.fetchedKeys(of: tenant)
            let bytes = try MessageFile.read(message)
            let verifier = SAMLVerifier(
                replays: LocalAssertionReplays(since: Datetime(milliseconds: .min)), cache: nil, metadata: keys)
            do throws(VerificationFailure) {
                let binding = try MessageOutline(of: bytes).binding
                let value =
                    binding == .response
                    ? SAMLBase64.encode(bytes)
                    : SAMLBase64.encodeURL(bytes)
                var credentials = PresentedCredentials(
                    .init(type: binding == .response ? "saml_response" : "saml_assertion", value: Array(value.utf8)))
                credentials.samlExpectations.requestID = requestID.map { CedarString($0) }
                credentials.samlExpectations.isUnsolicited = unsolicited
                credentials.samlExpectations.recipient = recipient.map { CedarString($0) }
                credentials.samlExpectations.audience = audience.map { CedarString($0) }
                credentials.clientCertificate = try certificate()
                Console.show(try verifier.verify(credentials, for: tenant, at: instant))
            } catch {
                Console.print("\(error.disposition.rawValue): \(error.code.rawValue)")
                Console.print("  \(TokenFile.shown(error.detail))")
                throw ExitStatus.negative
            }
        }

        private func certificate() throws(VerificationFailure) -> [UInt8]? {
            guard let clientCertificate else { return nil }
            do {
                return try InputFile.read(clientCertificate).bytes
            } catch {
                throw VerificationFailure(.combination, "the client's certificate cannot be read")
            }
        }

        private func trust() throws -> TenantTrust {
            guard let trust = try subject.trust(), trust.saml != nil else {
                Console.error(
                    "error: the tenant `\(subject.tenant)` trusts no identity provider: its file has no `saml`")
                throw ExitStatus.invalidInput
            }
            return trust
        }
    }
}
