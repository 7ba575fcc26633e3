import Foundation

/// A set of the Cedar corpus, by the name that reports give it.
enum CorpusSet: String, CaseIterable {
    /// Generated tests, with one policy each.
    case generated = "corpus-tests"
    /// Tests of several policies, whose data is read by the schema.
    case handwritten
    /// Policies, entities and requests that are valid or not.
    case validation = "cedar-validation-cases"
    /// Entities that can be read by a schema or not.
    case parsing = "cedar-entity-parsing-cases"

    /// What its folder is called.
    private var folderName: String { self == .handwritten ? "tests" : rawValue }

    /// Whether its tests say what requests are answered and whether the policies are valid.
    ///
    /// The other sets have such members too, but mean the verdicts that lie beside the test.
    var statesDecisions: Bool { self == .generated || self == .handwritten }

    /// Whether permissive verdicts count: those of the generated tests come from an earlier release of the reference.
    var countsPermissiveVerdicts: Bool { self == .validation }

    /// The tests of the set in a folder, in the order of their ids.
    func tests(in folder: CorpusFolder) throws -> [CorpusTestFile] {
        try folder.folders(named: folderName).flatMap { try tests(below: $0) }
    }

    private func tests(below folder: URL) throws -> [CorpusTestFile] {
        let root = folder.resolvingSymlinksInPath()
        guard let walker = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
            throw CorpusError("`\(folder.lastPathComponent)` cannot be read")
        }
        var files: [CorpusTestFile] = []
        for case let file as URL in walker {
            let name = file.lastPathComponent
            let isCompanion = CorpusTestFile.companions.contains { name.hasSuffix($0) }
            guard name.hasSuffix(".json"), !name.hasPrefix("."), !isCompanion else { continue }
            files.append(CorpusTestFile(set: self, url: file, folder: root))
        }
        return files.sorted { $0.id < $1.id }
    }
}
