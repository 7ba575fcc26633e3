import CedarSyntax
import Testing

/// The exact JSON of policies, as the reference implementation 4.12 writes it, but with the members in a fixed order.
@Suite("Shapes of policies in JSON") struct PolicyShapeTests {
    private static let all = #""principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"}"#

    /// Texts of one policy with their JSON.
    static let policies: [(text: String, json: String)] = [
        ("permit(principal,action,resource);", #"{"effect":"permit",\#(all),"conditions":[]}"#),
        (
            #"@b("x")@a forbid(principal,action,resource);"#,
            #"{"effect":"forbid",\#(all),"conditions":[],"annotations":{"a":null,"b":"x"}}"#
        ),
        (
            #"@a("")@if("\"\n\u{1}é")permit(principal,action,resource);"#,
            #"{"effect":"permit",\#(all),"conditions":[],"annotations":{"a":"","if":"\"\n\u0001é"}}"#
        ),
        (
            #"permit(principal==A::B::"c",action==Action::"d",resource in E::"");"#,
            #"{"effect":"permit","principal":{"op":"==","entity":{"type":"A::B","id":"c"}},"#
                + #""action":{"op":"==","entity":{"type":"Action","id":"d"}},"#
                + #""resource":{"op":"in","entity":{"type":"E","id":""}},"conditions":[]}"#
        ),
        (
            #"permit(principal is A::B,action in Action::"d",resource is C in D::"e");"#,
            #"{"effect":"permit","principal":{"op":"is","entity_type":"A::B"},"#
                + #""action":{"op":"in","entity":{"type":"Action","id":"d"}},"#
                + #""resource":{"op":"is","entity_type":"C","in":{"entity":{"type":"D","id":"e"}}},"conditions":[]}"#
        ),
        (
            #"permit(principal==?principal,action in [],resource is A in ?resource);"#,
            #"{"effect":"permit","principal":{"op":"==","slot":"?principal"},"action":{"op":"in","entities":[]},"#
                + #""resource":{"op":"is","entity_type":"A","in":{"slot":"?resource"}},"conditions":[]}"#
        ),
        (
            #"permit(principal in ?principal,action in [Action::"a",N::Action::"b"],resource)unless{1}when{2};"#,
            #"{"effect":"permit","principal":{"op":"in","slot":"?principal"},"action":{"op":"in","entities":["#
                + #"{"type":"Action","id":"a"},{"type":"N::Action","id":"b"}]},"resource":{"op":"All"},"#
                + #""conditions":[{"kind":"unless","body":{"Value":1}},{"kind":"when","body":{"Value":2}}]}"#
        ),
    ]

    @Test(arguments: policies)
    func policy(_ text: String, _ json: String) throws {
        let policies = try JSONCase.policies(text: text)
        let (templates, statics) = policies[0].slots.isEmpty ? ("", "\"policy0\":" + json) : ("\"policy0\":" + json, "")
        let set = #"{"templates":{\#(templates)},"staticPolicies":{\#(statics)},"templateLinks":[]}"#
        #expect(JSONCase.json(PolicyCollection(policies: policies)) == set)
        let read = try JSONCase.read(set)
        #expect(read.policies.count == 1)
        #expect(read.policies[0].id == "policy0")
        #expect(read.policies[0].hasSameMeaning(as: policies[0]))
    }

    /// Expressions with their JSON.
    static let expressions: [(text: String, json: String)] = [
        ("true", #"{"Value":true}"#), ("-5", #"{"Value":-5}"#), ("\"a\\0\"", #"{"Value":"a\u0000"}"#),
        ("-9223372036854775808", #"{"Value":-9223372036854775808}"#),
        ("A::\"b\"", #"{"Value":{"__entity":{"type":"A","id":"b"}}}"#), ("context", #"{"Var":"context"}"#),
        ("!true", #"{"!":{"arg":{"Value":true}}}"#), ("-(5)", #"{"neg":{"arg":{"Value":5}}}"#),
        ("--5", #"{"neg":{"arg":{"Value":-5}}}"#),
        ("1 && 2 && 3", #"{"&&":{"left":{"&&":{"left":{"Value":1},"right":{"Value":2}}},"right":{"Value":3}}}"#),
        ("1 || (2 || 3)", #"{"||":{"left":{"Value":1},"right":{"||":{"left":{"Value":2},"right":{"Value":3}}}}}"#),
        ("1 + 2 - 3", #"{"-":{"left":{"+":{"left":{"Value":1},"right":{"Value":2}}},"right":{"Value":3}}}"#),
        ("1 * 2", #"{"*":{"left":{"Value":1},"right":{"Value":2}}}"#),
        ("1 != 2", #"{"!=":{"left":{"Value":1},"right":{"Value":2}}}"#),
        ("1 in 2", #"{"in":{"left":{"Value":1},"right":{"Value":2}}}"#),
        ("if 1 then 2 else 3", #"{"if-then-else":{"if":{"Value":1},"then":{"Value":2},"else":{"Value":3}}}"#),
        ("context has \"a b\"", #"{"has":{"left":{"Var":"context"},"attr":"a b"}}"#),
        (
            "context has a.b",
            #"{"&&":{"left":{"has":{"left":{"Var":"context"},"attr":"a"}},"right":{"has":{"left":{".":{"left":"#
                + #"{"Var":"context"},"attr":"a"}},"attr":"b"}}}}"#
        ),
        (
            "1 like \"a\\**b\"",
            #"{"like":{"left":{"Value":1},"pattern":[{"Literal":"a"},{"Literal":"*"},"Wildcard",{"Literal":"b"}]}}"#
        ),
        ("1 like \"\"", #"{"like":{"left":{"Value":1},"pattern":[]}}"#),
        ("1 is A::B", #"{"is":{"left":{"Value":1},"entity_type":"A::B"}}"#),
        ("1 is A in 2", #"{"is":{"left":{"Value":1},"entity_type":"A","in":{"Value":2}}}"#),
        ("1.a[\"b\"]", #"{".":{"left":{".":{"left":{"Value":1},"attr":"a"}},"attr":"b"}}"#),
        ("1.contains(2)", #"{"contains":{"left":{"Value":1},"right":{"Value":2}}}"#),
        ("1.a.isEmpty()", #"{"isEmpty":{"arg":{".":{"left":{"Value":1},"attr":"a"}}}}"#),
        ("1.isIpv4()", #"{"isIpv4":[{"Value":1}]}"#), ("ip()", #"{"ip":[]}"#),
        ("ip(1).isInRange(2, 3)", #"{"isInRange":[{"ip":[{"Value":1}]},{"Value":2},{"Value":3}]}"#),
        ("[]", #"{"Set":[]}"#), ("[1, [2]]", #"{"Set":[{"Value":1},{"Set":[{"Value":2}]}]}"#),
        ("{}", #"{"Record":{}}"#), ("{b: 1, \"a\": 2}", #"{"Record":{"a":{"Value":2},"b":{"Value":1}}}"#),
    ]

    @Test(arguments: expressions)
    func expression(_ text: String, _ json: String) throws {
        let policy = try JSONCase.policy(when: text)
        #expect(JSONCase.json(policy.conditions[0].body) == json)
        let read = try JSONCase.read(JSONCase.condition(json)).policies[0]
        #expect(read.hasSameMeaning(as: policy))
        #expect(JSONCase.json(read.conditions[0].body) == json)
    }

    /// Forms that can be read and are written in another way.
    @Test(arguments: [
        (#"{"Value":[1,{"a":"b","c":[]}]}"#, "[1, {a: \"b\", c: []}]"),
        (#"{"Value":{"__extn":{"fn":"ip","arg":"::1"}}}"#, "ip(\"::1\")"),
        (#"{"Value":{"__extn":{"fn":"offset","args":[{"__entity":{"type":"A","id":"b"}},2]}}}"#, "A::\"b\".offset(2)"),
        (#"{"has":{"left":{"Var":"context"},"attr":["a","b"]}}"#, "context has a.b"),
        (#"{"has":{"left":{"Var":"context"},"attr":["a"]}}"#, "context has a"),
        (#"{"has":{"left":{"Var":"context"},"attr":["a","b c"]}}"#, "context has a && context.a has \"b c\""),
        (#"{"is":{"left":{"Value":1},"entity_type":"A","in":null}}"#, "1 is A"),
        (
            #"{"like":{"left":{"Value":1},"pattern":[{"Literal":"ab"},{"Literal":""},{"Literal":"*"}]}}"#,
            "1 like \"ab\\*\""
        ),
        (#"{"Record":{"__entity":{"Value":1}}}"#, "{\"__entity\": 1}"),
        (#"{"\u0026&":{"left":{"V\u0061lue":1},"right":{"Value":2}}}"#, "1 && 2"),
    ])
    func otherForms(_ json: String, _ text: String) throws {
        let read = try JSONCase.read(JSONCase.condition(json)).policies[0]
        #expect(read.hasSameMeaning(as: try JSONCase.policy(when: text)))
        #expect(try JSONCase.policies(text: PolicyTextWriter.text(of: [read]))[0].hasSameMeaning(as: read))
    }

    @Test func aSinglePolicyIsADocument() throws {
        let read = try JSONCase.read(Self.policies[0].json)
        #expect(read.policies.map(\.id) == ["policy0"])
        var other = Self.policies[0].json
        other = other.replacing(#""op":"All""#, with: #""op":"all""#)
        #expect(try JSONCase.read(other).policies[0].hasSameMeaning(as: read.policies[0]))
    }

    @Test func links() throws {
        let template =
            #"{"effect":"permit","principal":{"op":"in","slot":"?principal"},"action":{"op":"All"},"#
            + #""resource":{"op":"==","slot":"?resource"},"conditions":[]}"#
        let json =
            #"{"templates":{"t":\#(template)},"staticPolicies":{},"templateLinks":[{"templateId":"t","newId":"l","#
            + #""values":{"?principal":{"__entity":{"type":"A::B","id":"x"}},"#
            + #""?resource":{"__entity":{"type":"C","id":"y"}}}}]}"#
        let read = try JSONCase.read(json)
        #expect(read.links.count == 1)
        #expect(read.links[0].template == "t")
        #expect(read.links[0].id == "l")
        #expect(read.links[0].values[.principal]?.description == #"A::B::"x""#)
        #expect(JSONCase.json(read) == json)
        let plain = json.replacing(#"{"__entity":{"type":"C","id":"y"}}"#, with: #"{"type":"C","id":"y"}"#)
        #expect(JSONCase.json(try JSONCase.read(plain)) == json)
        #expect(throws: Diagnostic(.linkInPolicyText, "")) { try PolicyTextWriter.text(of: read) }
    }
}
