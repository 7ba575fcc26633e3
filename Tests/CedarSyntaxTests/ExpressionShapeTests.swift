import MarkedSource
import Testing

@testable import CedarSyntax

@Suite struct ExpressionShapeTests {
    @Test(
        "expressions have the shape of their precedence",
        arguments: [
            ("true || false && true || 1", "(|| true (&& false true) 1)"),
            ("(true && false) && true", "(&& (&& true false) true)"),
            ("true && (false && true)", "(&& true (&& false true))"),
            ("1 + 2 * 3 - 4", "(sum 1 + (* 2 3) - 4)"),
            ("(1 + 2) * 3 * 4", "(* (sum 1 + 2) 3 4)"),
            ("1 < 2 && 3 >= 4", "(&& (< 1 2) (>= 3 4))"),
            ("1 + 2 == 3 * 4", "(== (sum 1 + 2) (* 3 4))"),
            ("(1 == 2) == 3", "(== (== 1 2) 3)"),
            ("!principal has a", #"(has (! principal) "a")"#),
            ("!principal.a", #"(! (member principal ."a"))"#),
            ("!!true", "(! (! true))"),
            ("principal has a.b.c", #"(has principal "a" "b" "c")"#),
            (#"principal has "a b""#, #"(has principal "a b")"#),
            ("principal is A::B", "(is principal A::B)"),
            ("principal is A :: // c\n B in resource.x", #"(is principal A::B in (member resource ."x"))"#),
            ("principal is A && true", "(&& (is principal A) true)"),
            (#"context.a["b c"].contains(1,).d"#, #"(member context ."a" ."b c" (.contains 1) ."d")"#),
            (#"ip("1").isInRange(ip("2"))"#, #"(member (ip "1") (.isInRange (ip "2")))"#),
            ("[1, [2], {}].isEmpty()", "(member (set 1 (set 2) (record)) (.isEmpty))"),
            (#"{a: 1, "b c": {d: 2,},}"#, #"(record "a":1 "b c":(record "d":2))"#),
            ("if true then 1 else if false then 2 else 3", "(if true 1 (if false 2 3))"),
            ("if true then 1 else 2 + 3", "(if true 1 (sum 2 + 3))"),
            ("(if true then 1 else 2) + 3", "(sum (if true 1 2) + 3)"),
            ("if(true)then(1)else(2)", "(if true 1 2)"),
            ("principal in [A::\"x\", resource]", "(in principal (set A::\"x\" resource))"),
            ("principal::\"x\" != permit::\"y\"", "(!= principal::\"x\" permit::\"y\")"),
        ])
    func shapes(_ expected: (source: String, shape: String)) {
        #expect(PolicyParser.parseExpression(expected.source).expression.map(shape) == expected.shape)
    }

    @Test(
        "a minus before digits belongs to the literal",
        arguments: [
            ("-5", "-5"), ("- 5", "-5"), ("--5", "(neg -5)"), ("----5", "(neg (neg (neg -5)))"), ("-(5)", "(neg 5)"),
            ("(-5)", "-5"), ("-5.a", #"(neg (member 5 ."a"))"#), ("1-5", "(sum 1 - 5)"), ("1--5", "(sum 1 - -5)"),
            ("-9223372036854775808", "-9223372036854775808"), ("--9223372036854775808", "(neg -9223372036854775808)"),
            ("1 - -9223372036854775808", "(sum 1 - -9223372036854775808)"), ("-0", "0"), ("-007", "-7"),
            ("-2 * -3", "(* -2 -3)"), ("-principal.a", #"(neg (member principal ."a"))"#),
        ])
    func negativeNumbers(_ expected: (source: String, shape: String)) {
        #expect(PolicyParser.parseExpression(expected.source).expression.map(shape) == expected.shape)
    }

    @Test(
        "literals are unescaped",
        arguments: [
            (#""\n\r\t\0\\\'\"""#, "\n\r\t\0\\'\""),
            (#""\x41\x7f\u{e9}\u{1_F6_00}\u{10FFFF}""#, "A\u{7F}é\u{1F600}\u{10FFFF}"),
            ("\"raw\nline\tand \0 nul\"", "raw\nline\tand \0 nul"),
            ("\"e\u{301} é\"", "e\u{301} é"),
            (#""*""#, "*"),
        ])
    func strings(_ expected: (source: String, text: String)) {
        guard case .literal(.string(let text))? = PolicyParser.parseExpression(expected.source).expression?.kind else {
            Issue.record("no string literal")
            return
        }
        #expect(text == CedarString(expected.text))
    }

    @Test(
        "patterns have their wildcards",
        arguments: [
            (#""""#, ""), (#""*""#, " *"), (#""a*b""#, #" "a" * "b""#), (#""**""#, " * *"),
            (#""a\*b""#, #" "a*b""#), (#""\*""#, #" "*""#), (#""\u{2a}\x2a""#, " * *"), (#""\\*""#, #" "\\" *"#),
            (#""\\\*""#, #" "\\*""#), (#""*a*""#, #" * "a" *"#),
        ])
    func patterns(_ expected: (source: String, elements: String)) {
        let shape = PolicyParser.parseExpression("context like " + expected.source).expression.map(shape)
        #expect(shape == "(like context\(expected.elements))")
    }

    @Test(
        "spans cover what was written",
        arguments: [
            "▶1 + 2◀", "(▶1 + 2◀)", "▶(1 + 2) * 3◀", "▶3 * (1 + 2)◀", "▶-5◀", "▶- (5)◀", "▶!(true)◀",
            "▶if a.b then 1 else (2)◀", "▶[1, 2, ]◀", "▶{a: 1}◀", #"▶ip("x")◀"#, "▶(principal).a.b◀",
            "▶principal[\"a\"]◀",
            "▶principal has a.b◀", "▶principal is A in (resource)◀", "▶principal like \"x\"◀", "▶(true) || (false)◀",
            "((▶principal == 1◀))", "▶A::B :: \"x\"◀",
        ])
    func spans(_ marked: String) throws {
        let source = MarkedSource(marked.replacing("a.b then", with: "true then"))
        let expression = try #require(PolicyParser.parseExpression(source.text).expression)
        #expect(expression.span == source.places.first)
    }
}
