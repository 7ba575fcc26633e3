package import CedarSyntax
import Crypto
import Foundation

/// The files of the residency packs, read but not understood.
package struct ResidencyFiles: Sendable {
    /// The files by their path in the folder, in the order of the paths.
    package let files: [SourceFile]

    /// The paths that every folder of packs has.
    static let documents = ["regions.yaml", "jurisdictions.yaml", "adequacy.yaml", "schema.cedarschema"]

    /// Policies that every pack has stand in this folder.
    static let commonFolder = "common"

    /// The greatest length of one file, in bytes.
    static let maximumFileBytes = 4 << 20

    /// The greatest number of files.
    static let maximumFiles = 1_000

    /// Takes files in any order.
    package init(_ files: [SourceFile]) {
        self.files = files.sorted { CedarString($0.name) < CedarString($1.name) }
    }

    /// Reads a folder: the documents, and the policies one folder below.
    ///
    /// Findings tell what is missing or cannot be read.
    package static func read(directory: String) -> (files: ResidencyFiles?, diagnostics: [Diagnostic]) {
        var paths = documents
        let manager = FileManager.default
        for folder in ((try? manager.contentsOfDirectory(atPath: directory)) ?? []).sorted() {
            let names = (try? manager.contentsOfDirectory(atPath: "\(directory)/\(folder)")) ?? []
            paths += names.filter { $0.hasSuffix(".cedar") && !$0.hasPrefix(".") }.sorted().map { "\(folder)/\($0)" }
        }
        guard paths.count <= maximumFiles else {
            return (nil, [Diagnostic(.residencyFile, "`\(directory)` has more than \(maximumFiles) files")])
        }
        var files: [SourceFile] = []
        var diagnostics: [Diagnostic] = []
        for path in paths {
            guard let bytes = content(of: "\(directory)/\(path)") else {
                diagnostics.append(
                    Diagnostic(
                        .residencyFile, "`\(path)` cannot be read, or is too long",
                        help: "a folder of residency packs has \(documents.map { "`\($0)`" }.joined(separator: ", "))"))
                continue
            }
            files.append(SourceFile(name: path, bytes: bytes))
        }
        return (diagnostics.isEmpty ? ResidencyFiles(files) : nil, diagnostics)
    }

    /// Whether a folder holds residency packs rather than an application.
    package static func areIn(directory: String) -> Bool {
        let manager = FileManager.default
        return ["regions.yaml", "jurisdictions.yaml"].allSatisfy { manager.fileExists(atPath: "\(directory)/\($0)") }
            && !manager.fileExists(atPath: "\(directory)/bundle.yaml")
    }

    private static func content(of path: String) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: maximumFileBytes + 1), data.count <= maximumFileBytes else {
            return nil
        }
        return Array(data)
    }

    /// The file with a path.
    func document(_ path: String) -> SourceFile? { files.first { $0.name == path } }

    /// The names of the packs: the folders with policies.
    var packNames: [String] {
        var names: [String] = []
        for file in files {
            guard let folder = Self.folder(of: file), folder != Self.commonFolder, !names.contains(folder) else {
                continue
            }
            names.append(folder)
        }
        return names
    }

    /// The policy files of a pack.
    func policies(of pack: String) -> [SourceFile] {
        files.filter { Self.folder(of: $0) == Self.commonFolder || Self.folder(of: $0) == pack }
    }

    private static func folder(of file: SourceFile) -> String? {
        let parts = file.name.split(separator: "/")
        return parts.count == 2 ? String(parts[0]) : nil
    }

    /// The version of the files: `sha256:` and 64 hexadecimal digits, over the path, length and bytes of each file.
    var hash: String {
        var hash = SHA256()
        for file in files {
            hash.update(data: Array("\(file.name)\0\(file.bytes.count)\0".utf8))
            hash.update(data: file.bytes)
        }
        let digits = Array("0123456789abcdef")
        return "sha256:" + String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
