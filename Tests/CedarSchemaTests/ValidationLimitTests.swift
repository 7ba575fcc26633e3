import CedarSyntax
import Testing

@testable import CedarSchema

/// Hostile schemas and policies: validation comes to an end, in bounded memory.
@Suite struct ValidationLimitTests {
    /// What is found; with a small budget where that is to run out, as debug builds are slow.
    private func codes(
        _ schema: String, _ policies: String, _ budget: ValidationBudget = ValidationBudget()
    ) throws -> [String] {
        let file = SourceFile(name: "p.cedar", text: policies)
        let parsed = PolicyParser.parse(file)
        try #require(parsed.diagnostics.isEmpty, "\(parsed.diagnostics.map(\.message))")
        var validator = PolicyValidator(schema: try Schema(text: schema))
        validator.budget = budget
        return validator.validate(parsed.policies, in: file).diagnostics.map(\.code.description)
    }

    private let small = ValidationBudget(steps: 1_000_000, perPolicy: 100_000)

    private func condition(_ text: String) -> String { "permit(principal, action, resource) when { \(text) };" }

    /// Types of a few declarations that are large when written out.
    private var doubling: String {
        "type T0 = { a: Long };"
            + (1...10).map { "type T\($0) = { a: T\($0 - 1), b: T\($0 - 1) };" }.joined()
            + "entity U; action a appliesTo { principal: U, resource: U, context: { x: T10, y: T10 } };"
    }

    @Test func typesThatDoubleAreComparedOnlySoOften() throws {
        #expect(try codes(doubling, condition("context.x == context.y")).isEmpty)
        let equalities = Array(repeating: "context.x == context.y", count: 200).joined(separator: " && ")
        #expect(try codes(doubling, condition(equalities), small) == ["V1290"])
        let elements = Array(repeating: "context.x", count: 2_000).joined(separator: ", ")
        #expect(try codes(doubling, condition("[\(elements)].isEmpty()"), small) == ["V1290"])
    }

    @Test func policiesShareOneBudget() throws {
        let policies = String(repeating: condition("context.x == context.y"), count: 50)
        let found = try codes(doubling, policies, ValidationBudget(steps: 100_000, perPolicy: 50_000))
        #expect((1...49).contains(found.count))
        #expect(Set(found) == ["V1290"])

        var budget = ValidationBudget(steps: 100, perPolicy: 60)
        #expect(budget.forPolicy == 60)
        budget.spend(70)
        #expect(budget.forPolicy == 30)
        budget.spend(70)
        #expect(budget.forPolicy == 0)
        #expect((0..<1_000).count { _ in budget.explain { 1 } != nil } == 200)
    }

    @Test func kindsOfRequestAreOnlySoMany() throws {
        let types = (0..<100).map { "E\($0)" }.joined(separator: ", ")
        let actions = (0..<20).map { "action a\($0) appliesTo { principal: [\(types)], resource: [\(types)] };" }
            .joined()
        let schema = "entity \(types);" + actions
        #expect(try codes(schema, condition("principal == resource"), small) == ["V1290"])
        // A scope makes them few, and so does a condition that mentions little.
        #expect(
            try codes(schema, "permit(principal is E1, action, resource is E1) when { principal == resource };").isEmpty
        )
        #expect(try codes(schema, condition("principal == E1::\"a\"")).isEmpty)
    }

    @Test func findingsAreOnlySoMany() throws {
        let attributes = (0..<5_000).map { "attribute\($0): Long" }.joined(separator: ", ")
        let schema = "entity U { \(attributes) }; action a appliesTo { principal: U, resource: U };"
        let wrong = (0..<5_000).map { "principal.atribute\($0) == 1" }.joined(separator: " && ")
        #expect(
            try codes(schema, condition(wrong)) == Array(repeating: "V1210", count: PolicyValidator.maximumFindings))
        let names = (0..<5_000).map { "principal == Nobody\($0)::\"a\"" }.joined(separator: " || ")
        #expect(
            try codes(schema, condition(names)) == Array(repeating: "V1201", count: PolicyValidator.maximumFindings))
        let policies = (0..<2_000).map { "permit(principal is Nobody\($0), action, resource);" }.joined()
        #expect(try codes(schema, policies) == Array(repeating: "V1201", count: 2_000))
    }

    @Test func membersOfEnumerationsAreLookedUp() throws {
        let members = (0..<5_000).map { "\"m\($0)\"" }.joined(separator: ", ")
        let schema = "entity C enum [\(members)]; entity U; action a appliesTo { principal: U, resource: U };"
        let tests = (0..<5_000).map { "C::\"m\($0)\" == C::\"m\($0)\"" }.joined(separator: " && ")
        #expect(try codes(schema, condition(tests)).isEmpty)
    }

    @Test func longChainsOfCapabilities() throws {
        let attributes = (0..<3_000).map { "a\($0)?: Long" }.joined(separator: ", ")
        let schema = "entity U { \(attributes) }; action a appliesTo { principal: U, resource: U };"
        let tests = (0..<3_000).map { "principal has a\($0)" }.joined(separator: " && ")
        let uses = (0..<3_000).map { "principal.a\($0) == 1" }.joined(separator: " && ")
        #expect(try codes(schema, condition("(\(tests)) && \(uses)")).isEmpty)
        #expect(try codes(schema, condition("if \(tests) then \(uses) else true")).isEmpty)
    }

    @Test func longStringsAreShortInMessages() throws {
        let long = String(repeating: "\u{430}x", count: 250_000)
        let file = SourceFile(
            name: "p.cedar",
            text: condition("\"\(long)\" == U::\"\(long)\" || principal.\(String(repeating: "x", count: 500_000))"))
        let schema = try Schema(text: "entity U; action a appliesTo { principal: U, resource: U };")
        let report = PolicyValidator(schema: schema).validate(PolicyParser.parse(file).policies, in: file)
        #expect(!report.diagnostics.isEmpty)
        for finding in report.diagnostics {
            #expect(finding.message.utf8.count < 300)
            #expect((finding.help?.utf8.count ?? 0) < 300)
        }
    }

    @Test(
        "schemas that are no text are refused",
        arguments: [
            Array("entity U\u{0};".utf8), [0xFF, 0xFE], Array("entity \"".utf8) + [0xC3] + Array("\";".utf8),
            [0xEF, 0xBB, 0xBF] + Array("entity U;".utf8), Array("entity U; // \u{0}".utf8) + [0x80],
            Array(repeating: 0, count: 100_000), Array(repeating: 0x22, count: 100_001),
        ])
    func bytes(_ bytes: [UInt8]) {
        for name in ["s.cedarschema", "s.cedarschema.json"] {
            let (schema, diagnostics) = Schema.parse(files: [SourceFile(name: name, bytes: bytes)])
            #expect(schema == nil)
            #expect((1...100).contains(diagnostics.count), "\(name)")
        }
    }
}
