import Foundation
import StrictJSON

/// Runs the published vectors of signed tokens, keys and proofs of possession.
///
/// The folder has a `MANIFEST.json` that names a runner per file; files that are not there are left out. What a strict
/// verifier decides otherwise than a set's labels is stated as a rule in the runner, never as a list of cases.
package enum JWTVectors {
    /// Runs every file that the manifest names.
    /// - Throws: ``CorpusError`` when there is nothing to run.
    package static func run(folder path: String) throws -> ConformanceReport {
        let given = URL(fileURLWithPath: path, isDirectory: true)
        let folder = [given, given.appendingPathComponent("jwt", isDirectory: true)].first {
            FileManager.default.fileExists(atPath: $0.appendingPathComponent("MANIFEST.json").path)
        }
        guard let folder else { throw CorpusError("`\(path)` has no `MANIFEST.json` of token vectors") }
        let files = try document(folder.appendingPathComponent("MANIFEST.json"))["files"]?.elements.map { $0 } ?? []
        var report = ConformanceReport()
        var tallies: [String: Tally] = [:]
        for file in files {
            guard let name = file["path"]?.string, let runner = file["runner"]?.string,
                let kind = Runner(rawValue: runner), name.hasSuffix(".json"), !name.contains("schemas/")
            else { continue }
            let url = folder.appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: url.path) else { continue }
            let results: [CaseResult]
            do {
                results = try kind.run(
                    VectorFile(name: name, root: try document(url), folder: url.deletingLastPathComponent()))
            } catch {
                results = [CaseResult(set: name, id: "", unusable: "\(error)")]
            }
            report.results += results
            report.mismatches += results.filter { !$0.isMatch }
            tallies[runner, default: Tally()].add(results)
        }
        guard !report.results.isEmpty else { throw CorpusError("`\(path)` has no token vectors") }
        for kind in Runner.allCases {
            if let tally = tallies[kind.rawValue] { report.lines.append("\(kind.rawValue): \(tally)") }
        }
        return report
    }

    /// A file of vectors.
    struct VectorFile {
        let name: String
        let root: JSONNode
        /// Where the file lies, for keys beside it.
        let folder: URL
    }

    /// The runners of the manifest that have something to run.
    enum Runner: String, CaseIterable {
        case token, dpop, jws
        case keyImport = "jwk-import"
        case thumbprint = "jwk-thumbprint"
        case encrypted = "jwe-refused"
        case primitive

        func run(_ file: VectorFile) throws -> [CaseResult] {
            switch self {
            case .token: try JWTVectors.tokens(file)
            case .dpop: try JWTVectors.proofs(file)
            case .jws: try JWTVectors.signatures(file)
            case .keyImport: try JWTVectors.keys(file)
            case .thumbprint: try JWTVectors.thumbprints(file)
            case .encrypted: try JWTVectors.encrypted(file)
            case .primitive: try JWTVectors.primitives(file)
            }
        }
    }

    /// How the cases of a runner came out.
    struct Tally: CustomStringConvertible {
        var accepts = 0
        var refusals = 0
        var either = 0
        var wrongAccepts = 0
        var wrongRefusals = 0

        mutating func add(_ results: [CaseResult]) {
            for result in results {
                switch Expectation(word: result.expected) {
                case .accept:
                    accepts += 1
                    if !result.isMatch { wrongRefusals += 1 }
                case .refuse:
                    refusals += 1
                    if !result.isMatch { wrongAccepts += 1 }
                case .either: either += 1
                }
            }
        }

        var description: String {
            "\(accepts + refusals + either) cases; \(accepts) to accept, \(wrongRefusals) refused; "
                + "\(refusals) to refuse, \(wrongAccepts) accepted; \(either) either way"
        }
    }

    static func document(_ url: URL) throws -> JSONNode {
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw CorpusError("`\(url.lastPathComponent)` cannot be read")
        }
        do {
            return try JSONDocument(parsing: [UInt8](data), limits: .bundle).root
        } catch {
            throw CorpusError("`\(url.lastPathComponent)` is no strict JSON: \(error)")
        }
    }

    static func text(_ node: JSONNode?) -> String { node?.string ?? node?.integer.map { String($0) } ?? "" }
}

extension JWTVectors {
    /// What a vector wants.
    enum Expectation {
        case accept, refuse, either

        /// Reads the word that the sets use, also as results repeat it.
        init(word: String) {
            switch word {
            case "accept", "use", "valid": self = .accept
            case "accept_or_reject", "either", "acceptable": self = .either
            default: self = .refuse
            }
        }
    }

    /// The result of one case; `outcome` is the code of a refusal, `nil` for acceptance.
    static func result(
        set: String, id: String, words: (accept: String, refuse: String) = ("accept", "reject"),
        expect: Expectation, outcome: String?
    ) -> CaseResult {
        let actual = outcome == nil ? words.accept : words.refuse
        let expected =
            switch expect {
            case .accept: words.accept
            case .refuse: words.refuse
            case .either: "accept_or_reject"
            }
        let isMatch = expect == .either || (expect == .accept) == (outcome == nil)
        return CaseResult(
            set: set, id: id, expected: expected, actual: actual, code: outcome ?? "",
            values: CaseResult.Values(decision: actual, policies: [], errors: []), isMatch: isMatch,
            difference: isMatch ? "" : "expected \(expected), but \(actual) \(outcome ?? "")")
    }
}
