import CedarSchema
import CedarSyntax
import Testing

/// What the linter finds: the codes in the order of the text, with every marked place in `▶◀`.
@Suite("Lints") struct PolicyLintTests {
    static let schema = """
        entity Team;
        entity Color enum ["red", "green"];
        entity User in [Team] { age: Long, nickname?: String, manager?: User, wants: Duration, favourite: Color,
            liked: Set<Color> } tags String;
        entity Doc { owner: User, color: Color, address: String };
        type Duration = duration;
        action read, view;
        action look in [read] appliesTo { principal: User, resource: Doc, context: { mfa?: Bool, at: datetime } };
        """

    static let ids = #"@id("p") @reason("r") "#

    private static func findings(
        _ marked: String, schema: Bool, _ settings: LintSettings = LintSettings(),
        guaranteedContext: RecordType = RecordType()
    ) throws -> (diagnostics: [Diagnostic], places: [SourceSpan]) {
        var bytes: [UInt8] = []
        var places: [SourceSpan] = []
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "▶": places.append(SourceSpan(start: bytes.count, end: -1))
            case "◀":
                let open = try #require(places.lastIndex { $0.end < 0 })
                places[open].end = bytes.count
            default: bytes += Array(String(scalar).utf8)
            }
        }
        let file = SourceFile(name: "p.cedar", bytes: bytes)
        let parsed = PolicyParser.parse(file)
        try #require(parsed.diagnostics.isEmpty, "\(DiagnosticRenderer().render(parsed.diagnostics))")
        let resolved = try #require(Schema.parse(files: [SourceFile(name: "s.cedarschema", text: Self.schema)]).schema)
        let linter = PolicyLinter(
            settings: settings, schema: schema ? resolved : nil, guaranteedContext: guaranteedContext)
        return (linter.lint(parsed.policies.map { PolicySource(policy: $0, file: file) }), places)
    }

    private static func expect(_ codes: String, _ marked: String, schema: Bool, _ settings: LintSettings) throws {
        let (diagnostics, places) = try findings(marked, schema: schema, settings)
        let text = DiagnosticRenderer().render(diagnostics)
        #expect(diagnostics.map(\.code.description).joined(separator: " ") == codes, "\(text)")
        #expect(Set(diagnostics.compactMap { $0.location?.span }) == Set(places), "\(text)")
    }

    // MARK: - Rules that may fail

    private static func forbid(_ condition: String) -> String {
        ids + "forbid (principal is User, action, resource) when { \(condition) };"
    }

    @Test(
        "what may fail without a schema",
        arguments: [
            ("V1401", "▶context.mfa◀ == true"), ("", "context has mfa && context.mfa"),
            ("", "!(context has mfa) || context.mfa"), ("", "!(context has a.b && context.a.b == 1)"),
            ("", "if context has mfa then context.mfa else false"),
            ("V1401", "if context has mfa then true else ▶context.mfa◀"),
            ("V1401", "context has mfa || ▶context.mfa◀"), ("V1401", "▶context.a◀ == 1 && context.a == 2"),
            ("V1401 V1401", "true && ▶▶context.a◀.b◀"), ("", "context has a.b && context.a.b"),
            ("V1401", "context has a && ▶context.a.b◀"),
            ("", #"principal.hasTag("a") && principal.getTag("a") == "b""#),
            ("V1401", #"principal.hasTag("a") && ▶principal.getTag("b")◀ == "b""#),
            ("", "1 + 2 == 3 && -(5) < 2"), ("V1401", "context has n && ▶context.n + 1◀ < 5"),
            ("V1401", "context has n && ▶context.n * 2◀ < 5"), ("V1401", "context has n && ▶-context.n◀ < 5"),
            ("", "context has n && context.n <= 100 && -100 <= context.n && context.n * 2 + 1 < 5"),
            ("V1401", "context has n && context.n <= 100 && ▶context.n * 2◀ < 5"),
            ("", "context has n && !(context.n > 100 || context.n < 0) && 1 - context.n < 5"),
            ("", "context has n && context.n == 7 && context.n + 1 < 5"),
            ("V1401", "context has n && (context.n > 100 || context.n < 0) && ▶context.n + 1◀ < 5"),
            ("", "context has d && context.d.toMinutes() * 60000 < 5"),
            ("V1401", "context has d && ▶context.d.toMinutes() * 60001◀ < 5"),
            ("", "context has t && context.t.toTime().toMilliseconds() * 1000 < 5"),
            ("V1401", "▶9223372036854775807 + 1◀ == 0"), ("", "if 1 < 2 then 2 * 3 == 6 else false"),
            ("", #"ip("10.0.0.1").isIpv4()"#), ("V1401", #"ip(▶"nonsense"◀).isIpv4()"#),
            ("V1401", "context has a && ▶ip(context.a)◀.isIpv4()"),
            ("V1401", #"▶ip("10.0.0.1").isInRange()◀"#),
            ("", #"context has t && context.t.offset(duration("1d")) < context.t"#),
            ("V1401", "context has t && context has d && ▶context.t.offset(context.d)◀ < context.t"),
            ("", "false && context.mfa"), ("V1401", "(false || true) && ▶context.mfa◀"),
            ("", "principal is User in Team::\"a\" && resource in Team::\"b\""),
            ("", "[1, 2].contains(1) && {a: 1} == {a: 1} && \"a\" like \"a*\""),
            ("V1401", #"▶Team::"a".name◀ == "x""#), ("", #"Team::"a" has name && Team::"a".name == "x""#),
        ])
    func failuresWithoutSchema(codes: String, condition: String) throws {
        try Self.expect(codes, Self.forbid(condition), schema: false, LintSettings())
    }

    @Test(
        "what may fail with a schema",
        arguments: [
            ("", "principal.age > 18"), ("V1401", #"▶principal.nickname◀ == "x""#),
            ("", #"principal has nickname && principal.nickname == "x""#),
            ("", #"!(principal has nickname) || principal.nickname == "x""#),
            ("V1401", "▶resource.owner.age◀ > 18"), ("", "resource.owner has age && resource.owner.age > 18"),
            ("", #"resource.owner has nickname && resource.owner.age > 18"#),
            ("V1401", "▶resource.owner.age◀ > 18 && resource.owner.age < 99"),
            ("V1401", "▶principal.age + 1◀ > 18"), ("V1401", "▶ip(resource.address)◀.isIpv4()"),
            ("V1401", "▶context.at.offset(principal.wants)◀ < context.at"),
            ("V1401", #"▶principal.getTag("a")◀ == "b""#), ("V1401", "▶context.mfa◀"),
            ("", "resource is User && resource.nickname == \"x\""),
            ("", "(if context has mfa then principal else principal).age > 18"),
            ("V1401", "principal has manager && ▶principal.manager.age◀ > 1"),
        ])
    func failuresWithSchema(codes: String, condition: String) throws {
        try Self.expect(codes, Self.forbid(condition), schema: true, LintSettings())
    }

    @Test func aPermitMayFail() throws {
        try Self.expect(
            "", Self.ids + "permit (principal is User, action, resource) when { context.mfa };", schema: false,
            LintSettings())
    }

    @Test func clausesKnowOneAnother() throws {
        try Self.expect(
            "",
            Self.ids + "forbid (principal, action, resource) when { context has a } unless { context.a } "
                + "unless { context.a == 2 };", schema: false, LintSettings())
    }

    @Test func whatTheServerSetsIsThere() throws {
        let clock = RecordType(["now": .init(.record(RecordType(["hour": .init(.long)])))])
        let policy = Self.forbid("context.now.hour + 1 < 9 || context.now.second < 1 || context.other")
        let (diagnostics, _) = try Self.findings(policy, schema: false, guaranteedContext: clock)
        #expect(diagnostics.count == 2)
        #expect(try Self.findings(policy, schema: false).diagnostics.count == 5)
    }

    // MARK: - Scopes

    @Test(
        "permits for everyone",
        arguments: [
            ("V1402", "▶permit◀ (principal, action, resource);"),
            ("V1402", "▶permit◀ (principal, action, resource) when { true };"),
            ("V1402", "▶permit◀ (principal, action, resource) unless { context has blocked };"),
            ("", "permit (principal, action, resource) when { context has mfa };"),
            ("", "permit (principal, action, resource) when { context has a } unless { context has b };"),
            ("", "permit (principal is User, action, resource);"),
            ("", "permit (principal == ?principal, action, resource);"),
            ("", "permit (principal, action == Action::\"view\", resource);"),
            ("", "forbid (principal, action, resource);"),
            ("V1402", "// permit\n▶permit◀ (principal, action, resource);"),
        ])
    func unconstrained(codes: String, policy: String) throws {
        try Self.expect(codes, Self.ids + policy, schema: false, LintSettings())
        try Self.expect(codes, Self.ids + policy, schema: true, LintSettings())
    }

    static let all = "forbid (principal, action, resource);"

    @Test(
        "policies behind an unconditional forbid",
        arguments: [
            (
                1, 1, "forbid (principal, action, resource);",
                "permit (principal is User, action, resource) when { true };"
            ),
            (
                1, 1, "forbid (principal is User, action, resource);",
                "permit (principal == User::\"a\", action, resource);"
            ),
            (
                1, 1, "forbid (principal in Team::\"a\", action, resource);",
                "permit (principal is User in Team::\"a\", action, resource);"
            ),
            (
                1, 1, "forbid (principal, action == Action::\"look\", resource) when { true };",
                "permit (principal, action == Action::\"look\", resource is Doc);"
            ),
            (
                1, 1, "forbid (principal, action in [Action::\"look\", Action::\"view\"], resource);",
                "permit (principal, action in [Action::\"view\"], resource is Doc);"
            ),
            (
                1, 1, "forbid (principal is User, action, resource);",
                "forbid (principal is User, action, resource) when { context has a };"
            ),
            (
                1, 1, "forbid (principal is User, action, resource);",
                "permit (principal is User in ?principal, action, resource);"
            ),
            (1, 1, "forbid (principal is User, action, resource);", "forbid (principal is User, action, resource);"),
            (
                0, 1, "forbid (principal, action in Action::\"read\", resource);",
                "permit (principal, action == Action::\"look\", resource is Doc);"
            ),
            (
                0, 0, "forbid (principal, action == Action::\"read\", resource);",
                "permit (principal, action in Action::\"read\", resource is Doc);"
            ),
            (
                0, 0, "forbid (principal is User, action, resource);",
                "permit (principal in Team::\"a\", action, resource);"
            ),
            (
                0, 0, "forbid (principal, action, resource) when { context has a };",
                "permit (principal is User, action, resource);"
            ),
            (
                0, 0, "forbid (principal == ?principal, action, resource);",
                "permit (principal == User::\"a\", action, resource);"
            ),
            (0, 0, "permit (principal is User, action, resource);", "permit (principal is User, action, resource);"),
        ])
    func shadowed(without: Int, with: Int, forbid: String, other: String) throws {
        for (schema, expected) in [(false, without), (true, with)] {
            for text in [Self.ids + forbid + Self.ids + other, Self.ids + other + Self.ids + forbid] {
                let (diagnostics, _) = try Self.findings(text, schema: schema)
                let shadows = diagnostics.filter { $0.code == .shadowedByForbid }
                #expect(shadows.count == expected, "\(text) \(schema)")
                #expect(shadows.allSatisfy { $0.labels.count == 1 })
            }
        }
    }

    @Test func manyForbidsTakeLittleTime() throws {
        let policies = (0..<4_000).map {
            "forbid (principal == User::\"u\($0)\", action == Action::\"a\($0)\", resource);"
        }
        let (diagnostics, _) = try Self.findings(policies.joined(), schema: false)
        #expect(diagnostics.count == 4_000)
        #expect(diagnostics.allSatisfy { $0.code == .missingPolicyID })
    }

    // MARK: - Comparisons

    @Test(
        "strings and `in`",
        arguments: [
            ("V1404", #"▶resource.address in ["a", "b"]◀"#, #"write `["a", "b"].contains(resource.address)`"#),
            ("V1404", #"▶"a" in [principal]◀"#, ""), ("V1404", #"▶principal in "Team"◀"#, ""),
            ("V1404", #"▶principal in [Team::"a", "b"]◀"#, ""), ("", #"principal in [Team::"a"]"#, ""),
            ("", #"["a"].contains(resource.address)"#, ""), ("", "principal in []", ""),
        ])
    func strings(codes: String, condition: String, help: String) throws {
        let policy = Self.ids + "permit (principal is User, action, resource is Doc) when { \(condition) };"
        try Self.expect(codes, policy, schema: false, LintSettings())
        try Self.expect(codes, policy, schema: true, LintSettings())
        let finding = try Self.findings(policy, schema: false).diagnostics.first
        if !help.isEmpty { #expect(finding?.help == help) }
    }

    @Test(
        "enumerated types",
        arguments: [
            ("V1405", #"resource.color == ▶Color::"blue"◀"#), ("", #"resource.color == Color::"red""#),
            ("V1405", #"resource.color == ▶"red"◀"#), ("V1405", #"▶"red"◀ != principal.favourite"#),
            ("V1405", #"principal.liked.contains(▶"red"◀)"#), ("", #"principal.liked.contains(Color::"red")"#),
            ("V1405 V1405", #"[▶"red"◀, ▶"blue"◀].contains(resource.color)"#), ("", #"resource.address == "red""#),
            ("V1405", #"resource.owner.favourite == ▶"gren"◀"#),
        ])
    func enumerations(codes: String, condition: String) throws {
        let policy = Self.ids + "permit (principal is User, action, resource is Doc) when { \(condition) };"
        try Self.expect(codes, policy, schema: true, LintSettings())
        let unmarked = policy.replacing("▶", with: "").replacing("◀", with: "")
        try Self.expect("", unmarked, schema: false, LintSettings())
    }

    @Test func enumerationsInScopes() throws {
        try Self.expect(
            "V1405", Self.ids + #"permit (principal == ▶Color::"blue"◀, action, resource);"#, schema: true,
            LintSettings())
    }

    // MARK: - Annotations and settings

    @Test func annotations() throws {
        let policy = "permit (principal is User, action, resource);"
        try Self.expect("V1406", "▶permit◀ (principal is User, action, resource);", schema: false, LintSettings())
        try Self.expect(
            "V1406", #"@id("") ▶permit◀ (principal is User, action, resource);"#, schema: false, LintSettings())
        try Self.expect("", #"@id("a") "# + policy, schema: false, LintSettings())
        var settings = LintSettings()
        settings[.missingReason] = .error
        try Self.expect("V1407", #"@id("a") ▶permit◀ (principal is User, action, resource);"#, schema: false, settings)
        try Self.expect("", Self.ids + policy, schema: false, settings)
    }

    @Test("every check can be off, a warning or an error", arguments: PolicyLint.allCases)
    func levels(lint: PolicyLint) throws {
        let text =
            #"forbid (principal is User, action, resource); permit (principal is User, action, resource)"#
            + #" when { principal in ["a"] && resource.color == "red" }; permit (principal, action, resource);"#
            + #" forbid (principal is User, action, resource) when { context.mfa };"#
        for level in LintSettings.Level.allCases {
            var settings = LintSettings(all: .off)
            #expect(settings.set(lint.rawValue, to: level) == nil)
            let (diagnostics, _) = try Self.findings(text, schema: true, settings)
            #expect(diagnostics.isEmpty == (level == .off))
            #expect(diagnostics.allSatisfy { $0.code == lint.code && $0.severity.rawValue == level.rawValue })
        }
    }

    @Test func unknownNamesGetASuggestion() {
        var settings = LintSettings()
        #expect(settings.set("missing_reasons", to: .error)?.help == "did you mean `missing_reason`?")
        #expect(settings.set("xyz", to: .off)?.help.contains("`forbid_may_error`") == true)
        #expect(settings == LintSettings())
    }

    @Test func whatTheValidatorReportsIsNotReportedTwice() throws {
        let file = SourceFile(name: "p.cedar", text: Self.forbid(#"context.mfa && Color::"blue" == Color::"red""#))
        let policies = PolicyParser.parse(file).policies.map { PolicySource(policy: $0, file: file) }
        let schema = try #require(Schema.parse(files: [SourceFile(name: "s", text: Self.schema)]).schema)
        let linter = PolicyLinter(schema: schema)
        #expect(linter.lint(policies).count == 2)
        #expect(linter.lint(policies, besides: PolicyValidator(schema: schema).validate(policies)).isEmpty)
    }

    @Test func aPolicyGetsSoManyFindings() throws {
        let condition = (0..<1_000).map { "context.a\($0)" }.joined(separator: " || ")
        #expect(try Self.findings(Self.forbid(condition), schema: false).diagnostics.count == 20)
    }
}
