import Testing

@testable import CedarSyntax

@Suite struct NamesAndSuggestionsTests {
    @Test(
        "normalized entities are read",
        arguments: [
            (#"User::"a""#, "User", "a"), (#"A::B::C::"x y""#, "A::B::C", "x y"), (#"User::"""#, "User", ""),
            (#"User::"\"\u{41}\n""#, "User", "\"A\n"), (#"User::"a::\"b\"""#, "User", #"a::"b""#),
        ])
    func readsEntity(_ expected: (text: String, type: String, id: String)) throws {
        let uid = try #require(EntityUID(parsing: expected.text))
        #expect(uid.type.path == expected.type)
        #expect(uid.id == CedarString(expected.id))
    }

    @Test(
        "other texts are no entities",
        arguments: [
            "", "User", "User::", #""a""#, #"::"a""#, #"User ::"a""#, #"User:: "a""#, #" User::"a""#, #"User::"a" "#,
            #"User::"a"#, #"User::"\q""#, #"User::"\*""#, #"if::"a""#, #"A::__cedar::"a""#, #"User:"a""#,
            #"User::"a"b""#,
            #"User::"a"::"b""#, #"Üser::"a""#, "User::\"a\r\"", #"User::'a'"#,
        ])
    func refusesEntity(_ text: String) {
        #expect(EntityUID(parsing: text) == nil)
    }

    @Test(
        "the closest candidate is suggested",
        arguments: [
            ("contians", "contains"), ("isIPV4", "isIpv4"), ("containsal", "containsAll"),
            ("containsAnny", "containsAny"),
            ("lessthan", "lessThan"), ("isInrange", "isInRange"), ("hasTags", "hasTag"),
        ])
    func suggests(_ expected: (word: String, candidate: String)) {
        let methods = CoreMethod.allCases.map(\.rawValue) + ExtensionFunction.allCases.map(\.rawValue)
        #expect(Suggestion.closest(to: expected.word, among: methods) == expected.candidate)
    }

    @Test func suggestsNothingFarFetched() {
        #expect(Suggestion.closest(to: "frobnicate", among: ["contains", "isEmpty"]) == nil)
        #expect(Suggestion.closest(to: "", among: ["a"]) == nil)
        #expect(Suggestion.closest(to: "ab", among: ["ip"]) == nil)
        #expect(Suggestion.closest(to: "IP", among: ["ip"]) == "ip")
        #expect(Suggestion.closest(to: String(repeating: "a", count: 1000), among: ["a"]) == nil)
        #expect(Suggestion.closest(to: "contains", among: ["contains"]) == nil)
    }

    @Test(
        "messages suggest what was probably meant",
        arguments: [
            ("principal.contians(1)", "did you mean `contains`?"), ("Ip(\"x\")", "did you mean `ip`?"),
            ("princpal.a", "did you mean `principal`?"), ("decimals(\"1.0\")", "did you mean `decimal`?"),
        ])
    func helps(_ expected: (source: String, help: String)) {
        #expect(PolicyParser.parseExpression(expected.source).diagnostics.first?.help == expected.help)
    }
}
