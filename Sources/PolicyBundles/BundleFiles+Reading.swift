package import CedarSyntax
import Documents
import Foundation

extension BundleFiles {
    /// Reads the folder of an application; `nil` when it cannot be read at all.
    ///
    /// Files of the format that this version does not carry out, and files that look like policies but would not be
    /// read, are errors: a server must not start with half of what its operator wrote. `README.md` and names that begin
    /// with a dot are ignored. Symbolic links may point within the folder, as mounted configuration does.
    package static func read(
        directory: String, limits: BundleLimits = .standard
    ) -> (files: BundleFiles?, diagnostics: [Diagnostic]) {
        var reader = BundleFolderReader(directory: directory, limits: limits)
        let files = reader.read()
        return (files, reader.diagnostics.diagnostics)
    }
}

/// One reading of an application's folder.
private struct BundleFolderReader {
    private let root: URL
    private let application: String
    private let limits: BundleLimits
    let diagnostics = DiagnosticCollector()

    private var files: [BundleFiles.File] = []
    private var totalBytes = 0
    private var isFull = false

    init(directory: String, limits: BundleLimits) {
        let url = URL(fileURLWithPath: directory).standardizedFileURL
        self.application = url.lastPathComponent
        self.root = url.resolvingSymlinksInPath()
        self.limits = limits
    }

    mutating func read() -> BundleFiles? {
        guard let names = list("") else { return nil }
        visit(names, in: "")
        if !files.contains(where: { $0.kind == .manifest }) {
            report(
                .bundleManifestMissing, "the application `\(application)` has no `bundle.yaml`", at: "bundle.yaml",
                help: "the least it can hold is `name: \(application)`")
        }
        return BundleFiles(application: application, files: files)
    }

    /// The names in a folder in byte order; `nil`, with a finding, when it cannot be listed.
    private func list(_ folder: String) -> [String]? {
        do {
            let path = root.appendingPathComponent(folder).path
            return try FileManager.default.contentsOfDirectory(atPath: path)
                .sorted { CedarString($0) < CedarString($1) }
        } catch {
            report(.bundleUnreadable, "this folder cannot be read", at: folder)
            return nil
        }
    }

    private mutating func visit(_ names: [String], in folder: String) {
        for name in names {
            if isFull { return }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            // Before looking at it: whatever ignored names are, they are nobody's business here.
            if case .ignored = BundleEntry(path: path, isFolder: false) { continue }
            guard let target = resolve(path) else { continue }
            visit(path, target)
        }
    }

    private mutating func visit(_ path: String, _ target: Target) {
        switch BundleEntry(path: path, isFolder: target.isFolder) {
        case .ignored: break
        case .folder:
            if let names = list(path) { visit(names, in: path) }
        case .file(let kind): readFile(path, kind, target)
        case .unsupported:
            report(
                .bundleFileUnsupported, "`\(path)` is not supported by this version", at: path,
                help: "move it out of the folder; nothing in it would take effect")
        case .misplaced(let help):
            report(.bundleFileMisplaced, "`\(path)` would not be read", at: path, help: help)
        case .unknown where target.isFolder && holdsPolicies(path):
            report(
                .bundleFileMisplaced, "the policies in `\(path)` would not be read", at: path,
                help: "policies are files `policies/<name>.cedar`")
        case .unknown:
            diagnostics.report(
                .bundleFileUnknown, "`\(path)` has no meaning in a bundle and is ignored", severity: .warning,
                at: location(path))
        }
    }

    /// Whether a folder without meaning has policies in it, as `policy/` for `policies/` would.
    private func holdsPolicies(_ folder: String) -> Bool {
        let names = try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
        return names?.contains { $0.lowercased().hasSuffix(".cedar") } ?? false
    }

    // MARK: - Links

    private struct Target {
        var url: URL
        var isFolder: Bool
        var size: Int
    }

    /// What stands at a path, links followed; `nil`, with a finding, when it must not or cannot be read.
    private func resolve(_ path: String) -> Target? {
        let url = root.appendingPathComponent(path).resolvingSymlinksInPath()
        guard url.path.utf8.starts(with: (root.path == "/" ? "/" : root.path + "/").utf8) else {
            report(
                .bundleLinkOutside, "this link leads out of the folder of the application", at: path,
                help: "copy the file into the folder")
            return nil
        }
        // A link that is still there after resolving leads nowhere, or in a circle.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: url.path),
            let type = attributes[.type] as? FileAttributeType, type == .typeRegular || type == .typeDirectory
        else {
            report(.bundleUnreadable, "this is neither a file nor a folder that can be read", at: path)
            return nil
        }
        let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
        return Target(url: url, isFolder: type == .typeDirectory, size: size)
    }

    // MARK: - Content

    private mutating func readFile(_ path: String, _ kind: BundleFileKind, _ target: Target) {
        if files.count >= limits.maximumFiles {
            isFull = true
            return report(.bundleTooLarge, "the application has more than \(limits.maximumFiles) files", at: path)
        }
        if target.size > limits.maximumFileBytes {
            return report(.bundleTooLarge, "the file has more than \(limits.maximumFileBytes) bytes", at: path)
        }
        guard let bytes = content(of: target.url) else {
            return report(.bundleUnreadable, "this file cannot be read", at: path)
        }
        totalBytes += bytes.count
        // The file may have grown since its size was looked up.
        if bytes.count > limits.maximumFileBytes {
            return report(.bundleTooLarge, "the file has more than \(limits.maximumFileBytes) bytes", at: path)
        }
        if totalBytes > limits.maximumTotalBytes {
            isFull = true
            return report(
                .bundleTooLarge, "the files of the application have more than \(limits.maximumTotalBytes) bytes",
                at: path)
        }
        files.append(.init(kind: kind, source: SourceFile(name: "\(application)/\(path)", bytes: bytes)))
    }

    private func content(of url: URL) -> [UInt8]? {
        guard let handle = try? FileHandle(forReadingFrom: url) else { return nil }
        defer { try? handle.close() }
        do {
            return Array(try handle.read(upToCount: limits.maximumFileBytes + 1) ?? Data())
        } catch {
            return nil
        }
    }

    // MARK: - Findings

    /// The beginning of a file that has not been read.
    private func location(_ path: String) -> Diagnostic.Location {
        let name = path.isEmpty ? application : "\(application)/\(path)"
        return .init(SourceFile(name: name, bytes: []), SourceSpan(start: 0, end: 0))
    }

    private func report(_ code: DiagnosticCode, _ message: String, at path: String, help: String? = nil) {
        diagnostics.report(code, message, at: location(path), help: help)
    }
}
