import MarkedSource
import Testing

@testable import CedarSyntax

@Suite struct RecoveryTests {
    @Test(
        "one run reports every error and nothing that follows from one",
        arguments: [
            // A broken clause does not hide the next clause or the next policy.
            (
                "V1010 V1040 V1012",
                """
                permit(principal, action, resource) when { 1 + ▶}◀ unless { ▶foo◀ };
                forbid(principal ▶=◀ User::"a", action, resource);
                """
            ),
            // Several errors within one scope and one clause.
            (
                "V1036 V1034 V1030 V1050 V1042",
                """
                permit(principal▶:◀ User, action == ▶User::"a"◀, resource in ▶[◀]) when {
                    principal.▶contans◀(1) && 4 ▶/◀ 2 == 2
                };
                """
            ),
            // A missing brace or semicolon ends with the policy.
            (
                "V1018 V1011 V1040",
                """
                permit(principal, action, resource) when { principal.a
                ▶forbid◀(principal, action, resource)▶◀
                permit(principal, action, resource) when { ▶a◀ };
                """
            ),
            // Records inside a broken clause do not end it.
            (
                "V1010 V1021",
                """
                permit(principal, action, resource) when { {a: {b: ▶}◀, c: 1} == {d: 2} } ▶wen◀ { true };
                """
            ),
            // A stray semicolon inside a clause.
            ("V1018 V1040", "permit(principal, action, resource) when { true▶;◀ } when { ▶x◀ };"),
            // A clause behind the end of its policy.
            (
                "V1010 V1040",
                """
                permit(principal, action, resource); ▶when◀ { true };
                forbid(principal, action, resource) when { ▶x◀ };
                """
            ),
            // Words of other languages, and half operators.
            (
                "V1013 V1013 V1013 V1013",
                "permit(principal, action, resource) when { ▶not◀ true ▶and◀ true ▶or◀ true ▶|◀ true };"
            ),
            // A string that is not closed breaks its line only.
            (
                "V1002 V1040",
                """
                permit(principal, action, resource) when { principal == ▶"abc };◀
                permit(principal, action, resource) when { ▶x◀ };
                """
            ),
            // Misspelled keywords keep their structure.
            (
                "V1020 V1040",
                "▶permti◀(principal, action, resource) when { ▶x◀ };\npermit(principal, action, resource);"
            ),
            // What is no policy at all is skipped.
            ("V1020 V1010 V1040", "▶hello◀ world; ▶;◀ ; permit(principal, action, resource) when { ▶x◀ };"),
            // Annotations begin a new policy.
            (
                "V1011 V1023",
                "permit(principal, action, resource)▶◀\n@a @▶a◀ permit(principal, action, resource);"
            ),
            // A missing comma.
            ("V1010", "permit(principal ▶action◀, resource);"),
            ("V1018", "permit(principal == User::\"a\" ▶User◀::\"b\", action, resource);"),
            ("V1018", "permit(principal, action, resource ▶when◀ { true };"),
            ("V1018", "permit(principal, action, resource) when { (true ▶}◀;"),
            ("V1018", "permit(principal, action, resource) when { principal[\"a\" ▶}◀;"),
            ("V1018", "permit(principal, action, resource) when { true▶◀"),
            ("V1018", "permit(principal, action▶◀"),
            ("V1011", "permit(principal, action, resource) when { true }▶◀  // the end"),
            ("V1010", "permit▶◀"),
        ])
    func recovers(_ expected: (codes: String, source: String)) {
        let source = MarkedSource(expected.source)
        let parsed = PolicyParser.parse(source.text)
        #expect(codes(parsed.diagnostics) == expected.codes)
        #expect(places(parsed.diagnostics) == source.places)
    }

    @Test func showsWhereABracketWasOpened() throws {
        let text = "permit(principal, action, resource) when { (true };"
        let finding = try #require(PolicyParser.parse(text).diagnostics.first)
        #expect(finding.labels.map(\.span) == [SourceSpan(start: 43, end: 44)])
        #expect(finding.labels.map(\.text) == ["opened here"])
    }

    @Test func stopsAfterOneHundredFindings() {
        let many = String(repeating: "permit(principal, action, resource) when { x };\n", count: 500)
        let parsed = PolicyParser.parse(many)
        #expect(parsed.diagnostics.count == 100)
        #expect(parsed.diagnostics.last?.code == .tooManyErrors)
        #expect(parsed.diagnostics.dropLast().allSatisfy { $0.code == .unknownVariable })
        #expect(parsed.policies.isEmpty)
    }

    @Test func keepsPoliciesAroundBrokenOnes() {
        let good = "permit(principal, action, resource);"
        let parsed = PolicyParser.parse("\(good) permit(principal); \(good) permit(;\n\(good)")
        #expect(parsed.policies.map(\.id) == ["policy0", "policy2", "policy4"])
    }
}
