import ArgumentParser
import CedarSyntax
import PublishedFormats

/// The command `verdict explain-code`.
struct ExplainCodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain-code", abstract: "Explain the code of a finding, with a wrong and a right example.",
        discussion: "Without a code, or with `--list`, prints all codes with a line about each.")

    @Flag(help: "Print all codes with a line about each.")
    var list = false

    @Argument(help: ArgumentHelp("The code, as in `V1203`.", valueName: "code"))
    var code: String?

    func run() throws {
        guard let code, !list else {
            for page in DiagnosticPage.all { Console.print("\(page.code)  \(page.title)") }
            return
        }
        if let page = Self.page(code) {
            Console.write(page.bytes)
            return
        }
        Console.error("error: there is no code `\(code)`")
        let suggestion = Self.suggestion(for: code)
        Console.error("help: \(suggestion ?? "`verdict explain-code --list` prints all codes")")
        throw ExitStatus.usage
    }

    /// What may have been meant: of numbers the nearest, for codes of one kind are numbered together.
    private static func suggestion(for code: String) -> String? {
        guard let number = number(code) else {
            return Suggestion.sentence(for: code.uppercased(), among: DiagnosticPage.all.map(\.code))
        }
        let nearest = DiagnosticPage.all.min { abs($0.number - number) < abs($1.number - number) }
        return nearest.map { "did you mean `\($0.code)`?" }
    }

    /// The page of a code, which people may write without its `V` or in lower case.
    private static func page(_ code: String) -> DiagnosticPage? { number(code).flatMap(DiagnosticPage.page) }

    private static func number(_ code: String) -> Int? {
        let digits = code.utf8.first == 0x56 || code.utf8.first == 0x76 ? code.utf8.dropFirst() : code.utf8[...]
        guard digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
