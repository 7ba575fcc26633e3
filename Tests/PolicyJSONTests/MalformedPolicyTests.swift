import CedarSyntax
import Testing

@Suite("Malformed policies in JSON") struct MalformedPolicyTests {
    private static func policy(_ changes: [String: String]) -> String {
        var members = [
            "effect": "\"permit\"", "principal": #"{"op": "All"}"#, "action": #"{"op": "All"}"#,
            "resource": #"{"op": "All"}"#, "conditions": "[]",
        ]
        for (name, value) in changes { members[name] = value.isEmpty ? nil : value }
        return "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
            + "}"
    }

    private static func set(_ changes: [String: String]) -> String { JSONCase.policies(policy(changes)) }

    private static func linked(_ link: String, template: String? = nil) -> String {
        let template = template ?? policy(["principal": #"{"op": "==", "slot": "?principal"}"#])
        return
            #"{"templates": {"t": \#(template)}, "staticPolicies": {"s": \#(policy([:]))}, "#
            + #""templateLinks": [\#(link)]}"#
    }

    private static let user = #"{"type": "User", "id": "a"}"#
    private static let action = #"{"type": "Action", "id": "a"}"#

    /// A document, the code of its first finding, and the text that the finding points at.
    struct Case: CustomTestStringConvertible {
        var document: String
        var code: DiagnosticCode
        var place: String
        var testDescription: String { document }

        init(_ document: String, _ code: DiagnosticCode, _ place: String) {
            self.document = document
            self.code = code
            self.place = place
        }

        static func condition(_ body: String, _ code: DiagnosticCode, _ place: String) -> Case {
            Case(JSONCase.condition(body), code, place)
        }
    }

    static let documents: [Case] = [
        Case("", .policyJSONSyntax, ""), Case("{", .policyJSONSyntax, ""), Case("[]", .policyJSONKind, "[]"),
        Case(#"{"templates": {}, "staticPolicies": {}, "staticPolicies": {}}"#, .policyJSONSyntax, ""),
        Case(
            #"{"templates": {}, "staticPolicies": {}}"#, .policyJSONMissingMember,
            #"{"templates": {}, "staticPolicies": {}}"#),
        Case(
            #"{"templates": {}, "staticPolicies": {}, "templateLinks": [], "links": []}"#, .policyJSONUnknownMember,
            "\"links\""),
        Case(#"{"templates": [], "staticPolicies": {}, "templateLinks": []}"#, .policyJSONKind, "[]"),
        Case(JSONCase.policies("1"), .policyJSONKind, "1"),
        Case(set(["effect": "\"Permit\""]), .policyJSONUnknownWord, "\"Permit\""),
        Case(set(["effect": "1"]), .policyJSONKind, "1"),
        Case(set(["resource": ""]), .policyJSONMissingMember, policy(["resource": ""])),
        Case(set(["foo": "1"]), .policyJSONUnknownMember, "\"foo\""),
        Case(set(["annotations": "null"]), .policyJSONKind, "null"),
        Case(set(["annotations": #"{"a b": "c"}"#]), .policyJSONName, "\"a b\""),
        Case(set(["annotations": #"{"a": 7}"#]), .policyJSONKind, "7"),
        Case(set(["conditions": "{}"]), .policyJSONKind, "{}"),
        Case(set(["conditions": #"[{"kind": "when"}]"#]), .policyJSONMissingMember, #"{"kind": "when"}"#),
        Case(set(["conditions": #"[{"kind": "if", "body": {"Value": 1}}]"#]), .policyJSONUnknownWord, "\"if\""),
        Case(set(["principal": #"{"op": "==", "slot": "?principal"}"#]), .policyJSONMisplaced, "\"p\""),
        Case(linked("", template: policy([:])), .policyJSONMisplaced, "\"t\""),
        Case(
            linked("").replacing(#"{"s": "#, with: #"{"t": "#), .policyJSONDuplicateID, "\"t\""),
    ]

    static let scopes: [Case] = [
        Case(set(["principal": "null"]), .policyJSONKind, "null"),
        Case(set(["principal": "{}"]), .policyJSONMissingMember, "{}"),
        Case(set(["principal": #"{"op": "=="}"#]), .policyJSONMissingMember, #"{"op": "=="}"#),
        Case(set(["principal": #"{"op": "ALL"}"#]), .policyJSONUnknownWord, "\"ALL\""),
        Case(set(["principal": #"{"op": "All", "entity": \#(user)}"#]), .policyJSONUnknownMember, "\"entity\""),
        Case(
            set(["principal": #"{"op": "in", "entity": \#(user), "slot": "?principal"}"#]), .policyJSONUnknownMember,
            "\"?principal\""),
        Case(set(["principal": #"{"op": "in", "entities": []}"#]), .policyJSONUnknownMember, "\"entities\""),
        Case(set(["principal": #"{"op": "==", "entity": "User::\"a\""}"#]), .policyJSONKind, #""User::\"a\"""#),
        Case(set(["principal": #"{"op": "==", "entity": {"type": "A B", "id": "a"}}"#]), .policyJSONName, "\"A B\""),
        Case(
            set(["principal": #"{"op": "==", "entity": {"type": "__cedar::A", "id": "a"}}"#]), .policyJSONName,
            "\"__cedar::A\""),
        Case(set(["principal": #"{"op": "==", "entity": {"type": "A", "id": 7}}"#]), .policyJSONKind, "7"),
        Case(
            set(["principal": #"{"op": "==", "entity": {"type": "A", "id": "a", "x": 1}}"#]), .policyJSONUnknownMember,
            "\"x\""),
        Case(
            set(["principal": #"{"op": "==", "entity": {"__entity": \#(user), "x": 1}}"#]), .policyJSONUnknownMember,
            "\"x\""),
        Case(set(["principal": #"{"op": "is", "entity_type": "if"}"#]), .policyJSONName, "\"if\""),
        Case(
            set(["principal": #"{"op": "is", "entity_type": "A", "in": {}}"#]), .policyJSONMissingMember, "{}"),
        Case(
            linked("", template: policy(["principal": #"{"op": "==", "slot": "?resource"}"#])), .wrongSlot,
            "\"?resource\""),
        Case(linked("", template: policy(["principal": #"{"op": "==", "slot": "?foo"}"#])), .unknownSlot, "\"?foo\""),
        Case(set(["action": #"{"op": "==", "entity": \#(user)}"#]), .notAnAction, user),
        Case(set(["action": #"{"op": "in", "entities": [\#(action), \#(user)]}"#]), .notAnAction, user),
        Case(
            set(["action": #"{"op": "in", "entity": \#(action), "entities": []}"#]), .policyJSONUnknownMember, "[]"),
        Case(set(["action": #"{"op": "==", "slot": "?action"}"#]), .actionSlot, "\"?action\""),
        Case(set(["action": #"{"op": "is", "entity_type": "A"}"#]), .actionType, #"{"op": "is", "entity_type": "A"}"#),
    ]

    static let links: [Case] = [
        Case(linked("7"), .policyJSONKind, "7"),
        Case(
            linked(#"{"templateId": "t", "newId": "l"}"#), .policyJSONMissingMember,
            #"{"templateId": "t", "newId": "l"}"#),
        Case(linked(#"{"templateId": "u", "newId": "l", "values": {}}"#), .policyJSONLink, "\"u\""),
        Case(linked(#"{"templateId": "s", "newId": "l", "values": {}}"#), .policyJSONLink, "\"s\""),
        Case(linked(#"{"templateId": "t", "newId": "l", "values": {}}"#), .policyJSONLink, "{}"),
        Case(
            linked(#"{"templateId": "t", "newId": "s", "values": {"?principal": \#(user)}}"#), .policyJSONDuplicateID,
            "\"s\""),
        Case(
            linked(#"{"templateId": "t", "newId": "l", "values": {"?principal": \#(user), "?resource": \#(user)}}"#),
            .policyJSONLink, "\"?resource\""),
        Case(
            linked(#"{"templateId": "t", "newId": "l", "values": {"?principal": \#(user), "principal": \#(user)}}"#),
            .unknownSlot, "\"principal\""),
    ]

    static let expressions: [Case] = [
        .condition("1", .policyJSONKind, "1"), .condition("{}", .policyJSONKind, "{}"),
        .condition(#"{"Value": 1, "Var": "action"}"#, .policyJSONKind, #"{"Value": 1, "Var": "action"}"#),
        .condition(#"{"contain": 1}"#, .policyJSONUnknownWord, "\"contain\""),
        .condition(#"{"unknown": [{"Value": "x"}]}"#, .policyJSONUnknownWord, "\"unknown\""),
        .condition(#"{"Var": "user"}"#, .policyJSONUnknownWord, "\"user\""),
        .condition(#"{"Slot": "?principal"}"#, .slotInCondition, #"{"Slot": "?principal"}"#),
        .condition(#"{"!": {"Value": 1}}"#, .policyJSONMissingMember, #"{"Value": 1}"#),
        .condition(#"{"&&": {"left": {"Value": 1}}}"#, .policyJSONMissingMember, #"{"left": {"Value": 1}}"#),
        .condition(
            #"{"==": {"left": {"Value": 1}, "right": {"Value": 1}, "x": 1}}"#, .policyJSONUnknownMember, "\"x\""),
        .condition(#"{"contains": {"left": {"Value": 1}, "right": {}}}"#, .policyJSONKind, "{}"),
        .condition(#"{"contains": [{"Value": 1}]}"#, .policyJSONKind, #"[{"Value": 1}]"#),
        .condition(#"{"isEmpty": {"left": {"Value": 1}, "arg": {"Value": 1}}}"#, .policyJSONUnknownMember, "\"left\""),
        .condition(#"{"isIpv4": []}"#, .policyJSONValue, "[]"),
        .condition(#"{"isIpv4": {"left": {"Value": 1}}}"#, .policyJSONKind, #"{"left": {"Value": 1}}"#),
        .condition(#"{"ip": {"Value": 1}}"#, .policyJSONKind, #"{"Value": 1}"#),
        .condition(#"{".": {"left": {"Value": 1}, "attr": 7}}"#, .policyJSONKind, "7"),
        .condition(#"{"has": {"left": {"Value": 1}, "attr": []}}"#, .policyJSONValue, "[]"),
        .condition(#"{"has": {"left": {"Value": 1}, "attr": ["a", 7]}}"#, .policyJSONKind, "7"),
        .condition(#"{"like": {"left": {"Value": 1}, "pattern": "a*"}}"#, .policyJSONKind, "\"a*\""),
        .condition(#"{"like": {"left": {"Value": 1}, "pattern": ["*"]}}"#, .policyJSONUnknownWord, "\"*\""),
        .condition(
            #"{"like": {"left": {"Value": 1}, "pattern": [{"Wildcard": "*"}]}}"#, .policyJSONMissingMember,
            #"{"Wildcard": "*"}"#),
        .condition(#"{"is": {"left": {"Value": 1}, "entity_type": "A::"}}"#, .policyJSONName, "\"A::\""),
        .condition(#"{"Set": {}}"#, .policyJSONKind, "{}"), .condition(#"{"Record": []}"#, .policyJSONKind, "[]"),
        .condition(#"{"Record": {"a": 7}}"#, .policyJSONKind, "7"),
        .condition(#"{"Value": null}"#, .policyJSONValue, "null"),
        .condition(#"{"Value": 1.0}"#, .policyJSONValue, "1.0"),
        .condition(#"{"Value": [1, -0]}"#, .policyJSONValue, "-0"),
        .condition(#"{"Value": 9223372036854775808}"#, .policyJSONValue, "9223372036854775808"),
        .condition(#"{"Value": {"__expr": "1"}}"#, .policyJSONEscape, #"{"__expr": "1"}"#),
        .condition(
            #"{"Value": {"__entity": \#(user), "x": 1}}"#, .policyJSONEscape, #"{"__entity": \#(user), "x": 1}"#),
        .condition(#"{"Value": {"__entity": {"type": "A"}}}"#, .policyJSONMissingMember, #"{"type": "A"}"#),
        .condition(#"{"Value": {"__extn": {"fn": "ip"}}}"#, .policyJSONMissingMember, #"{"fn": "ip"}"#),
        .condition(#"{"Value": {"__extn": {"fn": "ip", "arg": 1, "args": []}}}"#, .policyJSONUnknownMember, "[]"),
        .condition(#"{"Value": {"__extn": {"fn": "contains", "arg": 1}}}"#, .policyJSONUnknownWord, "\"contains\""),
        .condition(
            #"{"Value": {"__extn": {"fn": "toDate", "args": []}}}"#, .policyJSONValue,
            #"{"fn": "toDate", "args": []}"#),
    ]

    @Test(arguments: documents + scopes + links + expressions)
    func finding(_ example: Case) throws {
        let file = SourceFile(name: "policies.json", text: example.document)
        let parsed = PolicyJSONReader.parse(file)
        #expect(parsed.collection == nil)
        let finding = try #require(parsed.diagnostics.first)
        #expect(finding.code == example.code, "\(finding.message)")
        let place = try #require(finding.location).span
        #expect(example.place.isEmpty || file.text(in: place) == example.place)
        #expect(finding.severity == .error)
        #expect(!DiagnosticRenderer().render(parsed.diagnostics).isEmpty)
    }

    @Test func reportsEverything() {
        let document = JSONCase.policies(
            Self.policy([
                "effect": "7", "principal": "7", "action": "7", "resource": "7", "annotations": #"{"1": 7}"#,
                "conditions": #"[{"kind": 7, "body": 7}, {"kind": "when", "body": {"==": {"left": 7, "right": 7}}}]"#,
            ]))
        let parsed = PolicyJSONReader.parse(SourceFile(name: "policies.json", text: document))
        #expect(parsed.diagnostics.count == 9)
    }

    @Test func stopsAfterAHundredFindings() {
        let elements = Array(repeating: "7", count: 100_000).joined(separator: ",")
        let document = JSONCase.condition(#"{"Set": [\#(elements)]}"#)
        let parsed = PolicyJSONReader.parse(SourceFile(name: "policies.json", text: document))
        #expect(parsed.diagnostics.count == 100)
        #expect(parsed.diagnostics.contains { $0.code == .tooManyErrors })
    }
}
