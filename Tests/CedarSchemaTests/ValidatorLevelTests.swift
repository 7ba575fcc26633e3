import CedarSchema
import CedarSyntax
import Testing

/// How far from the request entity data is read (Cedar RFC 76): each row with the level that it needs.
@Suite struct ValidatorLevelTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var policy: String
        var level: Int

        init(_ policy: String, _ level: Int) {
            self.policy = policy
            self.level = level
        }

        var testDescription: String { "\(level): \(policy)" }
    }

    static let rows: [Row] = [
        Row("true", 0),
        Row("principal == User::\"a\"", 0),
        Row("principal is User", 0),
        Row("context.mfa", 0),
        Row("context has device && context.device.kind == \"a\"", 0),
        Row("principal.active", 1),
        Row("principal has nick", 1),
        Row("principal has nick && principal.nick == \"a\"", 1),
        Row("principal.address.city == \"a\"", 1),
        Row("principal in Team::\"t\"", 1),
        Row("principal is User in Team::\"t\"", 1),
        Row("principal.hasTag(\"a\") && principal.getTag(\"a\") == \"b\"", 1),
        Row("principal in [Team::\"t\", Team::\"u\"]", 1),
        Row("resource.owner == principal", 1),
        Row("resource.owner.active", 2),
        Row("resource.owner in Team::\"t\"", 2),
        Row("resource.owner.address.city == \"a\"", 2),
        Row("resource.owner has manager && resource.owner.manager == principal", 2),
        Row("resource.owner has manager.manager", 3),
        Row("resource.owner has manager && resource.owner.manager.active", 3),
        Row("(if principal.active then principal else resource.owner).active", 2),
        Row("(if true then principal else resource.owner).active", 1),
        Row("{a: principal, b: resource.owner}.a.active", 1),
        Row("{a: principal, b: resource.owner}.b.active", 2),
        Row("{a: {b: resource.owner}}.a.b.active", 2),
        Row("[resource.owner.active].contains(true)", 2),
        Row("false && resource.owner.active", 0),
        Row("true || resource.owner.active", 0),
        Row("principal.level + resource.owner.level > resource.size", 2),
        Row("!(resource.owner.name like \"a*\")", 2),
        Row("resource.owner.home.isInRange(ip(\"10.0.0.0/8\"))", 2),
    ]

    @Test(arguments: rows) func level(row: Row) throws {
        let warning = row.policy.hasPrefix("false") ? "V1301" : ""
        for level in row.level...4 { try ValidationCase(row.policy, warning).check(.photos(), level: level) }
        guard row.level > 0 else { return }
        let source = ValidationSource(
            "permit(principal is User, action == Action::\"view\", resource) when { \(row.policy) };")
        for level in 0..<row.level {
            let report = PolicyValidator(schema: try .photos(), level: level).validate(
                try source.policies(), in: source.file)
            #expect(!report.diagnostics.isEmpty, "level \(level)")
            #expect(report.diagnostics.allSatisfy { $0.code == .levelExceeded })
            #expect(!report.isValid)
        }
    }

    static let places: [ValidationCase] = [
        .init(#"▶resource.owner.active◀ || principal.active"#, "V1240"),
        .init(#"▶resource.owner.address◀.city == "a""#, "V1240"),
        .init(#"▶resource.owner in Team::"t"◀"#, "V1240"),
        // Entities written out are no part of the request.
        .init(#"▶User::"a"◀.active"#, "V1241"),
        .init(#"▶User::"a"◀ in Team::"t""#, "V1241"),
        .init(#"(if principal.active then principal else ▶User::"a"◀).active"#, "V1241"),
        .init(#"principal == User::"a" && principal in Team::"t""#),
        .init(#"Action::"view" in Action::"readers" || principal.active"#),
    ]

    @Test(arguments: places) func spans(row: ValidationCase) throws { try row.check(.photos(), level: 1) }

    @Test("scopes read ancestors too") func scopes() throws {
        for row in [
            ValidationCase(#"permit(principal in ▶Team::"t"◀, action == Action::"view", resource);"#, "V1240"),
            ValidationCase(#"permit(principal, action == Action::"view", resource in ▶Album::"a"◀);"#, "V1240"),
            ValidationCase(#"permit(principal is ▶User in Team::"t"◀, action == Action::"view", resource);"#, "V1240"),
            ValidationCase(#"permit(principal in ▶?principal◀, action == Action::"view", resource);"#, "V1240"),
            ValidationCase(#"permit(principal, action in ▶Action::"readers"◀, resource);"#, "V1240"),
            ValidationCase(#"permit(principal == User::"a", action == Action::"view", resource is Photo);"#),
        ] {
            try row.check(.photos(), level: 0)
            try ValidationCase(row.policy.filter { $0 != "▶" && $0 != "◀" }).check(.photos(), level: 1)
        }
    }

    @Test("an invalid policy is not measured") func errorsFirst() throws {
        try ValidationCase(#"▶resource.owner.nope◀ || resource.owner.active"#, "V1210").check(.photos(), level: 0)
    }
}
