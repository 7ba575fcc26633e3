import Testing

@testable import CedarSyntax

/// These run on the threads of the concurrency runtime, whose stacks are small.
@Suite struct NestingTests {
    /// Openers and closers that nest, with how many steps each adds to the height of the tree.
    static let nests: [(open: String, close: String, perLevel: Int)] = [
        ("(", ")", 1), ("[", "]", 1), ("{a: ", "}", 1), ("ip(", ")", 1), ("principal.contains(", ")", 1),
        ("if true then ", " else 1", 1), ("if ", " then 1 else 2", 1), ("if true then 1 else ", "", 1),
        ("!(", ")", 1), ("-(", ")", 1), ("1 + (", ")", 1), ("1 == (", ")", 1), ("!!!!(", ")", 4),
        ("true || true && 1 == 1 + 1 * !(", ").a", 7),
    ]

    @Test("the deepest allowed nesting is read, one more is an error", arguments: nests)
    func limits(_ nest: (open: String, close: String, perLevel: Int)) {
        let most = PolicyParser.maximumNesting / nest.perLevel
        #expect(codes(PolicyParser.parseExpression(nested(nest, most)).diagnostics) == "")
        #expect(codes(PolicyParser.parseExpression(nested(nest, most + 1)).diagnostics) == "V1016")
        #expect(codes(PolicyParser.parseExpression(nested(nest, 100_000)).diagnostics) == "V1016")
        // Without closers the error is the same: nothing is read beyond the limit.
        let open = String(repeating: nest.open, count: 100_000)
        #expect(PolicyParser.parseExpression(open).diagnostics.count == 1)
    }

    private func nested(_ nest: (open: String, close: String, perLevel: Int), _ count: Int) -> String {
        String(repeating: nest.open, count: count) + "principal" + String(repeating: nest.close, count: count)
    }

    @Test func aDeepClauseDoesNotHideTheNextPolicy() {
        let deep = String(repeating: "(", count: 5000)
        let parsed = PolicyParser.parse(
            """
            permit(principal, action, resource) when { \(deep) };
            permit(principal, action, resource) when { x };
            """)
        #expect(codes(parsed.diagnostics) == "V1016 V1040")
    }

    @Test func parenthesesInAScopeAreLimitedToo() {
        func policy(_ count: Int) -> String {
            let (open, close) = (String(repeating: "(", count: count), String(repeating: ")", count: count))
            return "permit(principal == \(open)User::\"a\"\(close), action, resource);"
        }
        #expect(codes(PolicyParser.parse(policy(256)).diagnostics) == "")
        #expect(codes(PolicyParser.parse(policy(257)).diagnostics) == "V1016")
        #expect(codes(PolicyParser.parse(policy(100_000)).diagnostics) == "V1016")
    }

    @Test(
        "chains of any length are flat",
        arguments: [
            " || ", " && ", " + ", " - ", " * ", ".a", "[\"a\"]", ".contains(1)",
        ])
    func longChains(_ link: String) throws {
        let count = 100_000
        let isInfix = link.hasPrefix(" ")
        let text =
            isInfix
            ? Array(repeating: "principal", count: count).joined(separator: link)
            : "principal" + String(repeating: link, count: count)
        let expression = try #require(PolicyParser.parseExpression(text).expression)
        let length =
            switch expression.kind {
            case .or(let operands), .and(let operands), .product(let operands): operands.count
            case .sum(_, let terms): terms.count + 1
            case .member(_, let selectors): selectors.count
            default: 0
            }
        #expect(length == count)
    }

    @Test func wideListsAndManyClausesAreRead() {
        let elements = Array(repeating: "{\"k\": [1]}", count: 20_000).joined(separator: ", ")
        #expect(PolicyParser.parseExpression("[\(elements)]").expression != nil)
        let clauses = String(repeating: " when { true }", count: 20_000)
        #expect(PolicyParser.parse("permit(principal, action, resource)\(clauses);").policies.count == 1)
    }

    @Test func endlessSignsAreAnError() {
        for sign in ["!", "-", "! -"] {
            let text = String(repeating: sign, count: 100_000) + "1"
            #expect(PolicyParser.parseExpression(text).diagnostics.count == 1)
        }
    }
}
