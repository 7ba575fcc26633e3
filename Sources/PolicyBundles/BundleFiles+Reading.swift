package import CedarSyntax
import Documents
import Foundation

extension BundleFiles {
    /// Reads the folder of an application; `nil` when it cannot be read at all.
    ///
    /// Files of the format that this version does not carry out, and files that look like policies but would not be
    /// read, are errors: a server must not start with half of what its operator wrote. `README.md` and names that begin
    /// with a dot are ignored. Symbolic links may point within the folder, as mounted configuration does.
    ///
    /// Every byte is read, whatever times and sizes say: two changes within one tick of a clock look the same.
    /// - Parameter known: files of an earlier reading, which are used again where their bytes are the same.
    package static func read(
        directory: String, limits: BundleLimits = .standard, knowing known: BundleFiles? = nil
    ) -> (files: BundleFiles?, diagnostics: [Diagnostic]) {
        var reader = BundleFolderReader(directory: directory, limits: limits, known: known)
        let files = reader.read()
        return (files, reader.diagnostics.diagnostics)
    }

    /// The name of the application in a folder.
    static func application(inFolder directory: String) -> String {
        URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent
    }
}

/// One reading of an application's folder.
private struct BundleFolderReader {
    private let root: String
    private let application: String
    private let limits: BundleLimits
    let diagnostics = DiagnosticCollector()

    private var files: [BundleFiles.File] = []
    private var totalBytes = 0
    private var isFull = false

    /// The files of an earlier reading by their paths.
    private let known: [String: SourceFile]

    init(directory: String, limits: BundleLimits, known: BundleFiles?) {
        application = BundleFiles.application(inFolder: directory)
        root = URL(fileURLWithPath: directory).standardizedFileURL.resolvingSymlinksInPath().path
        self.limits = limits
        self.known = Dictionary(
            (known?.files ?? []).lazy.map { ($0.path, $0.source) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func read() -> BundleFiles? {
        guard let names = list("", at: root) else { return nil }
        visit(names, in: "", at: root)
        if !files.contains(where: { $0.kind == .manifest }) {
            report(
                .bundleManifestMissing, "the application `\(application)` has no `bundle.yaml`", at: "bundle.yaml",
                help: "the least it can hold is `name: \(application)`")
        }
        return BundleFiles(application: application, files: files)
    }

    /// The names in a folder in byte order; `nil`, with a finding, when it cannot be listed.
    ///
    /// - Parameter place: where it is, links followed.
    private func list(_ folder: String, at place: String) -> [String]? {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: place)
                .sorted { CedarString($0) < CedarString($1) }
        } catch {
            report(.bundleUnreadable, "this folder cannot be read", at: folder)
            return nil
        }
    }

    private mutating func visit(_ names: [String], in folder: String, at place: String) {
        for name in names {
            if isFull { return }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            // Before looking at it: whatever ignored names are, they are nobody's business here.
            if case .ignored = BundleEntry(path: path, isFolder: false) { continue }
            guard let target = resolve(path, at: place == "/" ? "/\(name)" : "\(place)/\(name)") else { continue }
            visit(path, target)
        }
    }

    private mutating func visit(_ path: String, _ target: Target) {
        switch BundleEntry(path: path, isFolder: target.isFolder) {
        case .ignored: break
        case .folder:
            if let names = list(path, at: target.path) { visit(names, in: path, at: target.path) }
        case .file(let kind): readFile(path, kind, target)
        case .unsupported:
            report(
                .bundleFileUnsupported, "`\(path)` is not supported by this version", at: path,
                help: "move it out of the folder; nothing in it would take effect")
        case .misplaced(let help):
            report(.bundleFileMisplaced, "`\(path)` would not be read", at: path, help: help)
        case .unknown where target.isFolder && holdsPolicies(target.path):
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
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        return names?.contains { $0.lowercased().hasSuffix(".cedar") } ?? false
    }

    // MARK: - Links

    private struct Target {
        var path: String
        var isFolder: Bool
        var size: Int
    }

    /// What stands at a path, links followed; `nil`, with a finding, when it must not or cannot be read.
    ///
    /// - Parameter place: where it is; the links of its folder have been followed, and found good.
    private func resolve(_ path: String, at place: String) -> Target? {
        var target = place
        var status = FileStatus(path: target, followsLink: false)
        if status?.kind == .link {
            target = URL(fileURLWithPath: target).resolvingSymlinksInPath().path
            guard target.utf8.starts(with: (root == "/" ? "/" : root + "/").utf8) else {
                report(
                    .bundleLinkOutside, "this link leads out of the folder of the application", at: path,
                    help: "copy the file into the folder")
                return nil
            }
            // A link that is still there after resolving leads nowhere, or in a circle.
            status = FileStatus(path: target, followsLink: false)
        }
        guard let status, status.kind == .file || status.kind == .folder else {
            report(.bundleUnreadable, "this is neither a file nor a folder that can be read", at: path)
            return nil
        }
        return Target(path: target, isFolder: status.kind == .folder, size: status.size)
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
        guard
            let bytes = FileContent.read(target.path, expected: target.size, limit: limits.maximumFileBytes + 1)
        else {
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
        files.append(.init(kind: kind, source: source(named: "\(application)/\(path)", bytes)))
    }

    private func source(named name: String, _ bytes: [UInt8]) -> SourceFile {
        if let known = known[name], known.name.utf8.elementsEqual(name.utf8), FileContent.areSame(known.bytes, bytes) {
            return known
        }
        return SourceFile(name: name, bytes: bytes)
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
