import CedarSchema
import CedarSyntax
import Testing

/// What scopes admit, which names they may hold, and the kinds of request in which conditions are checked.
@Suite struct ValidatorScopeTests {
    static let names: [ValidationCase] = [
        .init(#"permit(principal, action, resource);"#),
        .init(#"permit(principal == ▶Usr::"a"◀, action, resource);"#, "V1201"),
        .init(#"permit(principal in ▶Usr::"a"◀, action, resource);"#, "V1201"),
        .init(#"permit(principal is ▶Usr◀, action, resource);"#, "V1201"),
        .init(#"permit(principal is ▶Usr◀ in ▶Tem::"a"◀, action, resource);"#, "V1201 V1201"),
        .init(#"permit(principal, action, resource is ▶Foto◀);"#, "V1201"),
        .init(#"permit(principal, action == ▶Action::"vew"◀, resource);"#, "V1202"),
        .init(#"permit(principal, action in ▶Action::"reader"◀, resource);"#, "V1202"),
        .init(#"permit(principal, action in [Action::"view", ▶Action::"x"◀], resource);"#, "V1202"),
        .init(#"permit(principal, action == ▶Other::Action::"view"◀, resource);"#, "V1202"),
        .init(#"permit(principal, action, resource) when { principal == ▶Usr::"a"◀ };"#, "V1201"),
        .init(#"permit(principal, action, resource) when { principal is ▶Usr◀ || true };"#, "V1201"),
        .init(#"permit(principal, action, resource) when { action == ▶Action::"x"◀ || true };"#, "V1202"),
        // Names count also where they never run.
        .init(#"▶permit◀(principal, action, resource) when { false && principal == ▶Usr::"a"◀ };"#, "V1301 V1201"),
        // Members of enumerated types.
        .init(#"permit(principal, action, resource) when { Color::"red" == Color::"green" || true };"#),
        .init(#"permit(principal, action, resource) when { ▶Color::"blue"◀ == Color::"red" || true };"#, "V1204"),
    ]

    @Test(arguments: names) func unknown(row: ValidationCase) throws { try row.check(.photos()) }

    static let scopes: [ValidationCase] = [
        .init(#"permit(principal is User, action == Action::"edit", resource is Album);"#),
        .init(#"permit(principal is ▶Robot◀, action == Action::"edit", resource);"#, "V1203"),
        .init(#"permit(principal == ▶Robot::"r"◀, action == Action::"edit", resource);"#, "V1203"),
        .init(#"permit(principal, action == Action::"view", resource is ▶Album◀);"#, "V1203"),
        .init(#"permit(principal == ▶Team::"t"◀, action == Action::"edit", resource);"#, "V1203"),
        .init(#"permit(principal in Team::"t", action == Action::"edit", resource);"#),
        .init(#"permit(principal in ▶Album::"t"◀, action == Action::"edit", resource);"#, "V1203"),
        .init(#"permit(principal in User::"a", action, resource in Photo::"p");"#),
        .init(#"permit(principal is ▶Robot in Team::"t"◀, action, resource);"#, "V1203"),
        .init(#"permit(principal, action == ▶Action::"readers"◀, resource);"#, "V1203"),
        .init(#"permit(principal, action in Action::"readers", resource is Photo);"#),
        .init(#"▶permit◀(principal, action in [], resource);"#, "V1203"),
        .init(#"@id("permit") ▶forbid◀(principal, action in [], resource);"#, "V1203"),
        .init(#"permit(▶principal is Stone, action, resource is Stone◀);"#, "V1203"),
        .init(#"permit(principal, action in [Action::"edit", Action::"readers"], resource is Album);"#),
    ]

    @Test(arguments: scopes) func applicable(row: ValidationCase) throws {
        var row = row
        // The place of a scope with several constraints is not part of the table.
        if row.policy.contains("▶principal") { row.policy.removeAll { $0 == "▶" || $0 == "◀" } }
        try row.check(.photos())
    }

    /// Conditions are checked with each type that the scope admits, and with no other.
    static let environments: [ValidationCase] = [
        .init(#"permit(principal is Robot, action, resource) when { principal.serial == 1 };"#),
        .init(#"permit(principal, action == Action::"view", resource) when { ▶principal.serial◀ == 1 };"#, "V1210"),
        .init(#"permit(principal, action == Action::"view", resource) when { principal.name == "a" };"#),
        .init(#"permit(principal, action == Action::"edit", resource) when { principal.active };"#),
        .init(#"permit(principal, action, resource) when { context.mfa };"#),
        .init(#"permit(principal, action, resource) when { ▶context.now◀ == datetime("2024-01-01") };"#, "V1210"),
        .init(
            #"permit(principal, action, resource) when { action == Action::"view" && context.now == datetime("2024-01-01") };"#
        ),
        .init(#"permit(principal, action, resource) when { principal is Robot && principal.serial == 1 };"#),
        .init(#"permit(principal, action, resource) when { resource is Photo && resource.size > 1 };"#),
        .init(#"permit(principal in Team::"t", action, resource) when { principal.active };"#),
        .init(#"permit(principal == ?principal, action == Action::"edit", resource) when { principal.active };"#),
        .init(#"permit(principal == ?principal, action, resource) when { ▶principal.active◀ };"#, "V1210"),
        .init(#"permit(principal is User in ?principal, action, resource) when { principal.active };"#),
        .init(#"permit(principal, action, resource in ?resource) when { ▶resource.size◀ > 1 };"#, "V1210"),
    ]

    @Test(arguments: environments) func conditions(row: ValidationCase) throws { try row.check(.photos()) }

    @Test("one finding tells in how many kinds of request it holds") func labels() throws {
        let file = SourceFile(
            name: "p.cedar", text: #"permit(principal, action, resource) when { principal.serial == resource.size };"#)
        let report = PolicyValidator(schema: try .photos()).validate(PolicyParser.parse(file).policies, in: file)
        #expect(
            report.diagnostics.map(\.message) == [
                "`User` has no attribute `serial`", "`Album` has no attribute `size`",
            ])
        let labels = report.diagnostics.flatMap(\.labels).map(\.text)
        #expect(labels.count == 2)
        #expect(labels.first?.hasPrefix("for 2 of 3 kinds of request, such as") == true, "\(labels)")
        #expect(labels.last?.hasPrefix("for 1 of 3 kinds of request, such as") == true, "\(labels)")
    }

    @Test(
        "help names what was probably meant",
        arguments: [
            (#"principal is Usr"#, "did you mean `User`?"), (#"principal == Vser::"a""#, "did you mean `User`?"),
            (#"principal in N::User::"a""#, "did you mean `User`?"),
            (#"principal == Team::"t""#, "did you mean `principal in Team::\"t\"`?"),
        ])
    func help(scope: String, expected: String) throws {
        let file = SourceFile(name: "p.cedar", text: "permit(\(scope), action == Action::\"edit\", resource);")
        let report = PolicyValidator(schema: try .photos()).validate(PolicyParser.parse(file).policies, in: file)
        #expect(report.diagnostics.map(\.help) == [expected])
    }

    @Test("names of namespaces are looked up as they are written") func namespaces() throws {
        let schema = try Schema(
            text: """
                entity User;
                namespace N { entity Doc { owner: User }; action view appliesTo { principal: User, resource: Doc }; }
                """)
        for row in [
            ValidationCase(#"permit(principal is User, action == N::Action::"view", resource is N::Doc);"#),
            ValidationCase(#"permit(principal, action == N::Action::"view", resource is ▶Doc◀);"#, "V1201"),
            ValidationCase(#"permit(principal, action == ▶Action::"view"◀, resource);"#, "V1202"),
            ValidationCase(#"permit(principal is ▶N::User◀, action, resource);"#, "V1201"),
        ] { try row.check(schema) }
    }

    // MARK: - Links

    @Test(
        "links are checked with their slots",
        arguments: [
            (#"User::"a""#, #"Album::"b""#, ""), (#"Team::"a""#, #"Album::"b""#, ""),
            (#"Robot::"a""#, #"Album::"b""#, "V1203"), (#"Team::"a""#, #"Team::"b""#, "V1203"),
            (#"Usr::"a""#, #"Album::"b""#, "V1201"), (#"Usr::"a""#, #"Albun::"b""#, "V1201 V1201"),
        ])
    func links(principal: String, resource: String, codes: String) throws {
        let file = SourceFile(
            name: "t.cedar",
            text: #"permit(principal in ?principal, action == Action::"edit", resource in ?resource);"#)
        let templates = PolicyParser.parse(file).policies.map { PolicySource(policy: $0, file: file) }
        let id = try #require(templates.first?.policy.id)
        let uids = try [principal, resource].map { try #require(EntityUID(parsing: $0)) }
        let place = Diagnostic.Location(file, SourceSpan(start: 1, end: 2))
        let link = LinkSource(
            id: PolicyID("link"), template: id, slots: [.principal: uids[0], .resource: uids[1]], location: place)
        let report = PolicyValidator(schema: try .photos()).validate(templates, links: [link])
        #expect(schemaCodes(report.diagnostics) == codes)
        #expect(report.diagnostics.allSatisfy { $0.location?.span == place.span })
        #expect(report.verdicts[PolicyID("link")] == codes.isEmpty)
        #expect(report.verdicts[id] == true)
    }
}
