import CedarEngine
import CedarModel
import CedarSyntax

/// What it costs to get from texts to compiled policies, and to change one of them.
enum CompileTimes {
    static func run() throws {
        var texts = (0..<100).map(text)
        var compiler = PolicyCompiler()
        let entities = compiler.compile(entities: .empty)
        let start = now()
        var policies = try texts.indices.flatMap { try parse(texts[$0], file: $0) }
        let parsed = now()
        let set = try PolicySet(policies)
        let joined = now()
        let compiled = compiler.compile(set, entities: entities)
        let finished = now()
        print("10,000 policies in 100 files, \(texts.reduce(0) { $0 + $1.utf8.count } / 1024) KiB")
        print("  parsing                  \(milliseconds(start, parsed))")
        print("  policy set               \(milliseconds(parsed, joined))")
        print("  compiling and indexing   \(milliseconds(joined, finished))")
        for isParsedAgain in [false, true] {
            var changes: [UInt64] = []
            for round in 0..<9 {
                texts[50] += "permit(principal, action, resource) when { context.round == \(round) };\n"
                policies =
                    isParsedAgain
                    ? try texts.indices.flatMap { try parse(texts[$0], file: $0) }
                    : policies.filter { !$0.id.text.hasPrefix("50-") } + (try parse(texts[50], file: 50))
                let changed = try PolicySet(policies)
                let start = now()
                let next = compiler.compile(changed, entities: entities)
                changes.append(now() - start)
                precondition(next.policies.policies.count > 10_000)
            }
            let what = isParsedAgain ? "all parsed again    " : "the others as before"
            print("one changed policy, \(what) \(milliseconds(0, changes.sorted()[4])) (median of 9)")
        }
        print("compiled \(compiler.statistics.compiled), reused \(compiler.statistics.reused)")
        precondition(compiled.policies.policies.count == 10_000)
    }

    private static func parse(_ text: String, file: Int) throws -> [Policy] {
        PolicyParser.parse(SourceFile(name: "\(file).cedar", text: text)).policies.enumerated().map { index, policy in
            var policy = policy
            policy.id = PolicyID("\(file)-\(index)")
            return policy
        }
    }

    private static func text(_ file: Int) -> String {
        (0..<100).map { index in
            """
            @code("RULE_\(file)_\(index)")
            permit (principal in Team::"team-\(file)-\(index % 10)", action in [Action::"view", Action::"edit"],
                resource is Document in Folder::"folder-\(file)")
            when { resource.owner == principal || principal.level >= \(index) && context.network.name like "*corp-\(file)-\(index)*" }
            unless { [1, 2, \(index)].contains(context.risk) };

            """
        }.joined()
    }

    private static func milliseconds(_ start: UInt64, _ end: UInt64) -> String {
        let microseconds = (end - start) / 1000
        return "\(microseconds / 1000).\((microseconds / 100) % 10) ms"
    }
}
