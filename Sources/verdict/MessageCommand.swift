import ArgumentParser
import CedarModel
import CedarSyntax
import Gateways
import Identity
import SAML

/// The command `verdict saml`.
struct MessageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saml", abstract: "Look into a SAML message or metadata, or verify a message as the server would.",
        discussion: """
            Messages are read from a file or from standard input, never from the command line, where other users of \
            the machine could see them: as XML, or as the base64 that requests carry.
            """,
        subcommands: [Inspect.self, VerifyMessage.self, ShowMetadata.self])

    /// The command `verdict saml inspect`.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "Show the elements of a message without verifying it.",
            discussion: "Signature values, keys and encrypted content are left out.")

        @Argument(help: ArgumentHelp("A file with the message; `-` reads standard input.", valueName: "file"))
        var message: String

        func run() throws {
            do {
                let outline = try MessageOutline(of: try MessageFile.read(message))
                Console.print("not verified: anybody can have written this")
                for line in outline.lines { Console.print(TokenFile.shown(line)) }
            } catch let failure as VerificationFailure {
                Console.error("error[\(failure.code.rawValue)]: \(TokenFile.shown(failure.detail))")
                throw ExitStatus.invalidInput
            }
        }
    }

    /// The command `verdict saml metadata`.
    struct ShowMetadata: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "metadata", abstract: "Show the identity providers of SAML metadata and their certificates.",
            discussion: """
                Exits with 0 when every certificate can be used, 1 when one is too weak or not valid now, 3 when the \
                metadata cannot be read, has expired, or is not signed as `--signed-by` demands.
                """)

        @Argument(help: ArgumentHelp("A file with metadata; `-` reads standard input.", valueName: "file"))
        var metadata: String

        @Option(
            help: ArgumentHelp("The certificate, in PEM, of whom the metadata must be signed by.", valueName: "file"))
        var signedBy: String?

        @Option(help: ArgumentHelp("The time, as `2026-11-21T10:00:00Z`; now by default.", valueName: "time"))
        var now: String?

        func run() throws {
            let instant = try InputTime.instant(now)
            var keys: [PublicKey]?
            if let signedBy {
                let certificates = CertificateText.read(try InputFile.read(signedBy).bytes) ?? []
                keys = certificates.compactMap { PublicKey(certificate: $0) }
            }
            let found: Metadata
            do {
                found = try Metadata(
                    parsing: try InputFile.read(metadata).bytes, signedBy: keys, at: instant.milliseconds)
            } catch let failure as VerificationFailure {
                Console.error("error[\(failure.code.rawValue)]: \(TokenFile.shown(failure.detail))")
                throw ExitStatus.invalidInput
            }
            Console.print(found.isSigned ? "the signature is right" : "not signed, or the signature was not looked at")
            var isUsable = true
            var isCurrent = true
            for provider in found.providers {
                Console.print(TokenFile.shown(provider.entityID.text))
                if let end = provider.validUntil {
                    let ended = end <= instant.milliseconds
                    Console.print("  valid until \(Datetime(milliseconds: end))\(ended ? ", which has passed" : "")")
                    if ended { isCurrent = false }
                }
                for address in provider.signInAddresses {
                    Console.print("  sign-in at \(TokenFile.shown(address.text))")
                }
                for certificate in provider.certificates where !show(certificate, instant) { isUsable = false }
                if provider.certificates.isEmpty { isUsable = false }
            }
            if !isCurrent { throw ExitStatus.invalidInput }
            if !isUsable { throw ExitStatus.negative }
        }

        /// Shows a certificate.
        /// - Returns: whether it can be used.
        private func show(_ der: [UInt8], _ instant: Datetime) -> Bool {
            guard let key = PublicKey(certificate: der) else {
                Console.print("  certificate that cannot be used: neither RSA nor on an elliptic curve")
                return false
            }
            let facts = key.facts
            var line = "  certificate \(facts.thumbprintText): \(facts.kind.rawValue) \(facts.bits)"
            if let validity = facts.validity {
                line += ", until \(Datetime(milliseconds: validity.notAfter * 1_000))"
            }
            let isStrong = facts.isStrong(minimumRSABits: 2_048)
            let isCurrent = facts.isCurrent(at: instant.milliseconds)
            Console.print(line + (isStrong ? "" : ", too weak") + (isCurrent ? "" : ", not valid now"))
            return isStrong && isCurrent
        }
    }
}

/// Messages from files.
enum MessageFile {
    /// Reads a message: XML, or the base64 or base64url that carries it.
    static func read(_ path: String) throws -> [UInt8] {
        let bytes = try InputFile.read(path).bytes
        let first = bytes.first { $0 > 0x20 && $0 < 0x80 }
        if first == UInt8(ascii: "<") { return bytes }
        var text = bytes
        while let last = text.last, last <= 0x20 { text.removeLast() }
        guard let message = SAMLBase64.decode(text) ?? SAMLBase64.decodeURL(text) else {
            Console.error("error: `\(path)` is neither XML nor base64")
            throw ExitStatus.invalidInput
        }
        return message
    }
}
