import CedarEngine
import CedarModel
import CedarSyntax
import Foundation
import StrictJSON

/// Runs the public Cedar conformance corpus: policies, entities and requests with the decisions, determining policies
/// and failing policies of the reference implementation.
///
/// Policies have positional ids and errors are skipped, as the corpus was made. Reasons and errors compare as sets.
package enum CedarCorpus {
    /// Runs every set of a folder.
    ///
    /// A test whose files cannot be used counts as one mismatch.
    /// - Throws: ``CorpusError`` when there is nothing to run or a folder cannot be read.
    package static func run(_ folder: CorpusFolder) throws -> ConformanceReport {
        var report = ConformanceReport()
        var found = false
        for generated in folder.folders(named: ["corpus-tests"]) {
            found = true
            let root = generated.deletingLastPathComponent()
            let cases = try testFiles(below: generated)
            let results = run(cases, set: "corpus-tests", root: root)
            report.add("corpus-tests", results, files: cases.count)
            report.mismatches += results.filter { !$0.isMatch }
        }
        for tests in folder.folders(named: ["handwritten/tests", "tests"]) {
            found = true
            let cases = try testFiles(below: tests)
            let results = run(cases, set: "handwritten", root: tests.deletingLastPathComponent())
            // These cases want their entities and contexts read with the schema; without one, some cannot pass.
            let passed = results.count { $0.isMatch }
            report.results += results
            report.lines.append(
                "handwritten: \(results.count) requests checked without a schema, \(passed) pass, "
                    + "\(results.count - passed) need schema-directed parsing (not implemented)")
        }
        for (name, what) in [
            ("cedar-validation-cases", "validation"), ("cedar-entity-parsing-cases", "schema-directed parsing"),
        ] {
            for cases in folder.folders(named: [name]) {
                found = true
                let count = try testFiles(below: cases).count
                report.lines.append("\(name): \(count) cases, \(what) not implemented")
            }
        }
        guard found else { throw CorpusError("the folder holds no set of the Cedar corpus") }
        return report
    }

    /// The files that describe tests: `<name>.json`, but not the entities, schemas and verdicts that lie beside them.
    private static func testFiles(below folder: URL) throws -> [URL] {
        guard let walker = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
            throw CorpusError("`\(folder.lastPathComponent)` cannot be read")
        }
        var files: [URL] = []
        for case let file as URL in walker {
            let name = file.lastPathComponent
            let isCompanion = [".entities.json", ".cedarschema.json", ".validation.json", ".parsing.json"]
                .contains { name.hasSuffix($0) }
            if name.hasSuffix(".json"), !name.hasPrefix("._"), !isCompanion { files.append(file) }
        }
        return files.sorted { $0.path < $1.path }
    }

    private static func run(_ files: [URL], set: String, root: URL) -> [CaseResult] {
        var results: [CaseResult] = []
        for file in files {
            let path = file.deletingPathExtension().path.dropFirst(root.path.count + 1)
            let id = path.split(separator: "/").dropFirst().joined(separator: "/")
            do {
                results += try CedarCorpusTest(file: file, root: root).run(set: set, id: id)
            } catch {
                results.append(CaseResult(set: set, id: id, unusable: "\(error)"))
            }
        }
        return results
    }
}

extension ConformanceReport {
    fileprivate mutating func add(_ set: String, _ results: [CaseResult], files: Int) {
        self.results += results
        let mismatches = results.filter { !$0.isMatch }
        lines.append("\(set): \(files) tests, \(results.count) requests")
        for (kind, word) in [("decisions", "decision"), ("determining policies", "policies"), ("errors", "errors")] {
            let count = mismatches.filter { $0.difference.contains(word) }.count
            lines.append("\(kind): \(results.count) checked, \(count) mismatches")
        }
        lines.append("validation: \(files) cases, not implemented")
    }
}
