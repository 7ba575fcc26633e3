import CedarEngine
import CedarModel
import CedarSyntax
import SeededRandom
import Testing

/// The compiled engine and the reference evaluator give the same answers.
@Suite struct EquivalenceTests {
    @Test("generated applications", arguments: 0..<24 as Range<UInt64>)
    func applications(seed: UInt64) throws {
        var maker = ApplicationMaker(seed: seed)
        // One compiler for all: what it has compiled before must not matter.
        var compiler = PolicyCompiler()
        for _ in 0..<25 {
            let application = try maker.application()
            for _ in 0..<6 {
                let question = maker.question(of: application)
                if let difference = try question.disagreement(&compiler) {
                    let smallest = question.shrunk()
                    Issue.record("\(difference)\n\(smallest.text)")
                    return
                }
            }
        }
    }

    @Test("generated expressions", arguments: 0..<8 as Range<UInt64>)
    func expressions(seed: UInt64) throws {
        let world = try World()
        var make = ExpressionMaker(seed: seed, isTotal: false)
        for _ in 0..<60 {
            // World compares both engines for everything it is asked.
            _ = try world.outcome(make.any(4))
            _ = try world.outcome(make.bool(5))
            _ = try world.outcome(make.long(4))
        }
    }
}

/// Makes applications of policies, templates, links and entities, and questions about them.
///
/// Types and attributes follow one shape, so that conditions are often met; now and then they do not, so that errors are
/// common, too.
struct ApplicationMaker {
    var generator: SeededGenerator

    struct Application {
        var policies: [PolicyInstance]
        var entities: [Entity]
    }

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    private static let ids = ["a", "b", "c", "d", "é", "e\u{301}", ""]
    private static let types = ["User", "Team", "Doc", "App::Folder", "Action"]

    mutating func uid(_ types: [String] = Self.types) -> EntityUID {
        .of(generator.pick(types), generator.pick(Self.ids))
    }

    // MARK: - Data

    mutating func application() throws -> Application {
        var entities: [Entity] = []
        for type in Self.types {
            for id in Self.ids where !generator.chance(oneIn: 4) { entities.append(entity(.of(type, id))) }
        }
        // Parents point to smaller uids only, which rules out cycles.
        for index in entities.indices {
            let uid = entities[index].uid
            let count = Int.random(in: 0...3, using: &generator)
            entities[index].parents = Set((0..<count).map { _ in self.uid() }.filter { $0 < uid })
        }
        var texts = ""
        for _ in 0..<Int.random(in: 1...7, using: &generator) { texts += policy() + "\n" }
        let parsed = try parse(texts)
        var set = PolicySet()
        for policy in parsed { try set.add(policy) }
        for (id, template) in set.templates {
            for number in 0..<Int.random(in: 0...3, using: &generator) {
                var slots: [Slot: EntityUID] = [:]
                for slot in template.slots { slots[slot] = uid() }
                try set.link(template: id, as: PolicyID("\(id)-\(number)"), slots: slots)
            }
        }
        return Application(policies: set.policies, entities: entities)
    }

    mutating func entity(_ uid: EntityUID) -> Entity {
        Entity(uid: uid, attributes: attributes(), tags: generator.chance(oneIn: 2) ? attributes() : .empty)
    }

    mutating func attributes() -> Record {
        var fields: [Record.Field] = []
        func add(_ key: CedarString, _ value: Value) { fields.append(Record.Field(key: key, value: value)) }
        for key in ["owner", "n", "name", "tags", "info", "when", "more"] as [CedarString]
        where !generator.chance(oneIn: 5) {
            add(key, value(for: generator.chance(oneIn: 12) ? "?" : key.text, 2))
        }
        return Record(fields)
    }

    mutating func value(for key: String, _ depth: Int) -> Value {
        switch key {
        case "owner": .entity(uid(["User", "Team"]))
        case "n": .long(Int64(Int.random(in: -3...40, using: &generator)))
        case "name": .string(CedarString(generator.pick(["alice", "bob", "é", "e\u{301}", "a*b", "unknown"])))
        case "tags": .set(ValueSet((0..<3).map { _ in value(for: generator.pick(["name", "n", "owner"]), 0) }))
        case "info" where depth > 0:
            .record([
                "n": value(for: generator.pick(["n", "n", "?"]), depth - 1), "name": value(for: "name", 0),
                "owner": value(for: "owner", 0), "info": value(for: "info", depth - 1),
            ])
        case "when": .datetime(Datetime(milliseconds: Int64.random(in: -5...5, using: &generator) * 86_400_000))
        case "more" where depth > 0:
            .set(ValueSet((0..<2).map { _ in value(for: generator.pick(["info", "tags", "?"]), depth - 1) }))
        default:
            generator.pick([
                .bool(true), .bool(false), .long(.max), .long(.min), .decimal(Decimal(units: 15_000)),
                .duration(CedarModel.Duration(milliseconds: 60_000)), .string(""), .set(ValueSet([])), .record(.empty),
                IPAddress(v4: 0x0A00_0001).map { .ip($0) } ?? .bool(true),
                IPAddress(v6: 0xFF00_0000_0000_0000, 1, prefix: 64).map { .ip($0) } ?? .bool(true),
                .unreadable(UnreadableValue(reason: "a number too large")),
            ])
        }
    }

    mutating func question(of application: Application) -> EngineCase {
        var overlay: [Entity] = []
        let principal = generator.chance(oneIn: 3) ? uid() : uid(["User"])
        let resource = generator.chance(oneIn: 3) ? uid() : uid(["Doc", "App::Folder"])
        let action = generator.chance(oneIn: 8) ? uid() : uid(["Action"])
        for party in [principal, resource] where generator.chance(oneIn: 2) {
            var party = entity(party)
            party.parents = Set((0..<Int.random(in: 0...2, using: &generator)).map { _ in uid() })
            if generator.chance(oneIn: 3) { party.parents.insert(.of("Team", "new")) }
            overlay.append(party)
        }
        if generator.chance(oneIn: 12) { overlay.append(entity(uid())) }
        // One description of each: whether a hidden one may close a cycle is of no interest.
        var described: Set<EntityUID> = []
        overlay = overlay.filter { described.insert($0.uid).inserted }
        return EngineCase(
            application.policies, entities: application.entities, overlay: overlay,
            request: Request(principal: principal, action: action, resource: resource, context: attributes()))
    }

    // MARK: - Policies

    mutating func policy() -> String {
        let uid = self.uid(["User", "Team", "Team", "Doc", "App::Folder"])
        let other = self.uid(["Doc", "App::Folder", "Team"])
        let (first, second) = (self.uid(["Action"]), self.uid(["Action"]))
        let principal = generator.pick([
            "principal", "principal", "principal == \(uid)", "principal in \(uid)", "principal is User",
            "principal is User in \(uid)", "principal in ?principal", "principal == ?principal",
            "principal is User in ?principal",
        ])
        let action = generator.pick([
            "action", "action", "action == \(first)", "action in \(first)", "action in [\(first), \(second)]",
            "action in []",
        ])
        let resource = generator.pick([
            "resource", "resource", "resource == \(other)", "resource in \(other)", "resource is Doc",
            "resource is App::Folder in \(other)", "resource in ?resource", "resource == ?resource",
        ])
        var text = "\(generator.pick(["permit", "permit", "forbid"])) (\(principal), \(action), \(resource))"
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            text += " \(generator.pick(["when", "when", "unless"])) { \(bool(3)) }"
        }
        return text + ";"
    }

    mutating func bool(_ depth: Int) -> String {
        let next = depth - 1
        if depth <= 0 {
            return generator.pick(["true", "false", "(context has n)", "(principal is User)", "(\(any(0)) == 1)"])
        }
        if generator.chance(oneIn: 25) { return any(next) }
        return switch Int.random(in: 0..<21, using: &generator) {
        case 0, 1: "(\(bool(next)) && \(bool(next)))"
        case 2, 3: "(\(bool(next)) || \(bool(next)) || \(bool(next)))"
        case 4: "!(\(bool(next)))"
        case 5: "(if \(bool(next)) then \(bool(next)) else \(bool(next)))"
        case 6, 7: "(\(any(next)) \(generator.pick(["==", "!="])) \(any(next)))"
        case 8: "(\(long(next)) \(generator.pick(["<", "<=", ">", ">="])) \(long(next)))"
        case 9, 10: "(\(entity(next)) in \(entity(next)))"
        case 11: "(\(entity(next)) in \(set(next)))"
        case 12: "(\(record(next)) has \(generator.pick(["n", "info.n", "owner.info.owner", "gone", "\"a b\""])))"
        case 13: "(\(entity(next)) is \(generator.pick(["User", "Doc", "App::Folder"])))"
        case 14: "(\(entity(next)) is User in \(entity(next)))"
        case 15: "(\(string(next)) like \"\(generator.pick(["a*", "*e", "*i*", "a\\*b", "*", "", "*o*b", "é*"]))\")"
        case 16: "\(set(next)).contains(\(any(next)))"
        case 17: "\(set(next)).\(generator.pick(["containsAll", "containsAny"]))(\(set(next)))"
        case 18: "\(set(next)).isEmpty()"
        case 19: "\(entity(next)).hasTag(\(string(next)))"
        default:
            generator.pick([
                "(context.when < datetime(\"1970-01-02\"))", "(context.when.toDate() == context.when)",
                "ip(\"10.0.0.1\").isInRange(ip(\"10.0.0.0/8\"))", "ip(\(string(next))).isIpv4()",
                "decimal(\"1.0\").lessThan(decimal(\"2.0\"))", "(duration(\"1h\") > duration(\(string(next))))",
                "(context.when.offset(duration(\"1d\")).durationSince(context.when).toHours() == 24)",
                "(decimal(\"1.0\", 2) == 1)", "\(any(next)).isMulticast()", "\(any(next)).lessThan(\(any(next)))",
            ])
        }
    }

    mutating func long(_ depth: Int) -> String {
        if depth <= 0 || generator.chance(oneIn: 3) {
            return generator.pick([
                "1", "0", "-7", "context.n", "principal.n", "resource.info.n", "9223372036854775807",
            ])
        }
        return switch Int.random(in: 0..<4, using: &generator) {
        case 0: "(\(long(depth - 1)) + \(long(depth - 1)) - \(long(depth - 1)))"
        case 1: "(\(long(depth - 1)) * \(long(depth - 1)))"
        case 2: "(-(\(long(depth - 1))))"
        default: any(depth - 1)
        }
    }

    mutating func string(_ depth: Int) -> String {
        if generator.chance(oneIn: 6) { return any(depth - 1) }
        return generator.pick([
            "\"n\"", "\"é\"", "\"e\\u{301}\"", "context.name", "principal.name", "resource.info.name",
        ])
    }

    mutating func entity(_ depth: Int) -> String {
        if depth > 0, generator.chance(oneIn: 8) { return any(depth - 1) }
        if generator.chance(oneIn: 4) { return uid().description }
        return generator.pick([
            "principal", "principal", "resource", "action", "resource.owner", "context.owner", "principal.owner.owner",
            "principal.info.owner",
        ])
    }

    mutating func record(_ depth: Int) -> String {
        if depth > 0, generator.chance(oneIn: 3) { return "{n: \(any(depth - 1)), info: \(any(depth - 1)), \"é\": 1}" }
        return generator.pick([entity(depth - 1), "context", "context.info", "principal.info", "resource.info.info"])
    }

    mutating func set(_ depth: Int) -> String {
        if depth > 0, generator.chance(oneIn: 2) {
            return
                "[\((0..<Int.random(in: 0...3, using: &generator)).map { _ in any(depth - 1) }.joined(separator: ", "))]"
        }
        return generator.pick([
            "context.tags", "principal.tags", "resource.more", "[principal, resource.owner]", "[1, \"n\"]",
        ])
    }

    mutating func any(_ depth: Int) -> String {
        if depth <= 0 {
            return generator.pick([
                "context", "principal", "context.n", "principal.name", "resource.tags", "context.info", "context.more",
                "principal.when", "resource.info", "true", "1", "context.gone", "action.n",
            ])
        }
        return switch Int.random(in: 0..<8, using: &generator) {
        case 0: bool(depth - 1)
        case 1: long(depth - 1)
        case 2: string(depth - 1)
        case 3: entity(depth - 1)
        case 4: record(depth - 1)
        case 5: set(depth - 1)
        case 6: "\(entity(depth - 1)).getTag(\(string(depth - 1)))"
        default: "(if \(bool(depth - 1)) then \(any(depth - 1)) else \(any(depth - 1)))"
        }
    }
}
