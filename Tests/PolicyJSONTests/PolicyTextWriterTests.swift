import CedarSyntax
import Testing

@Suite("Writing policies as text") struct PolicyTextWriterTests {
    /// Texts in the form in which they are written.
    @Test(arguments: [
        "true", "-5", "--5", "-(5)", "----(-5)", "----(5)", "!!!!(!true)", "!(-5)", "!(-context.a)", "-(!true)", "-5.a",
        "(-5).a", "(-9223372036854775808).isEmpty()", "1 - -5", "1 - (2 - 3)", "1 - 2 - 3", "1 * (2 * 3)",
        "(1 + 2) * 3",
        "1 + 2 * 3", "1 && (2 && 3)", "1 || 2 && 3", "(1 || 2) && 3", "(1 == 2) == 3", "1 == (2 == 3)",
        "(1 && 2) == 3", "1 + 2 == 3 - 4", "!(1 == 2)", "!1 == 2", "(if 1 then 2 else 3) + 4", "[if 1 then 2 else 3]",
        "if if 1 then 2 else 3 then 4 else if 5 then 6 else 7", "(1 has a) has b", "(1 + 2).a", "1 + 2 has a.b.c",
        "1 has \"a b\"", "1 has \"if\"", "1 has \"\"", "1 has \"__cedar\"", "1[\"__cedar\"]", "1.a[\"if\"].b",
        "{}", "{a: 1, \"in\": 2, \"\": {}}", "[]", "[1, [2]]", "ip()", "ip(1, 2).isInRange(ip(3), 4)",
        "1 is A::B in [2]", "(1 is A) in 2", "1 is A in (2 in 3)", "1 like \"*\\*\\\\\\n\"", "(1 like \"\") like \"*\"",
        "\"\\\"\\\\\\n\\u{7f}\\u{200b}é\"", "A::B::\"\\\"\" in [principal, action, resource, context]",
    ])
    func expression(_ text: String) throws {
        let policy = try JSONCase.policy(when: text)
        #expect(PolicyTextWriter.text(of: [policy]) == "permit (principal, action, resource) when { \(text) };\n")
    }

    @Test(arguments: [
        "permit (principal, action, resource);\n",
        "@a @b(\"\") @if(\"\\\"\") forbid (principal is A, action in [], resource) unless { 1 } when { 2 };\n",
        "permit (principal in ?principal, action == Action::\"a\", resource is A::B in ?resource);\n",
        "permit (principal is A in B::\"c\", action in Action::\"a\", resource in ?resource);\n",
        "permit (principal == ?principal, action in [Action::\"a\", B::Action::\"c\"], resource);\n",
    ])
    func policy(_ text: String) throws {
        #expect(PolicyTextWriter.text(of: try JSONCase.policies(text: text)) == text)
    }
}
