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

/// The command `verdict token`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Look into a token, or verify it as the server would.",
        discussion: """
            Tokens are read from a file or from standard input, never from the command line, where other users of the \
            machine could see them.
            """,
        subcommands: [Inspect.self, Verify.self])

    /// The command `verdict token inspect`.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "Show the header and the claims of a token without verifying it.",
            discussion: "The signature is left out, so that what is shown cannot be used as a token.")

        @Argument(help: ArgumentHelp("A file with the token; `-` reads standard input.", valueName: "file"))
        var token: String

        func run() throws {
            let bytes = try TokenFile.read(token)
            let parsed: CompactJWS
            do {
                parsed = try CompactJWS(parsing: bytes, limits: TokenFile.limits)
            } catch {
                Console.error("error[\(error.code.rawValue)]: \(error.detail)")
                throw ExitStatus.invalidInput
            }
            Console.print("not verified: anybody can have written this")
            Console.print("header")
            Console.print("  alg: \(TokenFile.shown(parsed.header.algorithmName))")
            if let type = parsed.header.type { Console.print("  typ: \(TokenFile.shown(type))") }
            if parsed.header.keyID != nil { Console.print("  kid: \(parsed.header.shownKeyID)") }
            Console.print("claims")
            do {
                let claims = try TokenObject.parse(parsed.payload, limits: TokenFile.limits, maximumMembers: 1_024)
                for member in claims.members { Console.print("  " + TokenFile.line(member)) }
            } catch {
                Console.error("error[claims.malformed]: the payload cannot be read: \(error.reason)")
                throw ExitStatus.invalidInput
            }
            Console.print("signature: \(parsed.signature.count) bytes")
        }
    }
}

/// Tokens from files, and their parts for terminals.
enum TokenFile {
    /// Bounds for people who look at a token that a server refuses as too large.
    static let limits = JWSLimits(maximumTokenBytes: 64 << 10, maximumHeaderBytes: 16 << 10)

    /// Reads a token; one line end behind it belongs to the file.
    static func read(_ path: String) throws -> [UInt8] {
        var bytes = try InputFile.read(path).bytes
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return bytes
    }

    /// A text without anything that changes how a terminal shows the rest.
    static func shown(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                "\\u{" + String(scalar.value, radix: 16) + "}"
            default: String(scalar)
            }
        }.joined()
    }

    /// A claim, times with what they mean.
    static func line(_ member: JSONMember) -> String {
        let text = "\(shown(member.key)): \(shown(String(decoding: member.value.rawBytes, as: UTF8.self)))"
        let isTime = ["exp", "nbf", "iat", "auth_time"].contains { member.keyEquals($0) }
        guard isTime, let milliseconds = NumericDate.milliseconds(of: member.value),
            milliseconds.magnitude < 253_402_300_800_000
        else { return text }
        return text + "  (\(Datetime(milliseconds: milliseconds)))"
    }
}
