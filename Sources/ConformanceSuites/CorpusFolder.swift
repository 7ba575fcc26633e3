package import Foundation

/// A folder with conformance sets, unpacked where they come as archives.
///
/// Understands an unpacked corpus, a checkout of the public corpus repository, and a folder that holds either as
/// `.tar.xz` or `.tar.gz`. Archives are unpacked side by side into one temporary folder, so that tests and verdicts
/// that come apart meet; it lives as long as this value.
package final class CorpusFolder: Sendable {
    /// The folders to look into: the given one, and one for what the archives hold.
    package let roots: [URL]

    private let scratch: URL?

    /// Opens a folder.
    /// - Throws: ``CorpusError`` when the folder is not there or an archive cannot be unpacked.
    package init(at path: String) throws {
        let folder = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
        guard (try? folder.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
            throw CorpusError("`\(path)` is not a folder")
        }
        let archives = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { ($0.hasSuffix(".tar.xz") || $0.hasSuffix(".tar.gz")) && !$0.hasPrefix("._") }.sorted()
        if archives.isEmpty {
            scratch = nil
            roots = [folder]
        } else {
            let scratch = FileManager.default.temporaryDirectory
                .appendingPathComponent("verdict-corpus-\(UUID().uuidString)")
            self.scratch = scratch
            roots = [folder, scratch]
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
            for archive in archives { try Self.unpack(folder.appendingPathComponent(archive), into: scratch) }
        }
    }

    deinit {
        if let scratch { try? FileManager.default.removeItem(at: scratch) }
    }

    /// The folders of a set: below a root, one folder further down, or the root itself.
    ///
    /// Folders are not looked for inside one another.
    package func folders(named name: String) -> [URL] {
        roots.flatMap { root in
            if root.lastPathComponent == name { return [root] }
            let direct = root.appendingPathComponent(name, isDirectory: true)
            if Self.isFolder(direct) { return [direct] }
            let children = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
            return children.filter { !$0.hasPrefix(".") }.sorted()
                .map { root.appendingPathComponent($0).appendingPathComponent(name, isDirectory: true) }
                .filter(Self.isFolder)
        }
    }

    private static func isFolder(_ url: URL) -> Bool {
        (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
    }

    private static func unpack(_ archive: URL, into target: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", "-xf", archive.path, "-C", target.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CorpusError("`\(archive.lastPathComponent)` cannot be unpacked")
        }
    }
}

/// Why a corpus cannot be run.
package struct CorpusError: Error, CustomStringConvertible {
    /// The fact, as a lowercase sentence.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
