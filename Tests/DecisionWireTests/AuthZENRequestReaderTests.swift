import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import Identity
import StrictJSON
import Testing

@Suite("AuthZEN evaluation requests")
struct AuthZENRequestReaderTests {
    @Test("every member is read")
    func everyMember() throws {
        let request = try readEvaluation(
            evaluation(
                subject: #"{"type": "user", "id": "alice", "properties": {"level": 3}}"#,
                action: #"{"name": "read", "properties": {"soft": true}}"#,
                resource: #"{"type": "record", "id": "r1", "properties": {"tags": ["a"]}}"#,
                and: #""context": {"time": "now"}"#))
        #expect(request.principal.type == "user")
        #expect(request.principal.id == "alice")
        #expect(request.principal.attributes == ["level": .long(3)])
        #expect(request.action == "read")
        #expect(request.actionAttributes == ["soft": .bool(true)])
        #expect(request.resource.type == "record")
        #expect(request.resource.id == "r1")
        #expect(request.resource.attributes == ["tags": .set(ValueSet([.string("a")]))])
        #expect(request.context == ["time": .string("now")])
        #expect(request.roles.isEmpty)
        #expect(request.credentials.isEmpty)
    }

    static let ignorable = [
        evaluation(and: #""foo": "bar", "futureField": {"nested": true}"#),
        evaluation(subject: #"{"type": "user", "id": "alice", "customAttr": 1, "identity": {"k": "v"}}"#),
        evaluation(action: #"{"name": "read", "customAttr": [null]}"#),
        evaluation(resource: #"{"type": "record", "id": "r1", "ownerID": "bob", "anotherUnknown": [1, 2, 3]}"#),
        evaluation(and: #""evaluations": [{"subject": 5}], "options": {"evaluations_semantic": "bogus"}"#),
        evaluation(and: #""principal": {"roles": ["admin"]}, "roles": ["admin"], "credentials": [{}]"#),
        evaluation(and: #""context": null"#),
        evaluation(subject: #"{"type": "user", "id": "alice", "properties": null}"#),
        evaluation(subject: #"{"type": "user", "id": "alice", "properties": {"credentials": null}}"#),
    ]

    @Test("unknown members and nulls change nothing", arguments: ignorable)
    func unknownMembers(body: String) throws {
        let request = try readEvaluation(body)
        #expect(request.principal.attributes.isEmpty)
        #expect(request.actionAttributes.isEmpty)
        #expect(request.resource.attributes.isEmpty)
        #expect(request.context.isEmpty)
        #expect(request.roles.isEmpty)
        #expect(request.credentials.isEmpty)
        #expect(request.action == "read")
    }

    static let faults: [Refusal] =
        [
            Refusal("{}", "MISSING_MEMBER", at: "$", says: "`subject`"),
            Refusal(#"{"action": {"name": "a"}}"#, "MISSING_MEMBER", at: "$", says: "`subject`"),
            Refusal(
                #"{"subject": {"type": "u", "id": "u"}, "resource": {"type": "r", "id": "r"}}"#, "MISSING_MEMBER",
                at: "$", says: "`action`"),
            Refusal(
                #"{"subject": {"type": "u", "id": "u"}, "action": {"name": "a"}}"#, "MISSING_MEMBER", at: "$",
                says: "`resource`"),
            Refusal(evaluation(subject: "null"), "MISSING_MEMBER", at: "$", says: "`subject`"),
            Refusal(evaluation(subject: #"{"id": "u"}"#), "MISSING_MEMBER", at: "$.subject", says: "`type`"),
            Refusal(evaluation(subject: #"{"type": "u"}"#), "MISSING_MEMBER", at: "$.subject", says: "`id`"),
            Refusal(
                evaluation(subject: #"{"type": "u", "id": null}"#), "MISSING_MEMBER", at: "$.subject", says: "`id`"),
            Refusal(evaluation(action: "{}"), "MISSING_MEMBER", at: "$.action", says: "`name`"),
            Refusal(evaluation(resource: #"{"id": "r"}"#), "MISSING_MEMBER", at: "$.resource", says: "`type`"),
            Refusal(evaluation(resource: #"{"type": "r"}"#), "MISSING_MEMBER", at: "$.resource", says: "`id`"),
        ]
        + ["[]", "null", "1", #""x""#].map { Refusal($0, "WRONG_TYPE", at: "$") }
        + ["[]", "7", #""u""#, "true"].flatMap { value in
            [
                Refusal(evaluation(subject: value), "WRONG_TYPE", at: "$.subject"),
                Refusal(evaluation(action: value), "WRONG_TYPE", at: "$.action"),
                Refusal(evaluation(resource: value), "WRONG_TYPE", at: "$.resource"),
                Refusal(evaluation(and: #""context": \#(value)"#), "WRONG_TYPE", at: "$.context"),
                Refusal(
                    evaluation(subject: #"{"type": "u", "id": "u", "properties": \#(value)}"#), "WRONG_TYPE",
                    at: "$.subject.properties"),
                Refusal(
                    evaluation(action: #"{"name": "a", "properties": \#(value)}"#), "WRONG_TYPE",
                    at: "$.action.properties"),
                Refusal(
                    evaluation(resource: #"{"type": "r", "id": "r", "properties": \#(value)}"#), "WRONG_TYPE",
                    at: "$.resource.properties"),
            ]
        }
        + ["[]", "7", "{}", "true"].flatMap { value in
            [
                Refusal(evaluation(subject: #"{"type": \#(value), "id": "u"}"#), "WRONG_TYPE", at: "$.subject.type"),
                Refusal(evaluation(subject: #"{"type": "u", "id": \#(value)}"#), "WRONG_TYPE", at: "$.subject.id"),
                Refusal(evaluation(action: #"{"name": \#(value)}"#), "WRONG_TYPE", at: "$.action.name"),
                Refusal(evaluation(resource: #"{"type": \#(value), "id": "u"}"#), "WRONG_TYPE", at: "$.resource.type"),
                Refusal(evaluation(resource: #"{"type": "u", "id": \#(value)}"#), "WRONG_TYPE", at: "$.resource.id"),
            ]
        }

    @Test("missing members and wrong types are errors of the call, of a single evaluation too", arguments: faults)
    func fault(_ refusal: Refusal) throws {
        for found in [
            problem { () throws(ProblemDetails) in _ = try readEvaluation(refusal.body) },
            problem { () throws(ProblemDetails) in _ = try readEvaluations(refusal.body) },
        ] {
            let found = try #require(found)
            #expect(found.code == refusal.code)
            #expect(found.status == 400)
            #expect(found.path == refusal.path)
            #expect(found.detail.contains(refusal.says) || refusal.says.isEmpty, "\(found.detail)")
        }
    }

    @Test("duplicate members are refused though unknown ones are not")
    func duplicates() {
        let body = evaluation(and: #""foo": 1, "foo": 2"#)
        #expect(
            problem { () throws(ProblemDetails) in try readEvaluation(body) }?.code == "JSON_DUPLICATE_MEMBER")
    }

    // MARK: - Values

    @Test("nulls are absent at any depth")
    func nulls() throws {
        let request = try readEvaluation(
            evaluation(and: #""context": {"a": null, "b": [1, null, 2], "c": {"d": null}}"#))
        #expect(
            request.context == ["b": .set(ValueSet([.long(1), .long(2)])), "c": .record(.empty)])
    }

    static let decimals: [(String, String)] = [
        ("1.5", "1.5"), ("-0.0001", "-0.0001"), ("1.0", "1.0"), ("1e2", "100.0"), ("12.5e-1", "1.25"), ("0.0", "0.0"),
        ("-0", "0.0"), ("922337203685477.5807", "922337203685477.5807"), ("1.50000000000", "1.5"),
    ]

    @Test("a number that is not an integer is a decimal where four digits hold it", arguments: decimals)
    func decimal(number: String, expected: String) throws {
        let request = try readEvaluation(evaluation(and: #""context": {"a": \#(number)}"#))
        #expect(request.context["a"] == .decimal(try Decimal(parsing: expected)))
    }

    @Test(
        "other numbers and malformed escapes exist but cannot be read",
        arguments: [
            "0.00001", "1e300", "1e-300", "922337203685477.5808", "9223372036854775808", "1e99999999999999999999",
            #"{"__entity": {"type": "User"}}"#, #"{"__entity": {"type": "1", "id": "x"}}"#, #"{"__expr": "1"}"#,
            #"{"__extn": {"fn": "ip", "arg": "x"}}"#, #"{"__extn": {"fn": "nosuch", "arg": "x"}}"#,
            #"{"__extn": "x"}"#, #"{"__entity": {"type": "U", "id": "x"}, "and": "more"}"#,
        ])
    func unreadable(value: String) throws {
        let request = try readEvaluation(evaluation(and: #""context": {"a": \#(value), "b": 1}"#))
        guard case .unreadable = request.context["a"] else {
            Issue.record("read as \(String(describing: request.context["a"]))")
            return
        }
        #expect(request.context["b"] == .long(1))
    }

    // MARK: - Roles and credentials

    @Test("roles of the subject are matched as roles and stay an attribute")
    func roles() throws {
        let request = try readEvaluation(
            evaluation(subject: #"{"type": "u", "id": "u", "properties": {"roles": ["Viewer", 5, "admin"]}}"#))
        #expect(Set(request.roles) == ["Viewer", "admin"])
        #expect(request.principal.attributes["roles"] != nil)
    }

    @Test(
        "what is no list of names assigns no role",
        arguments: [
            #"{"roles": "admin"}"#, #"{"roles": {"admin": true}}"#, #"{"role": ["admin"]}"#, #"{"roles": [["admin"]]}"#,
        ])
    func noRoles(properties: String) throws {
        let request = try readEvaluation(
            evaluation(
                subject: #"{"type": "u", "id": "u", "properties": \#(properties)}"#,
                resource: #"{"type": "u", "id": "u", "properties": {"roles": ["admin"]}}"#))
        #expect(request.roles.isEmpty)
    }

    @Test("credentials are not an attribute, and their values go nowhere")
    func credentials() throws {
        let request = try readEvaluation(
            evaluation(
                subject: #"""
                    {"type": "u", "id": "u", "properties": {"level": 1, "credentials":
                      [{"type": "jwt", "value": "SECRET", "future": 1},
                       {"type": "dpop", "value": "SECRET", "method": "GET", "url": "u"}]}}
                    """#))
        #expect(request.credentials.map(\.type) == ["jwt", "dpop"])
        #expect(request.principal.attributes == ["level": .long(1)])
    }

    static let badCredentials = [
        (#"{"type": "jwt", "value": "SECRET"}"#, "WRONG_TYPE", "$.subject.properties.credentials"),
        (#""SECRET""#, "WRONG_TYPE", "$.subject.properties.credentials"),
        (#"["SECRET"]"#, "WRONG_TYPE", "$.subject.properties.credentials[0]"),
        (#"[{"value": "SECRET"}]"#, "MISSING_MEMBER", "$.subject.properties.credentials[0]"),
        (#"[{"type": "jwt", "token": "SECRET"}]"#, "MISSING_MEMBER", "$.subject.properties.credentials[0]"),
        (#"[{"type": "SECRET", "value": "SECRET"}]"#, "UNKNOWN_VALUE", "$.subject.properties.credentials[0].type"),
        (#"[{"type": "jwt", "value": ["SECRET"]}]"#, "WRONG_TYPE", "$.subject.properties.credentials[0].value"),
        (#"[{"type": "dpop", "value": "SECRET"}]"#, "MISSING_MEMBER", "$.subject.properties.credentials[0]"),
    ]

    @Test("credentials that are not understood never leave the request as one without", arguments: badCredentials)
    func badCredential(credentials: String, code: String, path: String) throws {
        let body = evaluation(
            subject: #"{"type": "u", "id": "u", "properties": {"credentials": \#(credentials)}}"#)
        let found = try #require(problem { () throws(ProblemDetails) in try readEvaluation(body) })
        #expect(found.code == code)
        #expect(found.status == 400)
        #expect(found.path == path)
        #expect(!String(decoding: found.body, as: UTF8.self).contains("SECRET"))
    }

    @Test("credentials elsewhere are properties like any other")
    func credentialsElsewhere() throws {
        let request = try readEvaluation(
            evaluation(
                resource: #"{"type": "r", "id": "r", "properties": {"credentials": "none"}}"#,
                and: #""context": {"credentials": [1]}"#))
        #expect(request.credentials.isEmpty)
        #expect(request.resource.attributes["credentials"] == .string("none"))
        #expect(request.context["credentials"] != nil)
    }
}
