import ArgumentParser
import CedarSyntax
import Foundation

/// The command `verdict format`.
struct FormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "format", abstract: "Write policies in one layout.",
        discussion: """
            Prints the formatted policies unless `--write` or `--check` is given. Comments are kept. A file with \
            errors is left as it is. Exits with 0 on success, 1 when `--check` finds files that would change, 3 for \
            files with errors.
            """)

    @Flag(help: "Only list the files that would change.")
    var check = false

    @Flag(help: "Write the result into the files, and list those that changed.")
    var write = false

    @Option(help: ArgumentHelp("The width that lines keep to where they can.", valueName: "columns"))
    var width = 80

    @Option(help: ArgumentHelp("The indentation of a level.", valueName: "columns"))
    var indent = 2

    @Argument(help: ArgumentHelp("Policy files, folders of them, or `-` for standard input.", valueName: "file"))
    var files: [String]

    func validate() throws {
        guard !check || !write else { throw ValidationError("give either `--check` or `--write`") }
        guard (1...1000).contains(width) else { throw ValidationError("`--width` must be 1 to 1000") }
        guard (0...16).contains(indent) else { throw ValidationError("`--indent` must be 0 to 16") }
        guard !write || !files.contains(InputFile.standardInput) else {
            throw ValidationError("`--write` needs files, not standard input")
        }
    }

    func run() throws {
        let formatter = PolicyFormatter(width: width, indent: indent)
        var diagnostics: [Diagnostic] = []
        var hasFailed = false
        var hasChanges = false
        for path in InputFile.expand(files, extension: "cedar") {
            guard let file = try? InputFile.read(path) else {
                hasFailed = true
                continue
            }
            let formatted = formatter.format(file)
            diagnostics += formatted.diagnostics
            guard let bytes = formatted.bytes else { continue }
            if check || write {
                guard bytes != file.bytes else { continue }
                hasChanges = true
                if check || replace(path, with: bytes) { Console.print(file.name) } else { hasFailed = true }
            } else {
                Console.write(bytes)
            }
        }
        Console.show(diagnostics)
        if hasFailed || !diagnostics.isEmpty { throw ExitStatus.invalidInput }
        if check, hasChanges { throw ExitStatus.negative }
    }

    /// Replaces a file as a whole, so that nobody ever reads half of it.
    ///
    /// Keeps its permissions.
    private func replace(_ path: String, with bytes: [UInt8]) -> Bool {
        // A link stays a link: what it points to is replaced.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let permissions = (try? FileManager.default.attributesOfItem(atPath: target.path))?[.posixPermissions]
        do {
            try Data(bytes).write(to: target, options: .atomic)
            if let permissions {
                try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: target.path)
            }
            return true
        } catch {
            Console.error("error: `\(path)` cannot be written")
            return false
        }
    }
}
