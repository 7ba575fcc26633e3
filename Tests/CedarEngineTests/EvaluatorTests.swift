import CedarEngine
import CedarModel
import CedarSyntax
import Testing

/// Expressions with their values, or the codes of their errors.
@Suite struct EvaluatorTests {
    private func check(_ text: String, _ expected: String) throws {
        #expect(try World().outcome(text) == expected)
    }

    @Test(
        "literals, variables, sets and records",
        arguments: [
            ("true", "true"), ("-9223372036854775808", "-9223372036854775808"), (#""a\u{301}\n""#, "\"a\u{301}\\n\""),
            (#"N::T::"x\0""#, #"N::T::"x\0""#), ("principal", #"User::"alice""#), ("action", #"Action::"view""#),
            ("resource", #"Doc::"plan""#), ("context.n", "1"), ("[]", "[]"),
            (#"[1, "a", 1, [2, 2]]"#, #"["a", 1, [2]]"#),
            ("{}", "{}"), (#"{b: 1, "a b": [], "if": true}"#, #"{"a b": [], b: 1, "if": true}"#),
            ("[1 + true]", "TYPE_MISMATCH"), ("{a: 1 + true}", "TYPE_MISMATCH"),
        ])
    func primaries(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "not, and, or, if",
        arguments: [
            ("!true", "false"), ("!!true", "true"), ("!!!!false", "false"), ("!1", "TYPE_MISMATCH"),
            ("!!1", "TYPE_MISMATCH"),
            ("true && true", "true"), ("true && false", "false"), ("false && true", "false"),
            ("true && 1", "TYPE_MISMATCH"), ("false && 1", "false"), ("1 && true", "TYPE_MISMATCH"),
            ("1 && false", "TYPE_MISMATCH"),
            ("false && context.gone", "false"), ("true && context.gone", "MISSING_ATTRIBUTE"),
            ("true && true && 1", "TYPE_MISMATCH"), ("true && false && 1", "false"),
            ("false && 1 && context.gone", "false"),
            ("true || true", "true"), ("false || true", "true"), ("false || false", "false"),
            ("true || 1", "true"), ("false || 1", "TYPE_MISMATCH"), ("1 || true", "TYPE_MISMATCH"),
            ("true || context.gone", "true"), ("false || true || context.gone", "true"),
            ("false || context.gone || true", "MISSING_ATTRIBUTE"),
            ("true || false && 1", "true"), ("false && 1 || true", "true"), ("(true || false) && 1", "TYPE_MISMATCH"),
            ("if true then 1 else 2", "1"), ("if false then 1 else 2", "2"), (#"if true then 1 else "a""#, "1"),
            ("if 1 then 1 else 2", "TYPE_MISMATCH"), ("if true then 1 else context.gone", "1"),
            ("if false then context.gone else 2", "2"), ("if context.gone then 1 else 2", "MISSING_ATTRIBUTE"),
            ("if true then if false then 1 else 2 else 3", "2"),
        ])
    func booleans(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "equality never fails, comparison wants two of a kind",
        arguments: [
            ("1 == 1", "true"), ("1 == 2", "false"), ("1 != 1", "false"), ("1 != 2", "true"),
            (#"1 == "1""#, "false"), (#"1 != "1""#, "true"), ("true == 1", "false"), ("[] == {}", "false"),
            ("[1, 2, 2] == [2, 1]", "true"), (#"[1] == ["1"]"#, "false"),
            ("{a: 1, b: [1]} == {b: [1, 1], a: 1}", "true"),
            ("{a: 1} == {a: 1, b: 2}", "false"), ("{} == {}", "true"),
            (#""é" == "e\u{301}""#, "false"), (#""\u{e9}" == "é""#, "true"), (#"{"é": 1} == {"e\u{301}": 1}"#, "false"),
            (#"principal == User::"alice""#, "true"), (#"principal == Person::"alice""#, "false"),
            (#"principal == "alice""#, "false"),
            (#"decimal("1.0") == decimal("01.00")"#, "true"), (#"decimal("1.0") == 1"#, "false"),
            (#"ip("10.0.0.1") == ip("10.0.0.1/32")"#, "true"), (#"ip("10.0.0.1/24") == ip("10.0.0.0/24")"#, "false"),
            (#"datetime("1970-01-01") == datetime("1970-01-01T01:00:00+0100")"#, "true"),
            (#"duration("1h") == duration("60m")"#, "true"),
            ("context.gone == 1", "MISSING_ATTRIBUTE"), ("1 == context.gone", "MISSING_ATTRIBUTE"),
            ("1 < 2", "true"), ("2 < 2", "false"), ("2 <= 2", "true"), ("3 <= 2", "false"), ("3 > 2", "true"),
            ("2 > 2", "false"),
            ("2 >= 2", "true"), ("1 >= 2", "false"), ("-9223372036854775808 < 9223372036854775807", "true"),
            (#"datetime("2026-01-01") < datetime("2026-01-02")"#, "true"),
            (#"datetime("2026-01-01") >= datetime("2026-01-01")"#, "true"),
            (#"duration("1m") > duration("59s")"#, "true"), (#"duration("-1m") <= duration("0ms")"#, "true"),
            (#"decimal("1.0") < decimal("2.0")"#, "TYPE_MISMATCH"), (#""a" < "b""#, "TYPE_MISMATCH"),
            ("true < false", "TYPE_MISMATCH"),
            (#"1 < "a""#, "TYPE_MISMATCH"), (#""a" < 1"#, "TYPE_MISMATCH"), (#"1 < duration("1s")"#, "TYPE_MISMATCH"),
            (#"datetime("2026-01-01") < duration("1s")"#, "TYPE_MISMATCH"), ("[] <= []", "TYPE_MISMATCH"),
            ("{} > {}", "TYPE_MISMATCH"),
            ("principal >= principal", "TYPE_MISMATCH"),
        ])
    func comparisons(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "arithmetic is checked",
        arguments: [
            ("1 + 2", "3"), ("1 - 2 - 3", "-4"), ("1 - 2 + 3", "2"), ("2 * 3 * 4", "24"), ("2 + 3 * 4", "14"),
            ("(2 + 3) * 4", "20"),
            ("-context.n", "-1"), ("--1", "1"), ("----1", "1"), ("2 - -3", "5"), ("-2 * -3", "6"),
            ("9223372036854775807 + 1", "INTEGER_OVERFLOW"), ("-9223372036854775808 - 1", "INTEGER_OVERFLOW"),
            ("9223372036854775807 * 2", "INTEGER_OVERFLOW"), ("-9223372036854775808 * -1", "INTEGER_OVERFLOW"),
            ("--9223372036854775808", "INTEGER_OVERFLOW"), ("-principal.least", "INTEGER_OVERFLOW"),
            ("9223372036854775807 + 1 - 1", "INTEGER_OVERFLOW"), ("9223372036854775807 - 1 + 1", "9223372036854775807"),
            ("4611686018427387904 * 2 * 0", "INTEGER_OVERFLOW"), ("0 * 4611686018427387904 * 2", "0"),
            ("1 + true", "TYPE_MISMATCH"), ("true + 1", "TYPE_MISMATCH"), (#""a" + "b""#, "TYPE_MISMATCH"),
            ("1 - []", "TYPE_MISMATCH"),
            ("true * 1", "TYPE_MISMATCH"), ("1 * {}", "TYPE_MISMATCH"), ("-true", "TYPE_MISMATCH"),
            ("--true", "TYPE_MISMATCH"),
            (#"decimal("1.0") + decimal("1.0")"#, "TYPE_MISMATCH"), (#"duration("1s") * 2"#, "TYPE_MISMATCH"),
        ])
    func arithmetic(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "the first error wins",
        arguments: [
            ("context.gone + principal.ghost.x", "MISSING_ATTRIBUTE"),
            ("principal.ghost.x + context.gone", "MISSING_ENTITY"),
            // Both operands are evaluated before either is asked for its type.
            ("true + context.gone", "MISSING_ATTRIBUTE"), ("context.gone + true", "MISSING_ATTRIBUTE"),
            ("true * context.gone", "MISSING_ATTRIBUTE"), ("true < context.gone", "MISSING_ATTRIBUTE"),
            ("1 in context.gone", "MISSING_ATTRIBUTE"),
            ("1.contains(context.gone)", "MISSING_ATTRIBUTE"), ("1.getTag(context.gone)", "MISSING_ATTRIBUTE"),
            ("1.isInRange(context.gone)", "MISSING_ATTRIBUTE"), ("ip(1, context.gone)", "MISSING_ATTRIBUTE"),
            // A chain is done from left to right: the sum of the first two fails before the third is looked at.
            ("1 + true + context.gone", "TYPE_MISMATCH"),
            ("9223372036854775807 + 1 + context.gone", "INTEGER_OVERFLOW"),
            ("true * 1 * context.gone", "TYPE_MISMATCH"),
            ("9223372036854775807 * 2 * context.gone", "INTEGER_OVERFLOW"),
            ("[context.gone, 1 + true]", "MISSING_ATTRIBUTE"), ("[1 + true, context.gone]", "TYPE_MISMATCH"),
            // Fields of records are evaluated in the order of their keys.
            ("{a: context.gone, b: 1 + true}", "MISSING_ATTRIBUTE"),
            ("{b: 1 + true, a: context.gone}", "MISSING_ATTRIBUTE"),
            (#"{"é": 1 + true, "e\u{301}": context.gone}"#, "MISSING_ATTRIBUTE"),
            ("[].containsAll(1) && context.gone", "TYPE_MISMATCH"),
            ("(context.gone).contains(1 + true)", "MISSING_ATTRIBUTE"),
            ("principal is Doc in context.gone", "false"), ("principal is User in context.gone", "MISSING_ATTRIBUTE"),
            ("1 is User in context.gone", "TYPE_MISMATCH"),
        ])
    func evaluationOrder(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "attributes",
        arguments: [
            ("principal.name", #""alice""#), (#"principal["name"]"#, #""alice""#), ("principal.team.size", "7"),
            (#"principal.profile["with space"].deep"#, "true"), ("principal.me.me.me.age", "30"),
            ("{a: {b: 1}}.a.b", "1"),
            (#"{"é": 1}["e\u{301}"]"#, "MISSING_ATTRIBUTE"), (#"{"é": 1}["\u{e9}"]"#, "1"),
            (#"User::"alice".age"#, "30"), ("principal.gone", "MISSING_ATTRIBUTE"),
            ("context.gone", "MISSING_ATTRIBUTE"),
            ("context.none", "MISSING_ATTRIBUTE"), ("principal.profile.gone", "MISSING_ATTRIBUTE"),
            ("principal.level", "MISSING_ATTRIBUTE"),
            ("principal.ghost.name", "MISSING_ENTITY"), (#"User::"nobody".name"#, "MISSING_ENTITY"),
            (#"User::"bob".name"#, "MISSING_ATTRIBUTE"),
            ("principal.name.length", "TYPE_MISMATCH"), ("1.x", "TYPE_MISMATCH"), ("[].x", "TYPE_MISMATCH"),
            ("context.ip.x", "TYPE_MISMATCH"),
        ])
    func attributes(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "has",
        arguments: [
            ("principal has name", "true"), (#"principal has "name""#, "true"), ("principal has gone", "false"),
            ("context has n", "true"), ("context has none", "false"), ("{a: 1} has a", "true"), ("{} has a", "false"),
            (#"principal.profile has "with space""#, "true"), (#"{"é": 1} has "e\u{301}""#, "false"),
            ("principal.ghost has name", "false"), (#"User::"nobody" has name"#, "false"),
            ("principal has level", "false"),
            ("principal has profile.mail", "true"), ("principal has profile.gone", "false"),
            ("principal has gone.mail", "false"),
            ("principal has team.size", "true"), ("principal has me.me.team.size", "true"),
            ("principal has ghost.name", "false"),
            ("principal has me.ghost.name.x", "false"), ("principal has name.x", "TYPE_MISMATCH"),
            ("principal has me.name.x", "TYPE_MISMATCH"),
            ("context has gone.x.y.z", "false"), ("1 has a", "TYPE_MISMATCH"), (#""a" has b"#, "TYPE_MISMATCH"),
            ("[] has a.b", "TYPE_MISMATCH"),
            ("context.gone has a", "MISSING_ATTRIBUTE"),
        ])
    func has(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "tags",
        arguments: [
            (#"principal.hasTag("role")"#, "true"), (#"principal.hasTag("name")"#, "false"),
            (#"principal.getTag("level")"#, "3"),
            (#"principal.getTag("groups").contains("x")"#, "true"), (#"principal.getTag("name")"#, "MISSING_TAG"),
            (#"principal.ghost.hasTag("role")"#, "false"), (#"principal.ghost.getTag("role")"#, "MISSING_ENTITY"),
            (#"User::"bob".hasTag("role")"#, "false"), (#"User::"bob".getTag("role")"#, "MISSING_TAG"),
            ("principal.hasTag(principal.name)", "false"),
            (#"principal.getTag(if true then "role" else "x")"#, #""admin""#),
            ("principal.hasTag(1)", "TYPE_MISMATCH"), ("principal.getTag(1)", "TYPE_MISMATCH"),
            ("principal.ghost.getTag(1)", "TYPE_MISMATCH"),
            (#"{}.hasTag("a")"#, "TYPE_MISMATCH"), (#"{}.getTag("a")"#, "TYPE_MISMATCH"),
            (#"1.getTag(2)"#, "TYPE_MISMATCH"),
        ])
    func tags(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "in and is",
        arguments: [
            ("principal in principal", "true"), (#"principal in Team::"red""#, "true"),
            (#"principal in Org::"acme""#, "true"),
            (#"Team::"red" in principal"#, "false"), (#"principal in Team::"blue""#, "false"),
            (#"User::"nobody" in User::"nobody""#, "true"), (#"User::"nobody" in Team::"red""#, "false"),
            (#"principal in [Team::"blue", Org::"acme"]"#, "true"), (#"principal in [Team::"blue"]"#, "false"),
            ("principal in []", "false"),
            (#"action in Action::"all""#, "true"), (#"action in [Action::"edit", Action::"read"]"#, "true"),
            ("1 in principal", "TYPE_MISMATCH"), ("principal in 1", "TYPE_MISMATCH"),
            ("principal in {}", "TYPE_MISMATCH"),
            // One stray element makes the test an error, wherever it stands and whatever else matches.
            (#"principal in [principal, "x"]"#, "TYPE_MISMATCH"), (#"principal in [1, principal]"#, "TYPE_MISMATCH"),
            ("principal in [[principal]]", "TYPE_MISMATCH"), (#"1 in ["x"]"#, "TYPE_MISMATCH"),
            ("principal is User", "true"), ("principal is Team", "false"), ("principal is N::User", "false"),
            (#"N::User::"x" is N::User"#, "true"),
            (#"User::"nobody" is User"#, "true"), ("1 is User", "TYPE_MISMATCH"), ("{} is User", "TYPE_MISMATCH"),
            (#"principal is User in Org::"acme""#, "true"), (#"principal is User in Team::"blue""#, "false"),
            (#"principal is Team in Org::"acme""#, "false"),
            (#"principal is User in [Team::"red", 1]"#, "TYPE_MISMATCH"),
            ("principal is Team in 1", "false"), ("principal is User in 1", "TYPE_MISMATCH"),
        ])
    func membership(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "methods of sets",
        arguments: [
            ("[1, 2].contains(1)", "true"), ("[1, 2].contains(3)", "false"), (#"[1].contains("1")"#, "false"),
            ("[[1]].contains([1, 1])", "true"),
            ("[].contains([])", "false"), ("1.contains(1)", "TYPE_MISMATCH"), ("{}.contains(1)", "TYPE_MISMATCH"),
            (#"principal.langs.contains("de")"#, "true"), (#"["é"].contains("e\u{301}")"#, "false"),
            ("[1, 2].containsAll([2])", "true"), ("[1, 2].containsAll([2, 3])", "false"),
            ("[].containsAll([])", "true"), ("[1].containsAll(1)", "TYPE_MISMATCH"),
            ("1.containsAll([1])", "TYPE_MISMATCH"), ("[1, 2].containsAny([3, 2])", "true"),
            ("[1].containsAny([2])", "false"), ("[1].containsAny([])", "false"),
            ("[].containsAny({})", "TYPE_MISMATCH"), (#""a".containsAny([])"#, "TYPE_MISMATCH"),
            ("[].isEmpty()", "true"), ("[[]].isEmpty()", "false"), ("{}.isEmpty()", "TYPE_MISMATCH"),
            (#""".isEmpty()"#, "TYPE_MISMATCH"),
        ])
    func sets(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "extension functions and methods",
        arguments: [
            (#"decimal("1.50")"#, #"decimal("1.5")"#), (#"decimal("1")"#, "INVALID_EXTENSION_VALUE"),
            ("decimal(1)", "TYPE_MISMATCH"),
            (#"decimal("1.0").lessThan(decimal("1.1"))"#, "true"),
            (#"decimal("1.0").lessThanOrEqual(decimal("1.0"))"#, "true"),
            (#"decimal("1.0").greaterThan(decimal("1.0"))"#, "false"),
            (#"decimal("1.0").greaterThanOrEqual(decimal("1.0"))"#, "true"),
            (#"decimal("1.0").lessThan(1)"#, "TYPE_MISMATCH"), (#"1.lessThan(decimal("1.0"))"#, "TYPE_MISMATCH"),
            ("1.lessThan(2)", "TYPE_MISMATCH"),
            (#"context.half.lessThan(decimal("0.6"))"#, "true"),
            ("ip(principal.name)", "INVALID_EXTENSION_VALUE"), (#"context.ip.isInRange(ip("10.0.0.0/8"))"#, "true"),
            ("context.ip.isIpv4()", "true"),
            (#"ip("::1").isIpv6()"#, "true"), (#"ip("127.0.0.1").isLoopback()"#, "true"),
            (#"ip("224.0.0.1").isMulticast()"#, "true"),
            (#"ip("10.0.0.1").isInRange("10.0.0.0/8")"#, "TYPE_MISMATCH"), (#""10.0.0.1".isIpv4()"#, "TYPE_MISMATCH"),
            (#"datetime("2026-03-01").offset(duration("-1d"))"#, #"datetime("2026-02-28T00:00:00.000Z")"#),
            (#"context.now.durationSince(datetime("2026-03-01"))"#, #"duration("13h45m")"#),
            (#"context.now.toDate() == datetime("2026-03-01")"#, "true"),
            (#"context.now.toTime() < duration("14h")"#, "true"),
            (#"datetime("2026-01-01").offset(duration("9223372036854775807ms"))"#, "INVALID_EXTENSION_VALUE"),
            (#"datetime("2026-01-01").offset(1)"#, "TYPE_MISMATCH"),
            (#"duration("1h").offset(duration("1h"))"#, "TYPE_MISMATCH"),
            (#"duration("90061001ms").toMilliseconds()"#, "90061001"),
            (#"duration("90061001ms").toSeconds()"#, "90061"),
            (#"duration("90061001ms").toMinutes()"#, "1501"), (#"duration("90061001ms").toHours()"#, "25"),
            (#"duration("-25h").toDays()"#, "-1"),
            ("1.toDays()", "TYPE_MISMATCH"), (#"datetime("2026-02-29")"#, "INVALID_EXTENSION_VALUE"),
            (#"duration("")"#, "INVALID_EXTENSION_VALUE"),
        ])
    func extensions(text: String, expected: String) throws { try check(text, expected) }

    @Test(
        "a wrong number of arguments is an error of evaluation, after the arguments'",
        arguments: [
            "ip()", #"ip("::1", "::1")"#, "decimal()", "datetime(1, 2)", "duration()", #"ip("::1").isIpv4(1)"#,
            #"ip("::1").isInRange()"#,
            #"ip("::1").isInRange(ip("::1"), ip("::1"))"#, #"decimal("1.0").lessThan()"#, "1.lessThan()",
            "context.now.toDate(1)",
            "context.now.offset()", "1.toDays(2)",
        ])
    func argumentCounts(text: String) throws {
        try check(text, "WRONG_ARGUMENT_COUNT")
        try check("false && \(text)", "false")
    }
}
