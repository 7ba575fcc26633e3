import CedarModel
import Documents
import Foundation
package import Residency
import StrictJSON

/// Runs the residency cases of a folder with the published layout: `cases.json`, each case in the packs it names.
///
/// The catalogue and the dated data are the installation's own, not the folder's.
package enum ResidencyVectors {
    /// Why a folder cannot be run.
    package struct Failure: Error, CustomStringConvertible {
        /// The reason as a sentence.
        package let description: String
    }

    /// Runs the cases.
    /// - Throws: ``Failure`` when the folder has no cases that can be read.
    package static func run(at path: String, packs: ResidencyPacks) throws(Failure) -> ConformanceReport {
        let document = try read(path)
        var report = ConformanceReport()
        var counts: [String: (run: Int, passed: Int)] = [:]
        let workspace = RoutingWorkspace()
        for node in document["cases"]?.elements.map({ $0 }) ?? [] {
            for pack in node["packs"]?.elements.compactMap(\.string) ?? [] {
                let result = run(node, pack: pack, packs, workspace)
                report.results.append(result)
                if !result.isMatch { report.mismatches.append(result) }
                counts[result.set, default: (0, 0)].run += 1
                if result.isMatch { counts[result.set, default: (0, 0)].passed += 1 }
            }
        }
        for (set, count) in counts.sorted(by: { $0.key < $1.key }) {
            report.lines.append("\(set): \(count.passed) of \(count.run) cases")
        }
        return report
    }

    private static func read(_ path: String) throws(Failure) -> JSONNode {
        var isFolder: ObjCBool = false
        // Safe: the call only writes the variable.
        let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        var file = path
        if exists, isFolder.boolValue {
            let candidates = [path + "/cases.json", path + "/residency/cases.json"]
            file = candidates.first { FileManager.default.fileExists(atPath: $0) } ?? candidates[0]
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure(description: "`\(file)` cannot be read")
        }
        do {
            let root = try JSONDocument(parsing: Array(data), limits: .bundle).root
            guard root["cases"]?.kind == .array else { throw Failure(description: "`\(file)` has no `cases`") }
            return root
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(description: "`\(file)` is not JSON")
        }
    }

    private static func run(
        _ node: JSONNode, pack name: String, _ packs: ResidencyPacks, _ workspace: RoutingWorkspace
    ) -> CaseResult {
        let (set, id) = ("residency/\(name)", node["id"]?.string ?? "?")
        guard let pack = packs.packs[name] else {
            return CaseResult(set: set, id: id, unusable: "there is no pack `\(name)`")
        }
        guard let input = node["input"], let expected = node["expect"] else {
            return CaseResult(set: set, id: id, unusable: "the case has no input or no expectation")
        }
        let now = input["now"]?.string.flatMap { Datetime(rfc3339: $0) ?? (try? Datetime(parsing: $0)) }
        guard let now else { return CaseResult(set: set, id: id, unusable: "the case has no time") }
        let request = RoutingRequestReader.read(Datum(input), for: pack, at: now)
        let answer = RoutingExpectation.Answer(ResidencyRouter(pack).route(request, at: now, in: workspace))
        let differences = RoutingExpectation(expected).differences(from: answer)
        return CaseResult(
            set: set, id: id, expected: expected["decision"]?.string ?? "", actual: answer.decision,
            code: answer.reasons.first ?? "",
            values: .init(decision: answer.decision, policies: answer.policies, errors: [], regions: answer.allowed),
            isMatch: differences.isEmpty,
            difference: differences.map { "\($0.member) is \($0.actual), expected \($0.expected)" }
                .joined(separator: "; "))
    }
}
