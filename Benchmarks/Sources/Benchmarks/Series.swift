import CedarEngine
import CedarModel
import CedarSyntax

/// Decisions with more and more policies.
enum Series {
    static func run() throws {
        print(
            column("policies", 12)
                + ["none match", "one matches", "all match"].map { column("\($0): median, p99 ns", 34) }.joined())
        for count in [10, 100, 1_000, 10_000, 100_000] {
            var cells: [String] = []
            for matching in Matching.allCases {
                let prepared = try PreparedWorkload(workload(count, matching))
                let decisions = matching == .all ? max(64, 2_000_000 / count) : 64_000
                let timing = prepared.measure(decisions: decisions)
                cells.append(column("\(Int(timing.median.rounded())), \(Int(timing.p99.rounded()))", 34))
            }
            print(column("\(count)", 12) + cells.joined())
        }
    }

    enum Matching: CaseIterable {
        case none, one, all
    }

    /// So many policies, each about one user unless all match, and requests of different users.
    static func workload(_ count: Int, _ matching: Matching) throws -> Workload {
        var text = ""
        for index in 0..<count {
            let principal = matching == .all ? "principal" : #"principal == User::"u\#(index)""#
            text +=
                "permit(\(principal), action == Action::\"read\", resource) when { resource.open && context.n < 10 };\n"
        }
        let set = try PolicySet(PolicyParser.parse(SourceFile(name: "series.cedar", text: text)).policies)
        let document = EntityUID(type: Name(unchecked: "Doc"), id: "d")
        let entities = try EntityStore([Entity(uid: document, attributes: ["open": .bool(true)])])
        var random = SeededGenerator(seed: 7)
        let requests = (0..<500).map { _ in
            let number = Int.random(in: 0..<count, using: &random)
            let user = matching == .one ? "u\(number)" : "nobody\(number)"
            return Request(
                principal: EntityUID(type: Name(unchecked: "User"), id: CedarString(user)),
                action: EntityUID(type: Name(unchecked: "Action"), id: "read"), resource: document,
                context: ["n": .long(5)])
        }
        return Workload(name: "series", policies: set, entities: entities, requests: requests)
    }
}
