package import CedarSyntax
import Documents
import Foundation
package import PolicyBundles

/// Finds suites and reads them.
///
/// All findings of all files come back at once.
package enum SuiteLoader {
    /// Reads the suites at some paths: files, and folders with everything below them that ends in `.yaml` or `.yml`.
    ///
    /// Suites come in the byte order of their paths, whatever the order of the arguments; names that begin with a dot
    /// are left out.
    ///
    /// - Parameter applications: what the suites must fit; `nil` leaves out whatever only applications know.
    package static func load(
        _ paths: [String], applications: Applications?, limits: SuiteLimits = .standard
    ) -> LoadedSuites {
        var findings: [Diagnostic] = []
        let files = files(at: paths, &findings, limits).compactMap { path -> SourceFile? in
            if let bytes = content(of: path, limits) { return SourceFile(name: path, bytes: bytes) }
            findings.append(unreadable(path, "cannot be read, or has more than \(limits.maximumFileBytes) bytes"))
            return nil
        }
        var loaded = read(files, applications: applications, limits: limits)
        loaded.diagnostics = findings + loaded.diagnostics
        return loaded
    }

    /// Reads suites in the order of their files.
    package static func read(
        _ files: [SourceFile], applications: Applications?, limits: SuiteLimits = .standard
    ) -> LoadedSuites {
        var loaded = LoadedSuites()
        var names: [CedarString: Diagnostic.Location] = [:]
        for file in files {
            let diagnostics = DiagnosticCollector()
            var reader = SuiteReader(file, applications: applications, limits: limits, into: diagnostics)
            if let (suite, name) = reader.read() {
                if let first = names[CedarString(name.value)] {
                    diagnostics.report(
                        .duplicateSuite, "another suite is called `\(name.value)` already", at: .init(file, name.span),
                        help: "it stands in \(first.file.name), line \(first.position.line)")
                }
                names[CedarString(name.value)] = .init(file, name.span)
                loaded.add(suite)
            }
            loaded.diagnostics += diagnostics.diagnostics
        }
        return loaded
    }

    private static func files(
        at paths: [String], _ diagnostics: inout [Diagnostic], _ limits: SuiteLimits
    ) -> [String] {
        var files: Set<CedarString> = []
        for path in paths {
            var isFolder: ObjCBool = false
            // Safe: the call only writes the variable.
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                diagnostics.append(unreadable(path, "is neither a file nor a folder"))
                continue
            }
            guard isFolder.boolValue else {
                files.insert(CedarString(normalized(path)))
                continue
            }
            guard
                let names = try? FileManager.default.subpathsOfDirectory(
                    atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
            else {
                diagnostics.append(unreadable(path, "cannot be read"))
                continue
            }
            for name in names where isSuite(name) { files.insert(CedarString(normalized("\(path)/\(name)"))) }
        }
        if files.count > limits.maximumFiles {
            diagnostics.append(
                Diagnostic(.suiteUnreadable, "there are more than \(limits.maximumFiles) suite files below these paths")
            )
            return []
        }
        return files.sorted().map(\.text)
    }

    private static func isSuite(_ path: String) -> Bool {
        (path.hasSuffix(".yaml") || path.hasSuffix(".yml"))
            && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }

    /// One spelling for each path, so that a file that is named twice is run once.
    private static func normalized(_ path: String) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    private static func content(of path: String, _ limits: SuiteLimits) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: limits.maximumFileBytes + 1) ?? Data(),
            data.count <= limits.maximumFileBytes
        else { return nil }
        return Array(data)
    }

    private static func unreadable(_ path: String, _ fact: String) -> Diagnostic {
        Diagnostic(.suiteUnreadable, "`\(path)` \(fact)")
    }
}

/// What became of reading suites.
package struct LoadedSuites: Sendable {
    /// The findings about all files.
    package var diagnostics: [Diagnostic] = []

    private var all: [Suite] = []

    /// The suites; `nil` when there is an error in any of them.
    package var suites: [Suite]? { diagnostics.contains { $0.severity == .error } ? nil : all }

    mutating func add(_ suite: Suite) { all.append(suite) }
}
