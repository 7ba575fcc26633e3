package import CedarSyntax

/// The files of one application as they stand on the disk, read but not understood.
package struct BundleFiles: Sendable {
    /// A file that belongs to the bundle.
    package struct File: Sendable {
        /// What it is.
        package let kind: BundleFileKind

        /// Its content.
        ///
        /// Its name is its path with the application's name in front: `traceo/roles.yaml`.
        package let source: SourceFile

        /// The path: the name of ``source``.
        package var path: String { source.name }
    }

    /// The name of the folder, which stands at the front of every path.
    package let application: String

    /// The files in the byte order of their paths.
    package let files: [File]

    /// Joins files in any order.
    package init(application: String, files: [File]) {
        self.application = application
        self.files = files.sorted { CedarString($0.path) < CedarString($1.path) }
    }

    private init(application: String, sorted files: [File]) {
        self.application = application
        self.files = files
    }

    /// Makes a bundle of texts by their path in the application's folder, leaving out what is not read from a folder.
    package init(application: String, texts: [String: String]) {
        self.init(
            application: application,
            files: texts.compactMap { path, text in
                guard case .file(let kind) = BundleEntry(path: path, isFolder: false) else { return nil }
                return File(kind: kind, source: SourceFile(name: "\(application)/\(path)", text: text))
            })
    }

    /// The file of a kind that occurs once.
    package func first(_ kind: BundleFileKind) -> SourceFile? {
        files.first { $0.kind == kind }?.source
    }

    /// The files that make the schema together, in the order of their paths.
    package var schemas: [SourceFile] { files.filter { $0.kind == .schema }.map(\.source) }

    /// The files with policies and their names without ending, in the order of their paths.
    package var policies: [(stem: String, source: SourceFile)] {
        files.compactMap { file in
            if case .policy(let stem) = file.kind { (stem, file.source) } else { nil }
        }
    }

    /// The files with templates and their names without ending, in the order of their paths.
    package var templates: [(stem: String, source: SourceFile)] {
        files.compactMap { file in
            if case .template(let stem) = file.kind { (stem, file.source) } else { nil }
        }
    }

    /// The content of a file with keys, by its path in the application's folder.
    package func keySet(at path: String) -> [UInt8]? {
        let wanted = CedarString("\(application)/\(path)")
        var (low, high) = (0, files.count)
        while low < high {
            let middle = (low + high) / 2
            if CedarString(files[middle].path) < wanted { low = middle + 1 } else { high = middle }
        }
        guard low < files.count, CedarString(files[low].path) == wanted, case .keySet = files[low].kind else {
            return nil
        }
        return files[low].source.bytes
    }

    /// The bundle without policies and templates.
    var others: BundleFiles {
        BundleFiles(
            application: application,
            sorted: files.filter { file in
                switch file.kind {
                case .policy, .template: false
                default: true
                }
            })
    }

    /// The files of tenants and their names without ending, in the order of their paths.
    package var tenants: [(stem: String, source: SourceFile)] {
        files.compactMap { file in
            if case .tenant(let stem) = file.kind { (stem, file.source) } else { nil }
        }
    }
}
