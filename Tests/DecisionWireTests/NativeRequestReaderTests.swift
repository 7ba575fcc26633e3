import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import Identity
import StrictJSON
import Testing

@Suite("Native requests")
struct NativeRequestReaderTests {
    @Test("every member is read")
    func everyMember() throws {
        let request = try readNative(
            #"""
            {"application": "traceo", "tenant": "acme",
             "principal": {"type": "User", "id": "u1", "attributes": {"level": 3}, "roles": ["Viewer", "editor"],
                           "parents": [{"type": "Team", "id": "sre"}, {"type": "Team", "id": ""}]},
             "action": {"id": "metrics:read", "attributes": {"soft": true}},
             "resource": {"type": "Metric", "id": "m1", "attributes": {"tags": ["a", "a"]},
                          "parents": [{"type": "Folder", "id": "f"}]},
             "context": {"ip": {"__extn": {"fn": "ip", "arg": "10.0.0.1"}}},
             "credentials": [{"type": "jwt", "value": "x"}, {"type": "dpop", "value": "y", "method": "GET", "url": "u"}],
             "explain": "none"}
            """#)
        #expect(request.application == "traceo")
        #expect(request.tenant == "acme")
        #expect(request.principal.type == "User")
        #expect(request.principal.id == "u1")
        #expect(request.principal.attributes == ["level": .long(3)])
        #expect(request.principal.parents.map(\.type) == ["Team", "Team"])
        #expect(request.principal.parents.map(\.id) == ["sre", ""])
        #expect(request.roles == ["Viewer", "editor"])
        #expect(request.action == "metrics:read")
        #expect(request.actionAttributes == ["soft": .bool(true)])
        #expect(request.resource.type == "Metric")
        #expect(request.resource.id == "m1")
        #expect(request.resource.attributes == ["tags": .set(ValueSet([.string("a")]))])
        #expect(request.resource.parents.map(\.id) == ["f"])
        #expect(request.context == ["ip": .ip(try IPAddress(parsing: "10.0.0.1"))])
        #expect(request.credentials.map(\.type) == ["jwt", "dpop"])
    }

    @Test("what may be left out has an empty value")
    func minimal() throws {
        let request = try readNative(native())
        #expect(request.application == nil)
        #expect(request.tenant == nil)
        #expect(request.principal.attributes.isEmpty)
        #expect(request.principal.parents.isEmpty)
        #expect(request.roles.isEmpty)
        #expect(request.actionAttributes.isEmpty)
        #expect(request.resource.attributes.isEmpty)
        #expect(request.resource.parents.isEmpty)
        #expect(request.context.isEmpty)
        #expect(request.credentials.isEmpty)
    }

    @Test("a credential can say who the principal is")
    func withoutPrincipal() throws {
        let rest = #""action": {"id": "a"}, "resource": {"type": "R", "id": "r"}"#
        let token = #"{"type": "jwt", "value": "x", "nonce": "n", "access_token": "t", "max_age": 60}"#
        let request = try readNative("{\(rest), \"credentials\": [\(token)]}")
        #expect(!request.namesPrincipal)
        #expect(request.credentials.first?.nonce == "n")
        #expect(request.credentials.first?.accessToken == Array("t".utf8))
        #expect(request.credentials.first?.maximumAge == 60)
        #expect(try readNative(native(and: "\"credentials\": [\(token)]")).namesPrincipal)
        for credentials in ["", ", \"credentials\": []"] {
            let found = problem { () throws(ProblemDetails) in try readNative("{\(rest)\(credentials)}") }
            #expect(found?.code == "MISSING_MEMBER")
        }
    }

    @Test("ids are any strings, empty ones and escapes included")
    func ids() throws {
        let request = try readNative(
            native(principal: #"{"type": "User", "id": ""}"#, resource: #"{"type": "Doc", "id": "\u0000\ud83d\ude00"}"#)
        )
        #expect(request.principal.id == "")
        #expect(request.resource.id == "\0\u{1F600}")
    }

    static let missing = [
        Refusal(#"{}"#, "MISSING_MEMBER", at: "$", says: "`principal`"),
        Refusal(#"{"principal": {"type": "U", "id": "u"}}"#, "MISSING_MEMBER", at: "$", says: "`action`"),
        Refusal(
            #"{"principal": {"type": "U", "id": "u"}, "action": {"id": "a"}}"#, "MISSING_MEMBER", at: "$",
            says: "`resource`"),
        Refusal(native(principal: #"{"id": "u"}"#), "MISSING_MEMBER", at: "$.principal", says: "`type`"),
        Refusal(native(principal: #"{"type": "U"}"#), "MISSING_MEMBER", at: "$.principal", says: "`id`"),
        Refusal(native(action: "{}"), "MISSING_MEMBER", at: "$.action", says: "`id`"),
        Refusal(native(resource: #"{"id": "d"}"#), "MISSING_MEMBER", at: "$.resource", says: "`type`"),
        Refusal(native(resource: #"{"type": "D"}"#), "MISSING_MEMBER", at: "$.resource", says: "`id`"),
        Refusal(
            native(principal: #"{"type": "U", "id": "u", "parents": [{"type": "T"}]}"#), "MISSING_MEMBER",
            at: "$.principal.parents[0]"),
        Refusal(
            native(resource: #"{"type": "U", "id": "u", "parents": [{"type": "T", "id": "t"}, {"id": "T"}]}"#),
            "MISSING_MEMBER", at: "$.resource.parents[1]"),
        Refusal(native(and: #""credentials": [{"value": "v"}]"#), "MISSING_MEMBER", at: "$.credentials[0]"),
        Refusal(native(and: #""credentials": [{"type": "jwt"}]"#), "MISSING_MEMBER", at: "$.credentials[0]"),
    ]

    static let wrongTypes: [Refusal] =
        ["[]", "null", "1", #""x""#, "true"].map { Refusal($0, "WRONG_TYPE", at: "$") }
        + ["null", "[]", "7", #""u""#].flatMap { value in
            [
                Refusal(native(principal: value), "WRONG_TYPE", at: "$.principal"),
                Refusal(native(action: value), "WRONG_TYPE", at: "$.action"),
                Refusal(native(resource: value), "WRONG_TYPE", at: "$.resource"),
                Refusal(native(and: #""context": \#(value)"#), "WRONG_TYPE", at: "$.context"),
                Refusal(
                    native(principal: #"{"type": "U", "id": "u", "attributes": \#(value)}"#), "WRONG_TYPE",
                    at: "$.principal.attributes"),
                Refusal(
                    native(action: #"{"id": "a", "attributes": \#(value)}"#), "WRONG_TYPE", at: "$.action.attributes"),
                Refusal(
                    native(resource: #"{"type": "U", "id": "u", "attributes": \#(value)}"#), "WRONG_TYPE",
                    at: "$.resource.attributes"),
                Refusal(
                    native(principal: #"{"type": "U", "id": "u", "parents": [\#(value)]}"#), "WRONG_TYPE",
                    at: "$.principal.parents[0]"),
                Refusal(native(and: #""credentials": [\#(value)]"#), "WRONG_TYPE", at: "$.credentials[0]"),
            ]
        }
        + ["null", "{}", "7", "true"].flatMap { value in
            [
                Refusal(native(principal: #"{"type": \#(value), "id": "u"}"#), "WRONG_TYPE", at: "$.principal.type"),
                Refusal(native(principal: #"{"type": "U", "id": \#(value)}"#), "WRONG_TYPE", at: "$.principal.id"),
                Refusal(native(action: #"{"id": \#(value)}"#), "WRONG_TYPE", at: "$.action.id"),
                Refusal(native(resource: #"{"type": \#(value), "id": "u"}"#), "WRONG_TYPE", at: "$.resource.type"),
                Refusal(native(resource: #"{"type": "U", "id": \#(value)}"#), "WRONG_TYPE", at: "$.resource.id"),
                Refusal(native(and: #""application": \#(value)"#), "WRONG_TYPE", at: "$.application"),
                Refusal(native(and: #""tenant": \#(value)"#), "WRONG_TYPE", at: "$.tenant"),
                Refusal(native(and: #""explain": \#(value)"#), "WRONG_TYPE", at: "$.explain"),
                Refusal(native(and: #""credentials": \#(value)"#), "WRONG_TYPE", at: "$.credentials"),
                Refusal(
                    native(principal: #"{"type": "U", "id": "u", "roles": \#(value)}"#), "WRONG_TYPE",
                    at: "$.principal.roles"),
                Refusal(
                    native(principal: #"{"type": "U", "id": "u", "roles": ["a", \#(value)]}"#), "WRONG_TYPE",
                    at: "$.principal.roles[1]"),
                Refusal(
                    native(principal: #"{"type": "U", "id": "u", "parents": \#(value)}"#), "WRONG_TYPE",
                    at: "$.principal.parents"),
                Refusal(
                    native(and: #""credentials": [{"type": \#(value), "value": "v"}]"#), "WRONG_TYPE",
                    at: "$.credentials[0].type"),
                Refusal(
                    native(and: #""credentials": [{"type": "jwt", "value": \#(value)}]"#), "WRONG_TYPE",
                    at: "$.credentials[0].value"),
            ]
        }

    static let values = [
        Refusal(native(and: #""context": {"a": null}"#), "NULL_VALUE", at: "$.context.a"),
        Refusal(native(and: #""context": {"a": [1, null]}"#), "NULL_VALUE", at: "$.context.a[1]"),
        Refusal(native(and: #""context": {"a": 1.5}"#), "NOT_AN_INTEGER", at: "$.context.a"),
        Refusal(native(and: #""context": {"a": 1.0}"#), "NOT_AN_INTEGER", at: "$.context.a"),
        Refusal(native(and: #""context": {"a": 1e2}"#), "NOT_AN_INTEGER", at: "$.context.a"),
        Refusal(native(and: #""context": {"a": 9223372036854775808}"#), "NOT_AN_INTEGER", at: "$.context.a"),
        Refusal(
            native(and: #""context": {"a": {"__entity": {"type": "U"}}}"#), "MALFORMED_ESCAPE", at: "$.context.a"),
        Refusal(
            native(and: #""context": {"a": {"__entity": {"type": "1", "id": "x"}}}"#), "INVALID_NAME",
            at: "$.context.a.__entity"),
        Refusal(
            native(and: #""context": {"a": {"__extn": {"fn": "ip", "arg": "999"}}}"#), "INVALID_EXTENSION_VALUE",
            at: "$.context.a.__extn"),
        Refusal(
            native(and: #""context": {"a": {"__extn": {"fn": "system", "arg": "x"}}}"#), "INVALID_EXTENSION_VALUE",
            at: "$.context.a.__extn"),
        Refusal(
            native(and: #""context": {"a": {"__expr": "1"}}"#), "MALFORMED_ESCAPE", at: "$.context.a"),
        Refusal(native(and: #""explain": "full""#), "UNKNOWN_VALUE", at: "$.explain"),
        Refusal(native(and: #""data": []"#), "WRONG_TYPE", at: "$.data"),
        Refusal(
            native(and: #""credentials": [{"type": "password", "value": "x"}]"#), "UNKNOWN_VALUE",
            at: "$.credentials[0].type", says: "`jwt`"),
        Refusal(
            native(and: #""credentials": [{"type": "JWT", "value": "x"}]"#), "UNKNOWN_VALUE",
            at: "$.credentials[0].type"),
    ]

    static let unknown = [
        Refusal(native(and: #""princpal": {}"#), "UNKNOWN_MEMBER", at: "$.princpal", says: "did you mean `principal`?"),
        Refusal(native(and: #""Context": {}"#), "UNKNOWN_MEMBER", at: "$.Context", says: "did you mean `context`?"),
        Refusal(native(and: #""subject": {}"#), "UNKNOWN_MEMBER", at: "$.subject"),
        Refusal(native(and: #""": {}"#), "UNKNOWN_MEMBER", at: #"$[""]"#),
        Refusal(
            native(principal: #"{"type": "U", "id": "u", "role": ["admin"]}"#), "UNKNOWN_MEMBER",
            at: "$.principal.role", says: "did you mean `roles`?"),
        Refusal(
            native(action: #"{"id": "a", "properties": {}}"#), "UNKNOWN_MEMBER", at: "$.action.properties"),
        Refusal(
            native(resource: #"{"type": "U", "id": "u", "roles": []}"#), "UNKNOWN_MEMBER", at: "$.resource.roles"),
        Refusal(
            native(resource: #"{"type": "U", "id": "u", "parents": [{"type": "T", "id": "t", "attributes": {}}]}"#),
            "UNKNOWN_MEMBER", at: "$.resource.parents[0].attributes"),
        Refusal(
            native(and: #""credentials": [{"type": "jwt", "value": "x", "audience": "y"}]"#), "UNKNOWN_MEMBER",
            at: "$.credentials[0].audience"),
        Refusal(
            native(and: #""credentials": [{"type": "jwt", "value": "x", "method": "GET"}]"#), "UNKNOWN_MEMBER",
            at: "$.credentials[0].method"),
        Refusal(
            native(and: #""credentials": [{"type": "saml_response", "value": "x", "nonce": "n"}]"#),
            "UNKNOWN_MEMBER", at: "$.credentials[0].nonce"),
        Refusal(
            native(and: #""credentials": [{"type": "jwt", "value": "x", "max_age": -1}]"#), "WRONG_TYPE",
            at: "$.credentials[0].max_age"),
        Refusal(
            native(and: #""credentials": [{"type": "jwt", "value": "x", "nonce": 7}]"#), "WRONG_TYPE",
            at: "$.credentials[0].nonce"),
        Refusal(
            native(
                and:
                    #""credentials": [\#(Array(repeating: #"{"type": "jwt", "value": "x"}"#, count: 9).joined(separator: ","))]"#
            ), "TOO_MANY_CREDENTIALS", at: "$.credentials[0]"),
        Refusal(
            native(and: #""credentials": [{"type": "dpop", "value": "x", "url": "y"}]"#), "MISSING_MEMBER",
            at: "$.credentials[0]", says: "`method`"),
    ]

    @Test("missing members", arguments: missing)
    func missingMember(_ refusal: Refusal) throws { try check(refusal) }

    @Test("wrong types", arguments: wrongTypes)
    func wrongType(_ refusal: Refusal) throws { try check(refusal) }

    @Test("values without a Cedar form", arguments: values)
    func value(_ refusal: Refusal) throws { try check(refusal) }

    @Test("unknown members", arguments: unknown)
    func unknownMember(_ refusal: Refusal) throws { try check(refusal) }

    static let syntax = [
        Refusal("", "JSON_UNEXPECTED_END", at: "$"),
        Refusal("{", "JSON_UNEXPECTED_END", at: "$"),
        Refusal(native() + "x", "JSON_TRAILING_DATA", at: "$"),
        Refusal("\u{FEFF}" + native(), "JSON_BYTE_ORDER_MARK", at: "$"),
        Refusal(native(and: #""context": {}, "context": {}"#), "JSON_DUPLICATE_MEMBER", at: nil),
        Refusal(native(and: #""context": {}, "c\u006fntext": {}"#), "JSON_DUPLICATE_MEMBER", at: nil),
        Refusal(
            native(principal: #"{"type": "U", "id": "a", "id": "b"}"#), "JSON_DUPLICATE_MEMBER", at: nil),
        Refusal(native(and: #""context": {"a": "\ud800"}"#), "JSON_LONE_SURROGATE", at: "$.context.a"),
        Refusal(native(and: #""context": {"a": 01}"#), "JSON_INVALID_NUMBER", at: "$.context.a"),
        Refusal(native(and: #""context": {"a": NaN}"#), "JSON_UNEXPECTED_CHARACTER", at: nil),
        Refusal(native(and: #""context": {"a": 1,}"#), "JSON_UNEXPECTED_CHARACTER", at: nil),
    ]

    @Test("what is not strict JSON", arguments: syntax)
    func notJSON(_ refusal: Refusal) throws {
        let found = try #require(problem { () throws(ProblemDetails) in try readNative(refusal.body) })
        #expect(found.code == refusal.code)
        #expect(found.status == 400)
        #expect(found.path != nil)
        if let path = refusal.path { #expect(found.path == path) }
        #expect(found.detail.contains("line"))
    }

    @Test("malformed UTF-8 is refused wherever it stands")
    func malformedUTF8() throws {
        for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
            let body = Array(#"{"principal": {"type": "U", "id": ""#.utf8) + bad + Array(#""}}"#.utf8)
            let found = problem { () throws(ProblemDetails) in try NativeRequestReader.read(body, limits: .request) }
            #expect(found?.code == "JSON_INVALID_UTF8")
            #expect(found?.status == 400)
        }
    }

    private func check(_ refusal: Refusal) throws {
        let found = try #require(problem { () throws(ProblemDetails) in try readNative(refusal.body) })
        #expect(found.code == refusal.code)
        #expect(found.status == refusal.status)
        #expect(found.path == refusal.path)
        #expect(found.detail.contains(refusal.says) || refusal.says.isEmpty, "\(found.detail)")
        #expect(!found.detail.isEmpty && !found.detail.hasSuffix("."))
    }
}
