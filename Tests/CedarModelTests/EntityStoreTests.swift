import CedarModel
import CedarSyntax
import SeededRandom
import Testing

@Suite struct EntityStoreTests {
    private func entity(_ id: String, in parents: String...) -> Entity {
        Entity(uid: user(id), attributes: ["id": .string(CedarString(id))], parents: Set(parents.map(user)))
    }

    private func expect(_ store: EntityStore, _ id: String, isIn ancestors: String, butNotIn others: String) {
        for ancestor in ancestors { #expect(store.isMember(user(id), of: user("\(ancestor)")), "\(id) in \(ancestor)") }
        for other in others { #expect(!store.isMember(user(id), of: user("\(other)")), "\(id) not in \(other)") }
    }

    // MARK: - The base

    @Test func closure() throws {
        let store = try EntityStore([
            entity("a", in: "b"), entity("b", in: "c", "d"), entity("c"), entity("e", in: "a"),
        ])
        expect(store, "e", isIn: "eabcd", butNotIn: "x")
        expect(store, "a", isIn: "abcd", butNotIn: "e")
        expect(store, "c", isIn: "c", butNotIn: "abde")
        // Neither a parent that is not stored nor an entity nobody knows has ancestors, but both are in themselves.
        expect(store, "d", isIn: "d", butNotIn: "abce")
        expect(store, "x", isIn: "x", butNotIn: "abcde")
        #expect(store[user("d")] == nil)
        #expect(store[user("a")]?.attributes["id"] == .string("a"))
        #expect(EntityStore.empty.isMember(user("a"), of: user("a")))
        #expect(!EntityStore.empty.isMember(user("a"), of: user("b")))
    }

    @Test("ids compare by scalars")
    func canonicalEquivalence() throws {
        let store = try EntityStore([entity("\u{E9}", in: "g"), entity("e\u{301}", in: "h")])
        #expect(store.isMember(user("\u{E9}"), of: user("g")))
        #expect(!store.isMember(user("\u{E9}"), of: user("h")))
        #expect(store.isMember(user("e\u{301}"), of: user("h")))
        #expect(!store.isMember(user("\u{E9}"), of: user("e\u{301}")))
    }

    @Test func diamonds() throws {
        // 40 diamonds on top of each other have 2^40 paths.
        var entities: [Entity] = []
        for level in 0..<40 {
            entities.append(entity("top\(level)", in: "left\(level)", "right\(level)"))
            entities.append(entity("left\(level)", in: "top\(level + 1)"))
            entities.append(entity("right\(level)", in: "top\(level + 1)", "top\(level + 2)"))
        }
        let store = try EntityStore(entities)
        #expect(store.isMember(user("top0"), of: user("top40")))
        #expect(store.isMember(user("left3"), of: user("right39")))
        #expect(!store.isMember(user("left3"), of: user("right3")))
    }

    @Test func duplicates() throws {
        let parents: Set<EntityUID> = [user("b"), user("c")]
        let one = Entity(uid: user("a"), attributes: ["x": .setOf(.long(1), .long(2))], parents: parents)
        let same = Entity(uid: user("a"), attributes: ["x": .setOf(.long(2), .long(1), .long(1))], parents: parents)
        #expect(try EntityStore([one, same])[user("a")] != nil)
        let others = [
            Entity(uid: user("a"), attributes: ["x": .setOf(.long(1))], parents: parents),
            Entity(uid: user("a"), attributes: one.attributes, parents: [user("b")]),
            Entity(uid: user("a"), attributes: one.attributes, tags: ["t": .long(1)], parents: parents),
        ]
        for other in others {
            #expect(throws: EntityStoreError.duplicate(user("a"))) { try EntityStore([one, other]) }
        }
    }

    @Test("a cycle is named by its least entity", arguments: 1...6)
    func cycles(length: Int) {
        var entities = (0..<length).map { entity("\($0)", in: "\(($0 + 1) % length)", "outside") }
        // Entities below and above the cycle are not to blame.
        entities += [entity("!below", in: "3", "0"), entity("!above"), entity("0a", in: "0", "!above")]
        for _ in 0..<5 {
            #expect(throws: EntityStoreError.cycle(user("0"))) { try EntityStore(entities.shuffled()) }
        }
    }

    @Test("hierarchies of 100,000 levels need neither a deep stack nor endless memory")
    func deep() async throws {
        let count = 100_000
        var entities = (0..<count).map { entity("\($0)", in: "\($0 + 1)") }
        let store = try EntityStore(entities)
        #expect(store.isMember(user("0"), of: user("\(count)")))
        #expect(store.isMember(user("500"), of: user("99999")))
        #expect(!store.isMember(user("500"), of: user("499")))
        #expect(store.isMember(user("99900"), of: user("99950")))
        let overlaid = try store.overlaid(with: [entity("request", in: "0")])
        #expect(overlaid.isMember(user("request"), of: user("\(count)")))
        #expect(throws: EntityStoreError.cycle(user("\(count)"))) {
            try store.overlaid(with: [entity("\(count)", in: "0")])
        }
        entities.append(entity("\(count)", in: "0"))
        #expect(throws: EntityStoreError.cycle(user("0"))) { try EntityStore(entities) }
    }

    @Test("an entity with more ancestors than are kept is still in all of them")
    func manyAncestors() throws {
        let groups = (0..<1_000).map { entity("g\($0)", in: "g\($0 + 1)") }
        let wide = Entity(uid: user("wide"), parents: Set((0..<900).map { user("direct\($0)") }))
        let store = try EntityStore(groups + [wide, entity("below", in: "wide", "g990"), entity("deep", in: "g0")])
        #expect(store.isMember(user("below"), of: user("direct899")))
        #expect(store.isMember(user("below"), of: user("g1000")))
        #expect(!store.isMember(user("below"), of: user("g989")))
        #expect(store.isMember(user("deep"), of: user("g1000")))
        #expect(store.isMember(user("g500"), of: user("g1000")))
        #expect(!store.isMember(user("deep"), of: user("wide")))
    }

    // MARK: - Entities of the request

    @Test("request entities hide stored ones as a whole")
    func hiding() throws {
        let base = try EntityStore([entity("a", in: "g"), entity("b", in: "a"), entity("g", in: "h")])
        let request = Entity(uid: user("a"), attributes: ["new": .bool(true)], parents: [user("n")])
        let store = try base.overlaid(with: [request])
        #expect(store[user("a")]?.attributes == ["new": .bool(true)])
        #expect(store[user("b")]?.attributes["id"] == .string("b"))
        expect(store, "a", isIn: "an", butNotIn: "gh")
        // Also for what lies below: `b` is in `g` only through the `a` that is hidden.
        expect(store, "b", isIn: "ban", butNotIn: "gh")
        // The base is unchanged.
        expect(base, "a", isIn: "gh", butNotIn: "n")
        expect(base, "b", isIn: "agh", butNotIn: "n")
        #expect(base[user("a")]?.attributes["new"] == nil)
        // A further overlay replaces the first.
        expect(try store.overlaid(with: []), "b", isIn: "agh", butNotIn: "n")
    }

    @Test("request entities between stored ones")
    func between() throws {
        // `b` has the unknown parent `r`; the request says who `r` is.
        let base = try EntityStore([entity("a", in: "b"), entity("b", in: "r", "x"), entity("g", in: "h")])
        let store = try base.overlaid(with: [entity("r", in: "g", "s"), entity("s", in: "t"), entity("p", in: "a")])
        expect(store, "a", isIn: "abrxghst", butNotIn: "p")
        expect(store, "p", isIn: "pabrxghst", butNotIn: "q")
        expect(store, "r", isIn: "rghst", butNotIn: "abx")
        expect(store, "g", isIn: "gh", butNotIn: "rst")
        expect(base, "a", isIn: "abrx", butNotIn: "gst")
    }

    @Test("cycles through the request")
    func requestCycles() throws {
        let base = try EntityStore([entity("a", in: "b"), entity("b", in: "c")])
        #expect(throws: EntityStoreError.cycle(user("c"))) { try base.overlaid(with: [entity("c", in: "a")]) }
        #expect(throws: EntityStoreError.cycle(user("p"))) { try base.overlaid(with: [entity("p", in: "p")]) }
        #expect(throws: EntityStoreError.cycle(user("p"))) {
            try base.overlaid(with: [entity("p", in: "q"), entity("q", in: "p")])
        }
        // Replacing `b` breaks the way on which the cycle would close.
        let store = try base.overlaid(with: [entity("b"), entity("c", in: "a")])
        expect(store, "c", isIn: "cab", butNotIn: "x")
        expect(store, "a", isIn: "ab", butNotIn: "c")
    }

    @Test("membership agrees with a search from parent to parent", arguments: 0..<40)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        func randomEntities(_ range: Range<Int>) -> [Entity] {
            range.map { number in
                let parents = (number..<12).dropFirst().filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
                return Entity(uid: user("\(number)"), parents: Set(parents.map { user("\($0)") }))
            }
        }
        let stored = randomEntities(0..<11).filter { _ in Bool.random(using: &generator) }
        let request = randomEntities(0..<11).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
        let store = try EntityStore(stored).overlaid(with: request)
        var parents: [EntityUID: Set<EntityUID>] = [:]
        for entity in stored + request { parents[entity.uid] = entity.parents }
        func search(_ uid: EntityUID, _ ancestor: EntityUID) -> Bool {
            uid == ancestor || (parents[uid] ?? []).contains { search($0, ancestor) }
        }
        for first in 0..<12 {
            for second in 0..<12 {
                let (uid, ancestor) = (user("\(first)"), user("\(second)"))
                #expect(store.isMember(uid, of: ancestor) == search(uid, ancestor), "\(first) in \(second)")
            }
        }
    }
}
