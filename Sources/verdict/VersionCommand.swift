import ArgumentParser
import StrictJSON

/// The command `verdict version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the versions of the program and of the Cedar language.")

    @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
    var format = OutputFormat.text

    func run() {
        switch format {
        case .text: Console.print("verdict \(Self.program) (Cedar language \(Self.cedarLanguage))")
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("verdict")
            writer.string(Self.program)
            writer.key("cedar_language")
            writer.string(Self.cedarLanguage)
            writer.endObject()
            Console.print(writer.bytes)
        }
    }

    /// The version of the program.
    static let program = "0.1.0"

    /// The version of the Cedar language that policies are written in.
    static let cedarLanguage = "4.5"
}

/// How a command prints its result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}
