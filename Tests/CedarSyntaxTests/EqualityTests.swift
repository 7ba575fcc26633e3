import Testing

@testable import CedarSyntax

@Suite("Sameness of policies") struct EqualityTests {
    private func policy(_ text: String) throws -> Policy {
        let parsed = PolicyParser.parse(SourceFile(name: "a.cedar", text: text))
        #expect(parsed.diagnostics.map(\.message) == [])
        return try #require(parsed.policies.first)
    }

    private func expression(_ text: String) throws -> Expression {
        try policy("permit(principal,action,resource)when{\(text)};").conditions[0].body
    }

    @Test(arguments: [
        ("a::\"x\" && 1 && 2", "((a :: \"x\" && 1)) && (2)"),
        ("1 || 2 || 3 || 4", "((1 || 2) || 3) || 4"),
        ("1 + 2 - 3", "(1 + 2) - 3"),
        ("1 * 2 * 3", "(1 * 2) * 3"),
        ("context.a[\"b\"].isEmpty()", "((context.a).b).isEmpty()"),
        ("{a: 1, \"b\": 2}", "{b: 2, \"a\": 1}"),
        ("\"\\u{41}\\x42\"", "\"AB\""),
        ("context has a.b.c", "context has a && context.a has b && context.a.b has c"),
        ("context has a.b.c", "context has a.b && context.a.b has c"),
        ("context.x has a.b && 1", "context.x has a && context.x.a has b && 1"),
        ("1 && context has a.b", "1 && (context has a && context.a has b)"),
        ("(context has a.b) && context.a.b has c.d", "context has a.b && context.a.b has c.d"),
        ("if 1 then 2 else 3", "if (1) then (2) else (3)"),
        ("\"a\" like \"*\\u{2a}\\*\"", "\"a\" like \"**\\*\""),
    ])
    func same(_ left: String, _ right: String) throws {
        #expect(try expression(left).hasSameMeaning(as: expression(right)))
        #expect(try expression(right).hasSameMeaning(as: expression(left)))
    }

    @Test(arguments: [
        ("1 && 2", "2 && 1"), ("1 && (2 && 3)", "1 && 2 && 3"), ("1 - (2 - 3)", "1 - 2 - 3"), ("1 + 2", "1 - 2"),
        ("1 && 2", "1 || 2"), ("1", "true"), ("\"\u{E9}\"", "\"e\u{301}\""), ("-(1)", "-1"), ("1 != 2", "!(1 == 2)"),
        ("[1, 2]", "[2, 1]"), ("[1]", "[1, 1]"), ("{a: 1}", "{b: 1}"), ("{a: 1}", "{a: 2}"), ("{}", "[]"),
        ("context has a.b", "context has a"), ("context has a.b", "context has a && context has b"),
        ("context has a.b", "context has a && context.b has b"), ("context has a.b", "context has b.a"),
        ("context has a.b.c", "context has a && context.a has b && context.a.c has c"),
        ("context has a.b && 1", "context has a && context.a has b && 2"),
        ("principal is A", "principal is A in B::\"b\""), ("principal is A", "principal is B"),
        ("\"a\" like \"*\"", "\"a\" like \"\\*\""), ("context.a", "context.b"), ("context.a", "context.a.a"),
        ("context.contains(1)", "context.containsAll(1)"), ("ip(\"a\")", "decimal(\"a\")"), ("ip()", "ip(1)"),
        ("context.isInRange(1)", "context.isInRange(2)"), ("principal", "resource"), ("A::\"b\"", "B::\"b\""),
        ("if 1 then 2 else 3", "if 1 then 3 else 2"), ("1 < 2", "1 <= 2"), ("1 * 2", "1 * 3"),
    ])
    func different(_ left: String, _ right: String) throws {
        #expect(try !expression(left).hasSameMeaning(as: expression(right)))
        #expect(try !expression(right).hasSameMeaning(as: expression(left)))
    }

    private static let heads = [
        "permit(principal,action,resource);", "forbid(principal,action,resource);",
        "@a permit(principal,action,resource);",
        "@a(\"b\")permit(principal,action,resource);", "permit(principal==A::\"a\",action,resource);",
        "permit(principal in A::\"a\",action,resource);", "permit(principal is A,action,resource);",
        "permit(principal is A in A::\"a\",action,resource);", "permit(principal==?principal,action,resource);",
        "permit(principal,action==Action::\"a\",resource);", "permit(principal,action in Action::\"a\",resource);",
        "permit(principal,action in [],resource);",
        "permit(principal,action in [Action::\"a\",Action::\"b\"],resource);",
        "permit(principal,action,resource==A::\"a\");", "permit(principal,action,resource in ?resource);",
        "permit(principal,action,resource)when{1};", "permit(principal,action,resource)unless{1};",
        "permit(principal,action,resource)when{1}when{1};",
    ]

    @Test func everyHeadIsTheSameAsItselfOnly() throws {
        for (index, left) in Self.heads.enumerated() {
            for (other, right) in Self.heads.enumerated() {
                #expect(try policy(left).hasSameMeaning(as: policy(right)) == (index == other), "\(left) \(right)")
            }
        }
    }

    @Test func orderOfAnnotationsDoesNotCount() throws {
        let left = try policy("@a(\"1\")@b permit(principal,action in [Action::\"a\"],resource);")
        let right = try policy("@b(\"\")@a(\"1\")permit(principal,action in (Action::\"a\"),resource);")
        #expect(left.hasSameMeaning(as: right))
    }
}
