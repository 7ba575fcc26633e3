import CedarSyntax
import Foundation
import StrictJSON

/// A test of the corpus as a file, with those that lie beside it or that it names.
struct CorpusTestFile: Sendable {
    let set: CorpusSet
    let url: URL

    /// The folder of the set.
    let folder: URL

    /// What the names of files end in that belong to a test but are none.
    static let companions = [
        ".entities.json", ".cedarschema.json", ".validation.json", ".parsing.json", ".policies.json",
    ]

    /// The path below the folder of the set, without the ending.
    var id: String {
        let path = url.deletingPathExtension().path
        return path.hasPrefix(folder.path + "/") ? String(path.dropFirst(folder.path.count + 1)) : path
    }

    /// The content of the test itself.
    func document() throws -> JSONDocument { try Self.document(url) }

    /// The content of a file beside the test, with the same name but another ending; `nil` when there is none.
    func companion(_ ending: String) throws -> JSONDocument? {
        let file = companionURL(ending)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return try Self.document(file)
    }

    /// A file beside the test, with the same name but another ending.
    func companionURL(_ ending: String) -> URL {
        let base = url.deletingPathExtension().lastPathComponent
        return url.deletingLastPathComponent().appendingPathComponent(base + ending)
    }

    /// A file that the test names by a path.
    ///
    /// Paths start from the folder that holds the set, or another one on the way to the test; failing that, the file
    /// lies beside the test under its base name.
    func resolve(_ path: String) throws -> URL {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if !parts.contains(where: { $0.isEmpty || $0 == ".." }) {
            var start = url.deletingLastPathComponent()
            let last = folder.deletingLastPathComponent()
            while start.path.hasPrefix(last.path) {
                let candidate = start.appendingPathComponent(path)
                if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
                if start.path == last.path { break }
                start = start.deletingLastPathComponent()
            }
        }
        let name = parts.last.map(String.init) ?? path
        let beside = url.deletingLastPathComponent().appendingPathComponent(name)
        guard !name.isEmpty, name != "..", FileManager.default.fileExists(atPath: beside.path) else {
            throw CorpusError("`\(path)` is not there")
        }
        return beside
    }

    /// A file as source text under its base name.
    static func source(_ file: URL) throws -> SourceFile {
        SourceFile(name: file.lastPathComponent, bytes: Array(try Data(contentsOf: file)))
    }

    /// A file as JSON.
    static func document(_ file: URL) throws -> JSONDocument {
        try JSONDocument(parsing: Array(try Data(contentsOf: file)), limits: .bundle)
    }
}
