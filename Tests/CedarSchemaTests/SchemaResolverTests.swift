import CedarSyntax
import Testing

@testable import CedarSchema

/// The rules of name resolution, one by one.
@Suite struct SchemaResolverTests {
    /// The type of the attribute `a` of the entity type `P`.
    private func type(_ text: String) throws -> String {
        let (schema, diagnostics) = Schema.parse(text)
        #expect(diagnostics.map(\.message) == [])
        let probe = try #require(schema?.entityTypes.values.first { $0.name.basename == "P" })
        return summary(try #require(probe.attributes.attributes["a"]).type)
    }

    @Test(
        "a name is looked up in this order",
        arguments: [
            // The common type of the namespace, its entity type, then the same in the empty namespace.
            ("namespace N { type T = Long; entity T; entity P { a: T }; }", "Long"),
            ("namespace N { entity T; entity P { a: T }; }", "entity N::T"),
            ("type T = Long; entity T; namespace N { entity P { a: T }; }", "Long"),
            ("entity T; namespace N { entity P { a: T }; }", "entity T"),
            // A qualified name is absolute, and not looked up within a namespace.
            ("namespace N { entity T; } namespace M { entity P { a: N::T }; }", "entity N::T"),
            ("namespace N { type T = Bool; entity T; } entity P { a: N::T };", "Bool"),
            (
                "namespace A { entity T; } namespace N::A { entity T; } namespace N { entity P { a: A::T }; }",
                "entity A::T"
            ),
            ("namespace N { type T = Long; } namespace N::M { entity P { a: N::T }; }", "Long"),
            // The types of the language come last.
            ("entity P { a: Long };", "Long"),
            ("entity P { a: ipaddr };", "ipaddr"),
            ("entity P { a: datetime };", "datetime"),
            ("entity P { a: duration };", "duration"),
            ("entity P { a: decimal };", "decimal"),
            ("namespace N { entity Long; entity P { a: Long }; }", "entity N::Long"),
            ("namespace N { type decimal = String; entity P { a: decimal }; }", "String"),
            ("type decimal = String; namespace N { entity P { a: decimal }; }", "String"),
            ("entity ipaddr; entity P { a: ipaddr };", "entity ipaddr"),
            ("entity String; namespace N { entity P { a: String }; }", "entity String"),
            // With `__cedar` nothing hides them.
            ("entity String; entity P { a: __cedar::String };", "String"),
            ("type ipaddr = Long; entity P { a: __cedar::ipaddr };", "ipaddr"),
            ("namespace N { entity Bool; entity P { a: Set<__cedar::Bool> }; }", "Set<Bool>"),
            // `Set` is a keyword only before `<`.
            ("entity Set; entity P { a: Set };", "entity Set"),
            ("entity Set; entity P { a: Set<Set> };", "Set<entity Set>"),
            // Names resolve where they are written, not where the type is used.
            ("namespace N { type T = X; entity X; } namespace M { entity X; entity P { a: N::T }; }", "entity N::X"),
            // Actions have an entity type where there is one.
            ("entity P { a: Action }; action x;", "entity Action"),
            ("namespace N { entity P { a: Action }; action x; } action y;", "entity N::Action"),
            ("namespace N { entity P { a: Action }; } action y;", "entity Action"),
            ("type Action = Long; entity P { a: Action }; action y;", "Long"),
            // Order of declaration means nothing.
            ("entity P { a: T }; type T = Set<U>; type U = { v: V }; entity V;", "Set<{v: entity V}>"),
            ("namespace P { entity P { a: P::P }; }", "entity P::P"),
        ])
    func lookUp(_ text: String, _ expected: String) throws {
        #expect(try type(text) == expected)
    }

    @Test(
        "an action as a group is looked up in this order",
        arguments: [
            ("namespace N { action x in g; action g; }", "N::Action::\"g\""),
            ("namespace N { action x in g; } action g;", "Action::\"g\""),
            ("namespace N { action x in Action::\"g\"; action h; } action g;", "Action::\"g\""),
            ("namespace N { action x in N::Action::\"g\"; action g; }", "N::Action::\"g\""),
            ("namespace N { action x in M::Action::\"g\"; } namespace M { action g; }", "M::Action::\"g\""),
        ])
    func lookUpAction(_ text: String, _ group: String) throws {
        let schema = try #require(Schema.parse(text).schema)
        let action = try #require(schema.actions.values.first { $0.uid.id == "x" })
        #expect(action.groups.map(\.description) == [group])
    }

    @Test(
        "only entity types that are declared can be parents, principals and resources",
        arguments: [
            "entity A in T; type T = Long;", "entity A in Long;", "entity A in Action; action x;", "entity A in B;",
            "action x appliesTo { principal: T, resource: E }; type T = E; entity E;",
            "action x appliesTo { principal: E, resource: Action }; entity E;",
            "action x appliesTo { principal: E, resource: Missing }; entity E;",
        ])
    func entityTypesOnly(_ text: String) {
        #expect(schemaCodes(Schema.parse(text).diagnostics) == "V2040")
    }

    @Test(
        "nothing hides a declaration of the empty namespace",
        arguments: [
            ("entity A; namespace N { entity A; }", "V2033"), ("entity A; namespace N { type A = Long; }", "V2033"),
            ("type A = Long; namespace N { entity A; }", "V2033"),
            ("type A = Long; namespace N { type A = Long; }", "V2033"),
            ("type ipaddr = Long; namespace N { type ipaddr = Long; }", "V2033"),
            ("action a; namespace N::M { action a; }", "V2033"),
            ("namespace N { type ipaddr = Long; }", ""), ("namespace N { entity A; } namespace N::M { entity A; }", ""),
            ("entity a; namespace N { action a; }", ""), ("type A = Long; entity A;", ""),
        ])
    func shadowing(_ text: String, _ codes: String) {
        #expect(schemaCodes(Schema.parse(text).diagnostics) == codes)
    }

    @Test func cyclesAreReportedOnce() {
        func codes(_ text: String) -> String { schemaCodes(Schema.parse(text).diagnostics) }
        #expect(codes("type A = B; type B = C; type C = A; type D = A; entity P { a: A, d: D };") == "V2042")
        #expect(codes("type A = A; type B = { b: Set<B> };") == "V2042 V2042")
        #expect(codes("action a in b; action b in c; action c in a; action d in a;") == "V2043")
        #expect(codes("entity A in B; entity B in [A, B];") == "")
        #expect(codes("entity A { a: A };") == "")
    }

    @Test func filesMakeOneSchema() throws {
        let merged = Schema.parse(
            "namespace N { entity A in B; }", "namespace N { entity B { c: C }; action x; }",
            "type C = N::A; action y in N::Action::\"x\";")
        let whole = Schema.parse(
            "namespace N { entity A in B; entity B { c: C }; action x; } type C = N::A; action y in N::Action::\"x\";")
        #expect(merged.diagnostics.isEmpty)
        #expect(summary(try #require(merged.schema)) == summary(try #require(whole.schema)))
        let mixed = Schema.parse(files: [
            SourceFile(name: "a.cedarschema", text: "entity A in B;"),
            SourceFile(name: "b.cedarschema.json", text: #"{"":{"entityTypes":{"B":{}},"actions":{}}}"#),
        ])
        #expect(mixed.schema?.entityTypes.count == 2)
        #expect(Schema.parse(files: []).schema?.entityTypes.isEmpty == true)
    }

    @Test func duplicatesAcrossFilesNameBothPlaces() throws {
        let (schema, diagnostics) = Schema.parse(
            "entity A;\nnamespace N { action x; type T = Long; }", "namespace N { action x; type T = Long; } entity A;")
        #expect(schema == nil)
        #expect(schemaCodes(diagnostics) == "V2030 V2030 V2030")
        #expect(diagnostics.allSatisfy { $0.location?.file.name == "1.cedarschema" && $0.labels.isEmpty })
        #expect(diagnostics.last?.help == "it is also declared at 0.cedarschema:1:8; keep one of the two")
    }

    @Test func listedTwiceCountsOnce() throws {
        let schema = try #require(
            Schema.parse("entity A in [A, A]; action x appliesTo { principal: [A, A], resource: [A, A] };").schema)
        #expect(schema.actions.values.first?.principalTypes == [Name(unchecked: "A")])
    }
}
