import CedarSyntax
import Foundation

/// Files that a command line names.
enum InputFile {
    /// The name that stands for standard input on the command line.
    static let standardInput = "-"

    /// Reads a file, or standard input for `-`.
    ///
    /// A file that cannot be read is shown as an error. - Throws: ``ExitStatus/invalidInput``.
    static func read(_ path: String) throws -> SourceFile {
        if path == standardInput {
            return SourceFile(name: "<stdin>", bytes: Array(FileHandle.standardInput.readDataToEndOfFile()))
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            Console.error("error: `\(path)` cannot be read")
            throw ExitStatus.invalidInput
        }
        return SourceFile(name: path, bytes: Array(data))
    }

    /// The files that paths stand for: files as they are, and of folders all files below with an extension, by name.
    ///
    /// Hidden files and what symbolic links of a folder point to are left out.
    static func expand(_ paths: [String], extension suffix: String) -> [String] {
        paths.flatMap { path -> [String] in
            var isFolder: ObjCBool = false
            // Safe: the variable outlives the call, which only stores a boolean in it.
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                return [path]
            }
            let folder = URL(fileURLWithPath: path, isDirectory: true)
            let enumerator = FileManager.default.enumerator(
                at: folder, includingPropertiesForKeys: [.isRegularFileKey], options: [.skipsHiddenFiles])
            let files = (enumerator?.compactMap { $0 as? URL } ?? []).filter {
                $0.pathExtension == suffix
                    && (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
            }
            let prefix = folder.standardizedFileURL.path
            let base = path.hasSuffix("/") ? String(path.dropLast()) : path
            return files.map { base + $0.standardizedFileURL.path.dropFirst(prefix.count) }.sorted()
        }
    }
}
