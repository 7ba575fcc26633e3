import CedarEngine
import CedarModel
import CedarSyntax
import Testing

@Suite struct EvaluationErrorTests {
    @Test(
        "errors say what failed, where, and on which path",
        arguments: [
            (
                "context.mfa_verified", "context.mfa_verified", "context.mfa_verified",
                "record has no attribute `mfa_verified`"
            ),
            (
                "!(1 == 2) && context.mfa_verified == true", "context.mfa_verified", "context.mfa_verified",
                "record has no attribute `mfa_verified`"
            ),
            (
                "principal.profile.gone.more", "principal.profile.gone", "principal.profile.gone",
                "record has no attribute `gone`"
            ),
            (
                #"principal["a b"].c"#, #"principal["a b"]"#, #"principal["a b"]"#,
                #"entity `User::"alice"` has no attribute `a b`"#
            ),
            (
                #"principal["if"]"#, #"principal["if"]"#, #"principal["if"]"#,
                #"entity `User::"alice"` has no attribute `if`"#
            ),
            (
                #"principal["name"].x"#, #"principal["name"].x"#, "principal.name.x",
                "expected one of record, entity, found string"
            ),
            (
                "principal.ghost.name", "principal.ghost.name", "principal.ghost.name",
                #"entity `User::"ghost"` does not exist"#
            ),
            (#"User::"nobody".name"#, #"User::"nobody".name"#, nil, #"entity `User::"nobody"` does not exist"#),
            ("{a: 1}.b.c", "{a: 1}.b", nil, "record has no attribute `b`"),
            (
                #"principal.getTag("gone")"#, #"principal.getTag("gone")"#, nil,
                #"entity `User::"alice"` has no tag `gone`"#
            ),
            ("1 + (2 + principal.name)", "2 + principal.name", nil, "expected long, found string"),
            (
                "principal.age + context.n * 9223372036854775807 * 2", "context.n * 9223372036854775807 * 2", nil,
                "integer overflow in `9223372036854775807 * 2`"
            ),
            ("-principal.least", "-principal.least", nil, "integer overflow in `-(-9223372036854775808)`"),
            (
                "9223372036854775807 - -1", "9223372036854775807 - -1", nil,
                "integer overflow in `9223372036854775807 - -1`"
            ),
            ("context.n && true", "context.n", "context.n", "expected bool, found long"),
            ("true && !context.text", "context.text", "context.text", "expected bool, found string"),
            ("if context.text then 1 else 2", "context.text", "context.text", "expected bool, found string"),
            (
                "principal < 1", "principal < 1", nil,
                "expected one of long, datetime, duration, found entity of type `User`"
            ),
            (#"1 < "a""#, #"1 < "a""#, nil, "expected long, found string"),
            (#""a" > 1"#, #""a" > 1"#, nil, "expected one of long, datetime, duration, found string"),
            (#"1 >= "a""#, #"1 >= "a""#, nil, "expected long, found string"),
            ("principal in context.n", "principal in context.n", nil, "expected one of set, entity, found long"),
            ("context.n.contains(1)", "context.n.contains(1)", nil, "expected set, found long"),
            ("context.ip.isIpv4(1)", "context.ip.isIpv4(1)", nil, "`isIpv4` takes 1 argument, found 2"),
            ("ip()", "ip()", nil, "`ip` takes 1 argument, found 0"),
            ("[ip(context.text)]", "ip(context.text)", nil, nil),
            (
                "principal.langs.contains(context.gone)", "context.gone", "context.gone",
                "record has no attribute `gone`"
            ),
            ("{b: 1, a: context.gone}", "context.gone", "context.gone", "record has no attribute `gone`"),
            ("context.bad", "context.bad", "context.bad", nil),
            ("context.partly.inner.bad", "context.partly.inner.bad", "context.partly.inner.bad", nil),
        ])
    func structure(text: String, place: String, path: String?, message: String?) throws {
        let error = try World().error(text)
        let source = SourceFile(name: "test.cedar", text: "\(expressionPrefix)\(text) };")
        let span = try #require(error.span)
        #expect(source.text(in: span) == place)
        #expect(error.path == path)
        if let message { #expect(error.description == message) }
    }

    @Test("a missing attribute knows what there was instead")
    func available() throws {
        let error = try World().error("principal.profile.email")
        guard case .missingAttribute(let name, .record, let available) = error.reason else {
            Issue.record("\(error.reason)")
            return
        }
        #expect(name == "email")
        #expect(available.elementsEqual(["mail", "with space"]))
    }

    @Test("a condition that is no boolean is an error at the condition")
    func condition() throws {
        for (text, path) in [("1", nil), ("context.text", "context.text"), ("principal", "principal")] {
            for keyword in ["when", "unless"] {
                let policies = try parse("permit(principal, action, resource) when { true } \(keyword) { \(text) };")
                let world = try World()
                let error = try #require(throws: EvaluationError.self) {
                    try Evaluator(request: world.request, entities: world.entities)
                        .isSatisfied(try #require(try PolicySet(policies).policies.first))
                }
                #expect(error.code == "TYPE_MISMATCH")
                #expect(error.span?.start == policies.first?.conditions[1].body.span.start)
                #expect(error.path == path)
            }
        }
    }

    @Test(
        "what cannot be read fails when it is read, and only then",
        arguments: [
            ("context.bad", "UNREADABLE_VALUE"), ("context.bad == context.bad", "UNREADABLE_VALUE"),
            ("context.bad == 1", "UNREADABLE_VALUE"),
            ("[context.bad]", "UNREADABLE_VALUE"), ("{a: context.bad}", "UNREADABLE_VALUE"),
            ("context.bad.x", "UNREADABLE_VALUE"),
            ("context.bad has x", "UNREADABLE_VALUE"), ("if true then context.bad else 1", "UNREADABLE_VALUE"),
            ("context has bad", "true"), ("context has bad.x", "UNREADABLE_VALUE"), ("true || context.bad", "true"),
            ("context.n", "1"),
            ("context.partly has bad", "true"), ("context.partly.good", "1"), ("context.partly.inner.good", "2"),
            ("context has partly.inner.bad", "true"),
            ("context.partly.bad", "UNREADABLE_VALUE"), ("context.partly == {good: 1}", "UNREADABLE_VALUE"),
            ("{} != context.partly.inner", "UNREADABLE_VALUE"),
            ("context == context", "UNREADABLE_VALUE"), ("context.partly in principal", "TYPE_MISMATCH"),
            ("[context.partly].isEmpty()", "UNREADABLE_VALUE"), ("[1].contains(context.partly)", "UNREADABLE_VALUE"),
            ("[1] == [context.partly]", "UNREADABLE_VALUE"), ("{a: context.partly}.a.good", "1"),
            ("{a: context.partly} == {}", "UNREADABLE_VALUE"),
            ("{a: [context.partly]}.a", "UNREADABLE_VALUE"), ("principal in [context.partly]", "TYPE_MISMATCH"),
            ("context.badset", "UNREADABLE_VALUE"), ("context.badset.contains(1)", "UNREADABLE_VALUE"),
            ("context.badset.isEmpty()", "UNREADABLE_VALUE"),
            ("context.partly < 1", "TYPE_MISMATCH"), ("1 < context.partly", "TYPE_MISMATCH"),
            ("principal in context.partly", "TYPE_MISMATCH"),
        ])
    func unreadable(text: String, expected: String) throws {
        #expect(try World().outcome(text) == expected)
    }

    @Test("texts of callers neither flood messages nor break their lines")
    func hostileText() throws {
        let text = String(repeating: "x", count: 100_000)
        let world = try World(principal: .of(text, "\n\u{202E}" + text), context: "{\"long\": \"\(text)\"}")
        for expression in [
            "ip(context.long)", "principal.gone", "principal && true", "principal.getTag(context.long)",
            #"User::"alice".getTag(context.long)"#,
        ] {
            let message = try world.error(expression).description
            #expect(message.utf8.count < 300)
            #expect(!message.unicodeScalars.contains { $0 == "\n" || $0 == "\u{202E}" })
        }
    }
}
