import ArgumentParser
import PublishedFormats

/// The command `verdict schema`.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the formats of requests and files, for editors and code generators.",
        subcommands: [SchemaPrintCommand.self, SchemaListCommand.self])
}

/// The command `verdict schema print`.
struct SchemaPrintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print", abstract: "Print a format: an OpenAPI document or a JSON Schema.")

    @Argument(help: ArgumentHelp("Which one; `verdict schema list` says what they are.", valueName: "kind"))
    var kind: PublishedFormat

    func run() {
        // The document ends its last line itself, and printing ends a line as well.
        Console.print(Array(kind.bytes.dropLast()))
    }
}

/// The command `verdict schema list`.
struct SchemaListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Name the formats.")

    func run() {
        let width = PublishedFormat.allCases.map(\.rawValue.utf8.count).max() ?? 0
        for format in PublishedFormat.allCases {
            let padding = String(repeating: " ", count: width - format.rawValue.utf8.count)
            Console.print("\(format.rawValue)\(padding)  \(format.summary)")
        }
    }
}

extension PublishedFormat: ExpressibleByArgument {}
