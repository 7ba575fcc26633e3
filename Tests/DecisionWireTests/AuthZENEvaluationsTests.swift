import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import Identity
import StrictJSON
import Testing

@Suite("AuthZEN evaluations requests")
struct AuthZENEvaluationsTests {
    // MARK: - One or several

    @Test(
        "without items the body is one evaluation",
        arguments: [evaluation(), evaluation(and: #""evaluations": []"#), evaluation(and: #""evaluations": null"#)])
    func single(body: String) throws {
        guard case .single(let request) = try readEvaluations(body) else {
            Issue.record("the body was read as several evaluations")
            return
        }
        #expect(request.principal.id == "alice")
    }

    @Test("items keep their order")
    func order() throws {
        let list = (0..<100).map { #"{"resource": {"type": "r", "id": "\#($0)"}}"# }.joined(separator: ",")
        let found = try items(evaluation(and: #""evaluations": [\#(list)]"#))
        #expect(try found.map { try $0.get().resource.id } == (0..<100).map(String.init))
    }

    // MARK: - Semantics

    @Test(
        "the semantic is execute_all unless named",
        arguments: [
            (#"null"#, AuthZENSemantic.executeAll), (#"{}"#, .executeAll), (#"{"other": 1}"#, .executeAll),
            (#"{"evaluations_semantic": null}"#, .executeAll),
            (#"{"evaluations_semantic": "execute_all"}"#, .executeAll),
            (#"{"evaluations_semantic": "deny_on_first_deny"}"#, .denyOnFirstDeny),
            (#"{"evaluations_semantic": "permit_on_first_permit"}"#, .permitOnFirstPermit),
        ])
    func semantic(options: String, expected: AuthZENSemantic) throws {
        guard case .several(_, let found) = try readEvaluations(#"{"evaluations": [{}], "options": \#(options)}"#)
        else {
            Issue.record("the body was read as one evaluation")
            return
        }
        #expect(found == expected)
    }

    static let badOptions = [
        (#""deny_on_first_deny""#, "WRONG_TYPE", "$.options"),
        (#"[]"#, "WRONG_TYPE", "$.options"),
        (#"{"evaluations_semantic": "bogus_value"}"#, "UNKNOWN_VALUE", "$.options.evaluations_semantic"),
        (#"{"evaluations_semantic": "EXECUTE_ALL"}"#, "UNKNOWN_VALUE", "$.options.evaluations_semantic"),
        (#"{"evaluations_semantic": ""}"#, "UNKNOWN_VALUE", "$.options.evaluations_semantic"),
        (#"{"evaluations_semantic": 1}"#, "WRONG_TYPE", "$.options.evaluations_semantic"),
    ]

    @Test("unknown semantics are errors of the call, without items too", arguments: badOptions, ["[{}]", "[]"])
    func refusedOptions(fault: (options: String, code: String, path: String), items: String) throws {
        let body = evaluation(and: #""evaluations": \#(items), "options": \#(fault.options)"#)
        let found = try #require(problem { () throws(ProblemDetails) in try readEvaluations(body) })
        #expect(found.code == fault.code)
        #expect(found.status == 400)
        #expect(found.path == fault.path)
    }

    @Test("where each semantic stops")
    func stopping() {
        #expect(!AuthZENSemantic.executeAll.stops(after: true))
        #expect(!AuthZENSemantic.executeAll.stops(after: false))
        #expect(!AuthZENSemantic.denyOnFirstDeny.stops(after: true))
        #expect(AuthZENSemantic.denyOnFirstDeny.stops(after: false))
        #expect(AuthZENSemantic.permitOnFirstPermit.stops(after: true))
        #expect(!AuthZENSemantic.permitOnFirstPermit.stops(after: false))
    }

    // MARK: - Defaults

    static let defaults = #"""
        "subject": {"type": "user", "id": "alice", "properties": {"role": "admin"}},
        "action": {"name": "read", "properties": {"soft": true}},
        "resource": {"type": "record", "id": "r1", "properties": {"status": "active"}},
        "context": {"ip": "10.0.0.1"}
        """#

    private func only(_ item: String, defaults: String = Self.defaults) throws -> DecisionRequest {
        let found = try items(#"{\#(defaults), "evaluations": [\#(item)]}"#)
        #expect(found.count == 1)
        return try #require(found.first).get()
    }

    @Test("an empty item is the defaults", arguments: ["{}", #"{"subject": null, "context": null}"#])
    func empty(item: String) throws {
        let request = try only(item)
        #expect(request.principal.id == "alice")
        #expect(request.principal.attributes == ["role": .string("admin")])
        #expect(request.action == "read")
        #expect(request.actionAttributes == ["soft": .bool(true)])
        #expect(request.resource.id == "r1")
        #expect(request.resource.attributes == ["status": .string("active")])
        #expect(request.context == ["ip": .string("10.0.0.1")])
    }

    @Test("a member of an item replaces the default as a whole")
    func replacement() throws {
        let request = try only(
            #"""
            {"subject": {"type": "bot", "id": "b"}, "action": {"name": "write"},
             "resource": {"type": "file", "id": "f", "properties": {"size": 1}}, "context": {}}
            """#)
        #expect(request.principal.type == "bot")
        #expect(request.principal.id == "b")
        #expect(request.principal.attributes.isEmpty)
        #expect(request.action == "write")
        #expect(request.actionAttributes.isEmpty)
        #expect(request.resource.type == "file")
        #expect(request.resource.attributes == ["size": .long(1)])
        #expect(request.context.isEmpty)
    }

    @Test("a required part that the item's member lacks is the default's; properties are not")
    func requiredParts() throws {
        #expect(try only(#"{"resource": {"id": "r2", "properties": {"x": 1}}}"#).resource.type == "record")
        #expect(try only(#"{"resource": {"id": "r2", "properties": {"x": 1}}}"#).resource.id == "r2")
        #expect(try only(#"{"resource": {"id": "r2", "properties": {"x": 1}}}"#).resource.attributes == ["x": .long(1)])
        #expect(try only(#"{"resource": {"type": null, "id": "r2"}}"#).resource.type == "record")
        #expect(try only(#"{"resource": {"id": "r2"}}"#).resource.attributes.isEmpty)
        #expect(try only(#"{"subject": {"type": "bot"}}"#).principal.id == "alice")
        #expect(try only(#"{"subject": {"type": "bot"}}"#).principal.attributes.isEmpty)
        #expect(try only(#"{"action": {"properties": {"soft": false}}}"#).action == "read")
        #expect(
            try only(#"{"action": {"properties": {"soft": false}}}"#).actionAttributes == ["soft": .bool(false)])
        #expect(try only(#"{"action": {}}"#).actionAttributes.isEmpty)
    }

    @Test("the default of the type completes an item, the item's own type needs no default")
    func partialDefault() throws {
        let defaults = #"""
            "subject": {"type": "user", "id": "alice"}, "action": {"name": "write"}, "resource": {"type": "record"}
            """#
        #expect(try only(#"{"resource": {"id": "r1"}}"#, defaults: defaults).resource.type == "record")
        #expect(try only(#"{"resource": {"type": "file", "id": "r1"}}"#, defaults: defaults).resource.type == "file")
        let found = try items(#"{\#(defaults), "evaluations": [{}]}"#)
        #expect(problem { () throws(ProblemDetails) in try found[0].get() }?.code == "MISSING_MEMBER")
    }

    @Test("credentials are replaced with the subject that they belong to")
    func credentials() throws {
        let defaults = #"""
            "subject": {"type": "user", "id": "a", "properties": {"credentials": [{"type": "jwt", "value": "x"}]}},
            "action": {"name": "read"}, "resource": {"type": "r", "id": "r"}
            """#
        #expect(try only("{}", defaults: defaults).credentials.map(\.type) == ["jwt"])
        #expect(try only(#"{"context": {}}"#, defaults: defaults).credentials.map(\.type) == ["jwt"])
        #expect(try only(#"{"subject": {"type": "user", "id": "b"}}"#, defaults: defaults).credentials.isEmpty)
        let own = #"{"subject": {"id": "b", "properties": {"credentials": [{"type": "saml_response", "value": "y"}]}}}"#
        #expect(try only(own, defaults: defaults).credentials.map(\.type) == ["saml_response"])
        let stripped = #"{"subject": {"properties": {"roles": ["admin"]}}}"#
        #expect(try only(stripped, defaults: defaults).credentials.map(\.type) == ["jwt"])
    }

    // MARK: - Faults

    static let faultyItems = [
        (#"{"action": {"name": "a"}, "resource": {"type": "r", "id": "r"}}"#, "MISSING_MEMBER"),
        (#"{"subject": null, "action": {"name": "a"}, "resource": {"type": "r", "id": "r"}}"#, "MISSING_MEMBER"),
        (
            #"{"subject": {"type": "u"}, "action": {"name": "a"}, "resource": {"type": "r", "id": "r"}}"#,
            "MISSING_MEMBER"
        ),
        (#"{}"#, "MISSING_MEMBER"),
        (#"{"subject": "alice"}"#, "WRONG_TYPE"),
        (#"{"subject": {"type": "u", "id": 5}}"#, "WRONG_TYPE"),
        (#"{"context": []}"#, "WRONG_TYPE"),
        (#"{"subject": {"type": "u", "id": "u", "properties": {"credentials": "x"}}}"#, "WRONG_TYPE"),
        (#""x""#, "WRONG_TYPE"),
        (#"null"#, "WRONG_TYPE"),
        (#"[]"#, "WRONG_TYPE"),
    ]

    @Test("a faulty item fails alone, with its place", arguments: faultyItems)
    func faultyItem(item: String, code: String) throws {
        let whole =
            #"{"subject": {"type": "u", "id": "u"}, "action": {"name": "a"}, "resource": {"type": "r", "id": "r"}}"#
        let found = try items(#"{"evaluations": [\#(whole), \#(item), \#(whole)]}"#)
        #expect(found.count == 3)
        #expect((try? found[0].get()) != nil)
        #expect((try? found[2].get()) != nil)
        let fault = try #require(problem { () throws(ProblemDetails) in try found[1].get() })
        #expect(fault.code == code)
        #expect(fault.status == 400)
        #expect(fault.path?.hasPrefix("$.evaluations[1]") == true)
    }

    static let faultyDefaults = [
        (#""subject": "alice""#, "$.subject"),
        (#""subject": {"type": 5}"#, "$.subject.type"),
        (#""subject": {"properties": []}"#, "$.subject.properties"),
        (#""subject": {"properties": {"credentials": {}}}"#, "$.subject.properties.credentials"),
        (#""action": []"#, "$.action"),
        (#""action": {"name": 1}"#, "$.action.name"),
        (#""resource": 1"#, "$.resource"),
        (#""context": "c""#, "$.context"),
        (#""evaluations": {}"#, "$.evaluations"),
        (#""evaluations": "x""#, "$.evaluations"),
    ]

    @Test("a fault in what all items share is an error of the call", arguments: faultyDefaults)
    func faultyDefault(member: String, path: String) throws {
        let evaluations = path == "$.evaluations" ? "" : #", "evaluations": [\#(evaluation())]"#
        let found = try #require(
            problem { () throws(ProblemDetails) in try readEvaluations("{\(member)\(evaluations)}") })
        #expect(found.code == "WRONG_TYPE")
        #expect(found.status == 400)
        #expect(found.path == path)
    }
}
