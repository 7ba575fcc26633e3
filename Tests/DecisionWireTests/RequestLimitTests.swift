import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import SeededRandom
import StrictJSON
import Testing

@Suite("Limits of request bodies")
struct RequestLimitTests {
    @Test("a body of the greatest length is read, a longer one is refused with 413")
    func length() throws {
        let body = Array(native().utf8)
        var limits = JSONLimits.request
        limits.maximumBytes = body.count
        _ = try NativeRequestReader.read(body, limits: limits)
        limits.maximumBytes -= 1
        let found = problem { () throws(ProblemDetails) in try NativeRequestReader.read(body, limits: limits) }
        #expect(found?.code == "JSON_TOO_LONG")
        #expect(found?.status == 413)
    }

    @Test("nesting ends at the depth limit", arguments: [31, 32, 33, 10_000])
    func depth(depth: Int) throws {
        // The body and the context are two levels themselves.
        let arrays = depth - 2
        let nested = String(repeating: "[", count: arrays) + String(repeating: "]", count: arrays)
        let bodies = [native(and: #""context": {"a": \#(nested)}"#), evaluation(and: #""context": {"a": \#(nested)}"#)]
        let found = [
            problem { () throws(ProblemDetails) in try readNative(bodies[0]) },
            problem { () throws(ProblemDetails) in try readEvaluation(bodies[1]) },
        ]
        for problem in found {
            #expect(problem?.code == (depth <= 32 ? nil : "JSON_TOO_DEEP"))
        }
    }

    @Test("attributes count together, whatever they describe")
    func attributes() throws {
        let body = Array(
            native(
                principal: #"{"type": "U", "id": "u", "attributes": {"a": 1, "b": [1, 2]}}"#,
                action: #"{"id": "a", "attributes": {"c": {"d": 1}}}"#,
                resource: #"{"type": "D", "id": "d", "attributes": {"e": {}}}"#, and: #""context": {"f": []}"#
            ).utf8)
        _ = try NativeRequestReader.read(body, limits: .request, maximumAttributes: 8)
        let found = problem { () throws(ProblemDetails) in
            try NativeRequestReader.read(body, limits: .request, maximumAttributes: 7)
        }
        #expect(found?.code == "TOO_MANY_ATTRIBUTES")
        #expect(found?.status == 413)
    }

    @Test("an item counts the defaults that it uses, and its own members instead of those it replaces")
    func attributesOfItems() throws {
        let body = #"""
            {"subject": {"type": "user", "id": "u", "properties": {"a": 1, "b": 2}}, "action": {"name": "read"},
             "context": {"c": 1, "d": 2, "e": 3},
             "evaluations": [
               {"resource": {"type": "r", "id": "1"}},
               {"resource": {"type": "r", "id": "2", "properties": {"f": 1}}},
               {"resource": {"type": "r", "id": "3", "properties": {"f": 1}}, "context": {}}]}
            """#
        let found = try AuthZENRequestReader.readEvaluations(
            Array(body.utf8), limits: .request, maximumEvaluations: 3, maximumAttributes: 5)
        guard case .several(let items, _) = found else {
            Issue.record("three evaluations were read as one")
            return
        }
        #expect(items.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(problem { () throws(ProblemDetails) in try items[1].get() }?.code == "TOO_MANY_ATTRIBUTES")
    }

    @Test("evaluations beyond their number are refused as a whole")
    func evaluations() throws {
        let body = #"{"evaluations": [{}, {}, {}]}"#
        #expect(problem { () throws(ProblemDetails) in try readEvaluations(body, maximum: 3) } == nil)
        let found = problem { () throws(ProblemDetails) in try readEvaluations(body, maximum: 2) }
        #expect(found?.code == "TOO_MANY_EVALUATIONS")
        #expect(found?.status == 413)
        #expect(found?.path == "$.evaluations")
    }

    @Test("defaults cannot be repeated without bound")
    func expansion() throws {
        let long = String(repeating: "x", count: 1 << 16)
        // 64 KiB in 64 items are the 4 MiB that four bodies have; in the others the default is replaced.
        func body(heirs: Int, heir: String = "{}") -> String {
            let own = #"{"subject": {"type": "user", "id": "b"}}"#
            let list = Array(repeating: heir, count: heirs) + Array(repeating: own, count: 400 - heirs)
            let rest = #""action": {"name": "a"}, "resource": {"type": "r", "id": "r"}"#
            return #"""
                {"subject": {"type": "user", "id": "\#(long)"}, \#(rest),
                 "evaluations": [\#(list.joined(separator: ","))]}
                """#
        }
        #expect(problem { () throws(ProblemDetails) in try readEvaluations(body(heirs: 60)) } == nil)
        let found = try #require(problem { () throws(ProblemDetails) in try readEvaluations(body(heirs: 80)) })
        #expect(found.code == "DEFAULTS_TOO_LARGE")
        #expect(found.status == 413)
        #expect(found.path == "$.evaluations")
        // A part of the default is inherited like the whole.
        let part = body(heirs: 300, heir: #"{"subject": {"type": "user"}}"#)
        #expect(problem { () throws(ProblemDetails) in try readEvaluations(part) }?.code == "DEFAULTS_TOO_LARGE")
    }

    @Test("no message repeats more than the beginning of what was sent")
    func messages() throws {
        let long = String(repeating: "x", count: 100_000)
        var address = Address()
        try address.addTenant(long, at: "the path")
        let found = [
            problem { () throws(ProblemDetails) in try readNative(native(and: #""\#(long)": 1"#)) },
            problem { () throws(ProblemDetails) in
                try readNative(native(and: #""context": {"a": {"__entity": {"type": "\#(long)!", "id": ""}}}"#))
            },
            problem { () throws(ProblemDetails) in
                try readNative(native(and: #""context": {"a": {"__extn": {"fn": "\#(long)", "arg": ""}}}"#))
            },
            problem { () throws(ProblemDetails) in
                try readNative(native(and: #""tenant": "y\#(long)""#), address: address)
            },
        ]
        for problem in found {
            let problem = try #require(problem)
            #expect(problem.body.count < 1200, "\(problem.code)")
        }
    }

    @Test("a number of a million digits costs no more than reading it")
    func longNumber() throws {
        let digits = String(repeating: "0", count: 1_000_000)
        let request = try readEvaluation(evaluation(and: #""context": {"a": 0.\#(digits)1}"#))
        guard case .unreadable = request.context["a"] else {
            Issue.record("the number was read as \(String(describing: request.context["a"]))")
            return
        }
    }

    @Test("no beginning of a request is a request")
    func truncation() throws {
        let body = Array(
            native(
                principal: #"{"type": "User", "id": "u", "roles": ["a"], "parents": [{"type": "T", "id": "t"}]}"#,
                and: #""context": {"a": [1, {"b": "\u00e9"}]}, "credentials": [{"type": "jwt", "value": "x"}]"#
            ).utf8)
        for length in 0..<body.count {
            let part = Array(body[..<length])
            #expect(
                problem { () throws(ProblemDetails) in try NativeRequestReader.read(part, limits: .request) } != nil)
        }
    }

    @Test("damaged bodies are read or refused, and nothing else", arguments: 1...8)
    func damage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &* 0x9E37_79B9_7F4A_7C15)
        let bodies = [
            native(and: #""context": {"a": [1, {"__entity": {"type": "A::B", "id": "\n"}}], "b": null}"#),
            evaluation(
                subject:
                    #"{"type": "user", "id": "a", "properties": {"credentials": [{"type": "jwt", "value": "v"}]}}"#,
                and:
                    #""evaluations": [{"context": {"x": 1.25e1}}, {}], "options": {"other": [1]}"#
            ),
        ].map { Array($0.utf8) }
        let pieces: [UInt8] = Array(#"{}[]",:\0123.eE+-nulltrfas"#.utf8) + [0xC3, 0x80, 0x00]
        for _ in 0..<2000 {
            var body = bodies.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) where !body.isEmpty {
                let place = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: body.remove(at: place)
                case 1: body[place] = pieces.randomElement(using: &random) ?? 0
                default: body.insert(pieces.randomElement(using: &random) ?? 0, at: place)
                }
            }
            for found in [
                problem { () throws(ProblemDetails) in _ = try NativeRequestReader.read(body, limits: .request) },
                problem { () throws(ProblemDetails) in
                    _ = try AuthZENRequestReader.readEvaluation(body, limits: .request)
                },
                problem { () throws(ProblemDetails) in
                    _ = try AuthZENRequestReader.readEvaluations(body, limits: .request, maximumEvaluations: 10)
                },
            ] {
                guard let found else { continue }
                #expect(found.status == 400 || found.status == 413)
                #expect(found.path?.hasPrefix("$") == true)
            }
        }
    }
}
