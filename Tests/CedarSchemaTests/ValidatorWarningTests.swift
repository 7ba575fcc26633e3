import CedarSchema
import CedarSyntax
import Testing

/// Policies that are valid but not what they seem.
@Suite struct ValidatorWarningTests {
    static let impossible: [ValidationCase] = [
        .init(#"▶permit◀(principal, action, resource) when { false };"#, "V1301"),
        .init(#"▶forbid◀(principal, action, resource) unless { true };"#, "V1301"),
        .init(#"▶permit◀(principal is User, action, resource) when { principal is Robot };"#, "V1301"),
        .init(#"▶permit◀(principal, action == Action::"view", resource) when { action == Action::"edit" };"#, "V1301"),
        .init(#"▶permit◀(principal, action == Action::"view", resource) when { resource in Team::"t" };"#, "V1301"),
        .init(#"▶permit◀(principal, action, resource) when { principal == resource };"#, "V1301"),
        .init(#"▶permit◀(principal, action, resource) when { 1 == 2 && context.mfa };"#, "V1301"),
        .init(#"@why("permit") ▶permit◀(principal, action, resource) when { 1 != 1 };"#, "V1301"),
        // Possible in one kind of request at least.
        .init(#"permit(principal, action, resource) when { principal is Robot };"#),
        .init(#"permit(principal, action, resource) when { resource is Album };"#),
        .init(#"permit(principal, action, resource) when { 1 < 0 };"#),
        .init(#"permit(principal, action, resource) when { 1 == 1 };"#),
    ]

    @Test(arguments: impossible) func noRequest(row: ValidationCase) throws { try row.check(.photos()) }

    @Test func impossiblePoliciesAreValidAndNamed() throws {
        let file = SourceFile(
            name: "p.cedar",
            text: "permit(principal, action, resource) when { false }; permit(principal, action, resource);")
        let report = PolicyValidator(schema: try .photos()).validate(PolicyParser.parse(file).policies, in: file)
        #expect(report.isValid)
        #expect(report.impossiblePolicies == [PolicyID("policy0")])
        #expect(report.verdicts == [PolicyID("policy0"): true, PolicyID("policy1"): true])
        #expect(report.diagnostics.map(\.severity) == [.warning])
    }

    /// Written with escapes here and as characters in the policy.
    static let texts: [(condition: String, codes: String)] = [
        ("principal.name == ▶\"a\u{202E}b\"◀", "V1302"),
        ("principal.name == ▶\"a\u{2066}b\"◀", "V1302"),
        ("▶principal.name like \"*\u{202D}*\"◀", "V1302"),
        ("principal == ▶User::\"a\u{202E}b\"◀", "V1302"),
        // Cyrillic a among Latin letters.
        ("principal.name == ▶\"p\u{430}ypal\"◀", "V1303"),
        ("principal == ▶User::\"p\u{430}ypal\"◀", "V1303"),
        ("▶principal has \"n\u{430}me\"◀", "V1303"),
        ("{\"n\u{430}me\": 1}.name == 1", "V1210"),
        // Invisible or confusable in names, but allowed in texts.
        ("principal == ▶User::\"a\u{200B}b\"◀", "V1304"),
        ("principal == ▶User::\"a\u{0}b\"◀", "V1304"),
        ("principal == ▶User::\"say \u{201C}hi\u{201D}\"◀", "V1304"),
        ("principal.name == \"say \u{201C}hi\u{201D}\"", ""),
        ("principal.name == \"a\u{200B}b\"", ""),
        // One script each.
        ("principal.name == \"\u{43F}\u{430}\u{440}\u{43E}\u{43B}\u{44C}\"", ""),
        ("principal.name == \"Zo\u{EB} gr\u{FC}\u{DF}t\"", ""),
        ("principal == User::\"\u{65E5}\u{672C}\u{306E}\"", ""),
        ("principal.name == \"\u{3B1}\u{3B2}\u{3B3} 123\"", ""),
    ]

    @Test(arguments: texts) func characters(condition: String, codes: String) throws {
        var row = ValidationCase(condition, codes)
        if condition.hasPrefix("{") { return try withErrors(condition) }
        if condition.contains("has") { row.policy += " || true" }
        try row.check(.photos())
    }

    /// Warnings stand beside errors.
    private func withErrors(_ condition: String) throws {
        let source = ValidationSource("permit(principal is User, action, resource) when { \(condition) };")
        let report = PolicyValidator(schema: try .photos()).validate(try source.policies(), in: source.file)
        #expect(Set(report.diagnostics.map(\.code.description)) == ["V1210", "V1303"])
    }

    @Test func scopesAreLookedAt() throws {
        try ValidationCase("permit(principal == ▶User::\"p\u{430}ypal\"◀, action, resource);", "V1303").check(.photos())
        try ValidationCase("permit(principal, action, resource in ▶Album::\"a\u{202E}\"◀);", "V1302").check(.photos())
    }

    @Test func messagesShowNoInvisibleCharacters() throws {
        let source = ValidationSource("permit(principal, action, resource) when { \"a\u{202E}b\" == \"\" || true };")
        let report = PolicyValidator(schema: try .photos()).validate(try source.policies(), in: source.file)
        let message = try #require(report.diagnostics.first?.message)
        #expect(!message.unicodeScalars.contains("\u{202E}"))
    }
}
