import CedarSchema
import Testing

/// The rules of the strict mode, each with what the permissive mode says.
@Suite struct ValidatorStrictTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var policy: String
        var strict: String
        var permissive: String

        init(_ policy: String, _ strict: String, permissive: String = "") {
            self.policy = policy
            self.strict = strict
            self.permissive = permissive
        }

        var testDescription: String { policy }
    }

    static let rows: [Row] = [
        // Empty sets.
        Row(#"▶[]◀ == resource.labels"#, "V1222"),
        Row(#"▶[]◀.isEmpty()"#, "V1222"),
        Row(#"principal in ▶[]◀"#, "V1222"),
        // Computed extension values.
        Row(#"▶ip(principal.name)◀.isIpv4()"#, "V1230"),
        Row(#"▶decimal(if true then "1.0" else "2.0")◀ == principal.quota"#, "V1230"),
        // Comparisons.
        Row(#"▶principal.level == principal.name◀"#, "V1221"),
        Row(#"▶principal.level != "a"◀"#, "V1221"),
        Row(#"▶principal == principal.name◀"#, "V1221"),
        Row(#"▶resource.labels.contains(1)◀"#, "V1221"),
        Row(#"▶resource.labels.containsAll([1])◀"#, "V1221"),
        Row(#"▶resource.viewers.contains(resource)◀"#, "V1221"),
        Row(#"▶resource.labels == principal.name◀"#, "V1221"),
        Row(#"▶{a: 1} == {a: 1, b: 2}◀"#, "V1221"),
        Row(#"▶{a: 1} == {a: "x"}◀"#, "V1221"),
        Row(#"▶principal.address == {city: "a", zip: 1}◀"#, "V1221"),
        // Sets and branches.
        Row(#"▶[principal, resource]◀.contains(principal)"#, "V1221"),
        Row(#"action in ▶[Action::"edit", Photo::"a"]◀ || true"#, "V1221"),
        Row(#"▶[1, "a"]◀.contains(1)"#, "V1221", permissive: "V1221"),
        Row(#"▶[{a: 1}, {b: 1}]◀.isEmpty()"#, "V1221"),
        Row(#"(▶if principal.active then principal else resource◀) == principal"#, "V1221"),
        Row(#"(▶if principal.active then 1 else "a"◀) == 1"#, "V1221", permissive: "V1221"),
        Row(#"(▶if principal.active then {a: 1} else {a: 1, b: 2}◀).a == 1"#, "V1221"),
    ]

    @Test(arguments: rows) func strict(row: Row) throws {
        try ValidationCase(row.policy, row.strict).check(.photos())
    }

    @Test(arguments: rows) func permissive(row: Row) throws {
        let policy = row.permissive.isEmpty ? row.policy.filter { $0 != "▶" && $0 != "◀" } : row.policy
        try ValidationCase(policy, row.permissive).check(.photos(), mode: .permissive)
    }

    /// What the permissive mode knows of entities of several types and of records that may have more attributes.
    static let unions: [ValidationCase] = [
        .init(#"(if principal.active then principal else Robot::"r").name == "a""#),
        .init(#"▶(if principal.active then principal else Robot::"r").serial◀ == 1"#, "V1210"),
        .init(#"(if principal.active then principal else Robot::"r") has serial"#),
        .init(#"(if principal.active then principal else Robot::"r") is Photo"#, "V1301"),
        .init(#"(if principal.active then principal else Robot::"r") == resource"#, "V1301"),
        .init(#"(if principal.active then principal else Robot::"r") in Team::"a""#),
        .init(#"(if principal.active then Stone::"a" else Robot::"r") in Team::"a""#, "V1301"),
        .init(#"(if principal.active then {a: 1} else {a: 1, b: 2}) has b"#),
        .init(#"▶(if principal.active then {a: 1} else {a: 1, b: 2}).b◀ == 1"#, "V1210"),
        .init(#"action in [Action::"edit", Photo::"a"] && principal.nope"#, "V1301"),
        .init(#"[principal, resource].contains(action) || action in [principal, action]"#),
        .init(
            #"(if principal.active then principal else Stone::"a").hasTag("a") && (if principal.active then principal else Stone::"a").getTag("a") == "b""#
        ),
    ]

    @Test(arguments: unions) func joins(row: ValidationCase) throws { try row.check(.photos(), mode: .permissive) }

    @Test("actions of two types cannot stand in one list") func actionLists() throws {
        let schema = try Schema(
            text: """
                namespace A { entity E; action x appliesTo { principal: E, resource: E }; }
                namespace B { entity E; action x appliesTo { principal: A::E, resource: A::E }; }
                """)
        let policy = #"permit(principal, action in [▶A::Action::"x", B::Action::"x"◀], resource);"#
        try ValidationCase(policy, "V1221").check(schema)
        try ValidationCase(policy.filter { $0 != "▶" && $0 != "◀" }).check(schema, mode: .permissive)
    }
}
