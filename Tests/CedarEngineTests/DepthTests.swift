import CedarEngine
import CedarModel
import CedarSyntax
import Foundation
import Testing

/// Size is data: neither long chains nor the deepest expressions that parse may use up the stack of a task.
@Suite struct DepthTests {
    private static let length = 100_000

    private func chain(_ element: String, _ separator: String) -> String {
        Array(repeating: element, count: Self.length).joined(separator: separator)
    }

    @Test("chains of 100,000 operands")
    func chains() async throws {
        let world = try World()
        #expect(try world.outcome(chain("false", " || ")) == "false")
        #expect(try world.outcome(chain("true", "&&")) == "true")
        #expect(try world.outcome(chain("1", "+")) == "100000")
        #expect(try world.outcome(chain("context.n", " - ")) == "-99998")
        #expect(try world.outcome(chain("1", "*")) == "1")
        #expect(try world.outcome("principal" + String(repeating: ".me", count: Self.length) + ".age") == "30")
        #expect(try world.outcome("principal has me" + String(repeating: ".me", count: Self.length)) == "true")
        #expect(try world.outcome("[" + chain("1", ",") + "]") == "[1]")
        #expect(try world.outcome(#""a" like "\#(String(repeating: "*a", count: Self.length))""#) == "false")
        let error = try world.error("principal" + String(repeating: ".me", count: Self.length) + ".gone")
        #expect(error.code == "MISSING_ATTRIBUTE")
        #expect(error.path?.utf8.count == "principal.gone".utf8.count + 3 * Self.length)
    }

    @Test("many conditions")
    func conditions() async throws {
        let policy =
            "permit(principal, action, resource)" + String(repeating: " when { true } unless { false }", count: 10_000)
            + ";"
        #expect(try World().authorize(policy).line == "allow [policy0]")
    }

    @Test(
        "the deepest expressions that parse",
        arguments: [
            ("!(", "true", ")"), ("-(", "1", ")"), ("(1 + ", "1", ")"), ("(1 * ", "1", ")"), ("(true && ", "true", ")"),
            ("(false || ", "true", ")"), ("(true == ", "true", ")"), ("[", "1", "]"), ("{a: ", "1", "}"),
            ("(if true then ", "1", " else 2)"), ("(if ", "true", " then true else false)"),
            ("if false then 1 else ", "2", ""),
            ("[1].contains(", "1", ")"), ("ip(", #""::1""#, ")"), ("principal.hasTag(", #""x""#, ")"),
            ("principal.me.getTag(", #""role""#, ")"),
            ("context.ip.isInRange(", "context.ip", ")"), ("({a: ", "1", "} has a)"),
            ("(principal in ", "principal", ")"),
            ("(principal is User in ", "principal", ")"), ("{a: [", "1", "]}.a"),
            ("(true && !(1 == -(2 * (3 + ", "4", "))))"),
        ])
    func nesting(open: String, middle: String, close: String) async throws {
        func parsed(_ depth: Int) -> CedarSyntax.Expression? {
            let text = String(repeating: open, count: depth) + middle + String(repeating: close, count: depth)
            let file = SourceFile(name: "deep.cedar", text: "\(expressionPrefix)\(text) };")
            return PolicyParser.parse(file).policies.first?.conditions.first?.body
        }
        var (deepest, tooDeep) = (1, PolicyParser.maximumNesting + 1)
        #expect(parsed(tooDeep) == nil)
        while tooDeep - deepest > 1 {
            let middle = (deepest + tooDeep) / 2
            if parsed(middle) == nil { tooDeep = middle } else { deepest = middle }
        }
        #expect(deepest >= PolicyParser.maximumNesting / 8)
        let world = try World()
        let body = try #require(parsed(deepest))
        await withStack(kibibytes: Self.stackSize) {
            // The value does not matter, only that there is one or an error.
            _ = try? Evaluator(request: world.request, entities: world.entities).evaluate(body)
        }
    }

    #if DEBUG
    private static let stackSize = 4096
    #else
    private static let stackSize = 512
    #endif

    /// Runs work on a thread of its own with a stack of a given size.
    private func withStack(kibibytes: Int, _ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                work()
                continuation.resume()
            }
            thread.stackSize = kibibytes * 1024
            thread.start()
        }
    }
}
