package import Foundation

/// A folder with conformance sets, unpacked where they come as archives.
///
/// Understands an unpacked corpus, a checkout of the public corpus repository, and a folder that holds either as
/// `.tar.xz` or `.tar.gz`. Archives are unpacked to a temporary folder that lives as long as this value.
package final class CorpusFolder: Sendable {
    /// The folders to look into: the given one, and one per archive.
    package let roots: [URL]

    private let scratch: URL?

    /// Opens a folder.
    /// - Throws: ``CorpusError`` when the folder is not there or an archive cannot be unpacked.
    package init(at path: String) throws {
        let folder = URL(fileURLWithPath: path, isDirectory: true)
        guard (try? folder.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
            throw CorpusError("`\(path)` is not a folder")
        }
        let archives = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".tar.xz") || $0.hasSuffix(".tar.gz") }.sorted()
        var roots = [folder]
        if archives.isEmpty {
            scratch = nil
        } else {
            let scratch = FileManager.default.temporaryDirectory
                .appendingPathComponent("verdict-corpus-\(UUID().uuidString)")
            self.scratch = scratch
            for archive in archives {
                let target = scratch.appendingPathComponent(archive)
                try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
                try Self.unpack(folder.appendingPathComponent(archive), into: target)
                roots.append(target)
            }
        }
        self.roots = roots
    }

    deinit {
        if let scratch { try? FileManager.default.removeItem(at: scratch) }
    }

    /// The folder of a set below any root, given the ways it may be called.
    package func folders(named names: [String]) -> [URL] {
        roots.flatMap { root in
            names.map { root.appendingPathComponent($0, isDirectory: true) }
                .filter { FileManager.default.fileExists(atPath: $0.path) }
        }
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
