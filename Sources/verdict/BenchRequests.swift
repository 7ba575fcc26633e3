import ArgumentParser
import CedarSyntax
import StrictJSON

/// The requests that a measurement sends.
struct BenchRequestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Bodies of requests: a JSON array, or one body a line; `-` reads standard input.", valueName: "file"))
    var requests: String

    @Option(help: ArgumentHelp("The application that the requests are to.", valueName: "name"))
    var application: String?

    @Option(help: ArgumentHelp("The tenant that the requests are to.", valueName: "id"))
    var tenant: String?

    @Option(help: ArgumentHelp("What the bodies are for.", valueName: "decide|evaluation"))
    var endpoint = BenchEndpoint.decide

    /// The header fields of every request.
    var headers: [(String, String)] {
        var headers = [("Content-Type", "application/json")]
        if let application { headers.append(("X-Verdict-Application", application)) }
        if let tenant { headers.append(("X-Scope-OrgID", tenant)) }
        return headers
    }

    /// Reads the bodies.
    /// - Throws: ``ExitStatus/invalidInput`` when there are none.
    func bodies() throws -> [[UInt8]] {
        let bodies = Self.split(try InputFile.read(requests).bytes)
        guard !bodies.isEmpty else {
            Console.error("error: `\(requests)` holds no requests")
            throw ExitStatus.invalidInput
        }
        return bodies
    }

    /// The bodies in a text: the elements of an array, or its lines.
    ///
    /// Lines are taken as they are, so that requests with mistakes can be measured too.
    static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        if let document = try? JSONDocument(parsing: bytes, limits: .bundle), document.root.kind == .array {
            return document.root.elements.map { Array($0.rawBytes) }
        }
        return bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map(Array.init)
    }
}
