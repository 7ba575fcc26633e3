import ArgumentParser
import CedarSchema
import CedarSyntax
import StrictJSON

/// The command `verdict translate`.
struct TranslateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "translate", abstract: "Translate between Cedar text and Cedar's JSON formats.",
        discussion: """
            Comments are lost in JSON. Policies of a text get the ids `policy0`, `policy1` and so on; the ids of \
            policies in JSON are lost in text. Exits with 3 for a file with errors, or one that the other format \
            cannot express.
            """)

    @Option(help: ArgumentHelp("The format of the file.", valueName: "cedar|json"))
    var from: Notation

    @Option(help: ArgumentHelp("The format to print.", valueName: "cedar|json"))
    var to: Notation

    @Option(help: ArgumentHelp("What the file holds.", valueName: "policies|schema"))
    var kind = Kind.policies

    @Argument(help: ArgumentHelp("The file, or `-` for standard input.", valueName: "file"))
    var file: String

    /// The two formats of everything in Cedar.
    enum Notation: String, ExpressibleByArgument, CaseIterable {
        case cedar, json
    }

    /// What can be translated.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case policies, schema

        /// The translation from one format into the other one.
        func translation(from notation: Notation) -> (SourceFile) -> Translation {
            switch (self, notation) {
            case (.policies, .cedar): Translation.policiesToJSON
            case (.policies, .json): Translation.policiesToCedar
            case (.schema, .cedar): Translation.schemaToJSON
            case (.schema, .json): Translation.schemaToCedar
            }
        }
    }

    func validate() throws {
        guard from != to else { throw ValidationError("`--from` and `--to` must differ") }
    }

    func run() throws {
        let translation = kind.translation(from: from)(try InputFile.read(file))
        Console.show(translation.diagnostics)
        guard let bytes = translation.bytes else { throw ExitStatus.invalidInput }
        Console.write(bytes)
    }
}

/// What a translation gave.
struct Translation {
    /// The text in the other format, with a line end; `nil` when there are errors.
    var bytes: [UInt8]?

    /// The findings about the file.
    var diagnostics: [Diagnostic]

    /// Translates policy text into one object of all its policies.
    static func policiesToJSON(_ file: SourceFile) -> Translation {
        let parsed = PolicyParser.parse(file)
        guard parsed.diagnostics.isEmpty else { return Translation(diagnostics: parsed.diagnostics) }
        var writer = JSONWriter()
        writer.policies(PolicyCollection(policies: parsed.policies))
        return Translation(bytes: writer.bytes + [0x0A], diagnostics: [])
    }

    /// Translates a schema in Cedar syntax into JSON, name by name as it is written.
    static func schemaToJSON(_ file: SourceFile) -> Translation {
        let parsed = SchemaTextParser.parse(file)
        guard !parsed.diagnostics.contains(where: { $0.severity == .error }) else {
            return Translation(diagnostics: parsed.diagnostics)
        }
        return Translation(
            bytes: Array(SchemaJSONWriter.json(parsed.fragment, pretty: true).utf8) + [0x0A],
            diagnostics: parsed.diagnostics)
    }

    /// Translates a schema in JSON into Cedar syntax.
    static func schemaToCedar(_ file: SourceFile) -> Translation {
        let parsed = SchemaJSONReader.read(file)
        guard !parsed.diagnostics.contains(where: { $0.severity == .error }) else {
            return Translation(diagnostics: parsed.diagnostics)
        }
        let written = SchemaTextWriter.text(parsed.fragment)
        return Translation(
            bytes: written.text.map { Array($0.utf8) }, diagnostics: parsed.diagnostics + written.diagnostics)
    }

    /// Translates policies in JSON into formatted text.
    static func policiesToCedar(_ file: SourceFile) -> Translation {
        let parsed = PolicyJSONReader.parse(file)
        guard let collection = parsed.collection else { return Translation(diagnostics: parsed.diagnostics) }
        do {
            let text = try PolicyTextWriter.text(of: collection)
            let formatted = PolicyFormatter().format(SourceFile(name: file.name, text: text))
            return Translation(bytes: formatted.bytes, diagnostics: formatted.diagnostics)
        } catch {
            return Translation(diagnostics: [error])
        }
    }
}
