import Foundation
import SAMLMessages

/// Writes freshly minted SAML messages of every family into a folder: `MessageMint FOLDER`.
@main
struct Main {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            FileHandle.standardError.write(Data("usage: MessageMint FOLDER\n".utf8))
            exit(2)
        }
        let now = Int64(Date().timeIntervalSince1970) * 1_000
        try Mint(now: now).write(to: URL(fileURLWithPath: CommandLine.arguments[1], isDirectory: true))
    }
}
