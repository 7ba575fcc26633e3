import ConformanceSuites
import Foundation
import Testing

/// The run of a corpus, on a small one of our own: it finds every set and notices every wrong answer.
@Suite struct CorpusRunTests {
    private func run(_ corpus: SmallCorpus, in folder: String = "") async throws -> ConformanceReport {
        try await corpus.withFolder { root in
            try await CedarCorpus.run(try CorpusFolder(at: root.appending(path: folder).path))
        }
    }

    @Test func everythingIsAskedAndRight() async throws {
        let report = try await run(SmallCorpus())
        #expect(
            report.lines == [
                "corpus-tests: 1 tests, 1 requests, 0 mismatches", "handwritten: 1 tests, 1 requests, 0 mismatches",
                "cedar-validation-cases: 1 tests, 0 mismatches", "cedar-entity-parsing-cases: 2 tests, 0 mismatches",
                "decisions: 2 checked, 0 mismatches", "determining policies: 2 checked, 0 mismatches",
                "errors: 2 checked, 0 mismatches", "shouldValidate: 2 checked, 0 mismatches",
                "strict validation: 3 checked, 0 mismatches", "permissive validation: 3 checked, 0 mismatches",
                "request validation: 3 checked, 0 mismatches", "entity validation: 3 checked, 0 mismatches",
                "entity parsing: 4 checked, 0 mismatches", "schema translation: 1 checked, 0 mismatches",
            ])
        #expect(report.mismatches.isEmpty, "\(report.mismatches.map(\.difference))")
        #expect(report.remarks.isEmpty)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var file: String
        var text: String
        var other: String
        /// The sets and ids of the cases that differ.
        var differing: [String]

        init(_ file: String, _ text: String, _ other: String, _ differing: String...) {
            (self.file, self.text, self.other, self.differing) = (file, text, other, differing)
        }

        var testDescription: String { "\(file): \(text) -> \(other)" }
    }

    static let changes: [Change] = [
        Change("corpus-tests/one.json", #""allow""#, #""deny""#, "corpus-tests one#0"),
        Change("corpus-tests/one.json", #"["policy1"]"#, "[]", "corpus-tests one#0"),
        Change("corpus-tests/one.json", #"["policy0"]"#, "[]", "corpus-tests one#0"),
        Change(
            "corpus-tests/one.json", #""shouldValidate": false"#, #""shouldValidate": true"#,
            "corpus-tests/should-validate one"),
        Change(
            "corpus-tests/one.validation.json", #""policy0": {"strict": false"#, #""policy0": {"strict": true"#,
            "corpus-tests/strict-validation one#policy0"),
        Change(
            "corpus-tests/one.validation.json", "\"policy1\"", "\"policy7\"",
            "corpus-tests/strict-validation one#policy7"),
        Change(
            "corpus-tests/one.validation.json", #""User::a": {}"#, #""User::a": {"errors": []}"#,
            "corpus-tests/entity-validation one#User::a"),
        Change(
            "corpus-tests/one.validation.json", "User::a", "User::z", "corpus-tests/entity-validation one#User::z"),
        Change(
            "corpus-tests/one.validation.json", #""r", "strict": true"#, #""r", "strict": false"#,
            "corpus-tests/request-validation one#0"),
        Change(
            "corpus-tests/one.cedarschema.json", #""required": false"#, #""required": true"#,
            "corpus-tests/schema-translation one"),
        Change(
            "corpus-tests/one.cedarschema.json", #"["User"], "resource"#, #"["User", "User"], "resource"#,
            "corpus-tests/schema-translation one"),
        Change(
            "corpus-tests/one.cedarschema.json", #""view""#, #""see""#, "corpus-tests/schema-translation one"),
        Change("handwritten/tests/case/1.json", #""allow""#, #""deny""#, "handwritten case/1#0"),
        Change(
            "handwritten/tests/case/1.json", #""shouldValidate": true"#, #""shouldValidate": false"#,
            "handwritten/should-validate case/1"),
        Change(
            "cedar-validation-cases/bad.validation.json", #"{"strict": false, "permissive": true}"#,
            #"{"strict": true, "permissive": false}"#, "cedar-validation-cases/strict-validation bad#policy0",
            "cedar-validation-cases/permissive-validation bad#policy0"),
        Change(
            "cedar-validation-cases/bad.validation.json", #"{"errors": ["x"]}"#, "{}",
            "cedar-validation-cases/entity-validation bad#User::b"),
        Change(
            "cedar-validation-cases/bad.json", #"{"n": "x"}"#, #"{"n": 1}"#,
            "cedar-validation-cases/request-validation bad#0"),
        // What the test itself says of validity is not meant.
        Change("cedar-validation-cases/bad.json", #""shouldValidate": true"#, #""shouldValidate": false"#),
        Change(
            "cedar-entity-parsing-cases/mixed.parsing.json", #"{"allEntities": {"success": false}"#,
            #"{"allEntities": {"success": true}"#, "cedar-entity-parsing-cases/entity-parsing mixed"),
        Change(
            "cedar-entity-parsing-cases/mixed.parsing.json", #""User::a": {"success": true}"#,
            #""User::a": {"success": false}"#, "cedar-entity-parsing-cases/entity-parsing mixed#User::a"),
        Change(
            "cedar-entity-parsing-cases/damaged.parsing.json", "false", "true",
            "cedar-entity-parsing-cases/entity-parsing damaged"),
        // Tests that cannot be run.
        Change("corpus-tests/one.json", "one.cedarschema", "two.cedarschema", "corpus-tests one"),
        Change("corpus-tests/one.cedar", "forbid", "refuse", "corpus-tests one"),
        Change("corpus-tests/one.entities.json", "User", "Usr", "corpus-tests one"),
        Change("corpus-tests/one.json", #""resource""#, #""res""#, "corpus-tests one"),
        Change("corpus-tests/one.json", "{", "{{", "corpus-tests one"),
        Change(
            "cedar-entity-parsing-cases/refs.cedarschema", "friend", "in in", "cedar-entity-parsing-cases damaged",
            "cedar-entity-parsing-cases mixed"),
    ]

    @Test(arguments: changes) func wrongAnswersAreNoticed(change: Change) async throws {
        var corpus = SmallCorpus()
        corpus.change(change.file, change.text, to: change.other)
        let report = try await run(corpus)
        #expect(report.mismatches.map { "\($0.set) \($0.id)" } == change.differing)
        #expect(report.mismatches.allSatisfy { !$0.difference.isEmpty })
    }

    @Test func permissiveVerdictsOfAnEarlierReleaseDoNotCount() async throws {
        var corpus = SmallCorpus()
        corpus.change(
            "corpus-tests/one.validation.json", #"{"strict": false, "permissive": false}"#,
            to: #"{"strict": false, "permissive": true}"#)
        let report = try await run(corpus)
        #expect(report.mismatches.isEmpty)
        #expect(report.remarks.map(\.set) == ["corpus-tests/permissive-validation"])
        #expect(report.lines.contains("permissive validation: 3 checked, 1 mismatches"))
    }

    // MARK: - Folders

    @Test(
        "a part of the corpus will do",
        arguments: ["corpus-tests", "handwritten", "cedar-validation-cases", "cedar-entity-parsing-cases"])
    func parts(set: String) async throws {
        var corpus = SmallCorpus()
        corpus.remove { !$0.hasPrefix(set + "/") }
        for folder in ["", set] {
            let report = try await run(corpus, in: folder)
            #expect(report.mismatches.isEmpty, "\(report.mismatches.map(\.difference))")
            #expect(Set(report.results.map { $0.set.prefix { $0 != "/" } }) == [Substring(set)])
        }
    }

    @Test func verdictsNeedNotBeThere() async throws {
        var corpus = SmallCorpus()
        corpus.remove { $0.hasSuffix(".validation.json") || $0.hasSuffix(".cedarschema.json") }
        let report = try await run(corpus)
        #expect(report.mismatches.isEmpty)
        #expect(report.lines.contains("decisions: 2 checked, 0 mismatches"))
        #expect(!report.lines.contains { $0.hasPrefix("strict") || $0.hasPrefix("schema") })
    }

    @Test func archivesAreUnpackedSideBySide() async throws {
        let corpus = SmallCorpus()
        try await corpus.withFolder { root in
            for (name, pattern) in [
                ("tests.tar.gz", "corpus-tests/one.[cej]*"), ("verdicts.tar.xz", "corpus-tests/one.v*"),
            ] {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/bin/sh")
                process.currentDirectoryURL = root
                process.arguments = ["-c", "tar -caf \(name) \(pattern)"]
                try process.run()
                process.waitUntilExit()
                try #require(process.terminationStatus == 0)
            }
            for folder in try FileManager.default.contentsOfDirectory(atPath: root.path) where !folder.contains(".tar")
            {
                try FileManager.default.removeItem(at: root.appending(path: folder))
            }
            let report = try await CedarCorpus.run(try CorpusFolder(at: root.path))
            #expect(report.mismatches.isEmpty)
            #expect(report.lines.contains("strict validation: 2 checked, 0 mismatches"))
        }
    }

    @Test func foldersWithoutACorpusAreRefused() async throws {
        var corpus = SmallCorpus()
        corpus.remove { !$0.hasPrefix("handwritten/sample-data") }
        await #expect(throws: CorpusError.self) { try await run(corpus) }
        #expect(throws: CorpusError.self) { try CorpusFolder(at: "/nonexistent/corpus") }
    }

    @Test func filesOutsideAreNotRead() async throws {
        var corpus = SmallCorpus()
        corpus.change("corpus-tests/one.json", "corpus-tests/one.cedarschema", to: "../../corpus-tests/no.cedarschema")
        let report = try await run(corpus)
        #expect(report.mismatches.map(\.id) == ["one"])
    }
}
