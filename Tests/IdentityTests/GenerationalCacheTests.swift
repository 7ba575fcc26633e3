import Identity
import Testing

@Suite struct GenerationalCacheTests {
    /// A key whose shard a test chooses.
    private struct Key: GenerationalCacheKey {
        let number: Int
        var spread: UInt64 = 0
    }

    /// Two values to a half of each shard.
    private let cache = GenerationalCache<Key, String>(capacity: 64)

    private func put(_ numbers: Int...) { for number in numbers { cache[Key(number: number)] = "\(number)" } }

    @Test("what is asked for stays, what is not is forgotten") func promotion() {
        put(1, 2, 3)
        #expect(cache[Key(number: 1)] == "1")
        put(4)
        #expect(cache[Key(number: 1)] == "1")
        #expect(cache[Key(number: 2)] == nil)
        #expect(cache[Key(number: 3)] == "3")
    }

    @Test func bounds() {
        for number in 0..<1_000 { cache[Key(number: number)] = "" }
        #expect(cache.count == 4)
        for number in 0..<1_000 { cache[Key(number: number, spread: UInt64(number))] = "" }
        #expect((33...64).contains(cache.count))
    }

    @Test func replacing() {
        put(1)
        cache[Key(number: 1)] = "other"
        #expect(cache[Key(number: 1)] == "other" && cache.count == 1)
        put(2, 3)
        // Also where the value has become old.
        cache[Key(number: 1)] = "third"
        #expect(cache[Key(number: 1)] == "third" && cache.count == 3)
        cache[Key(number: 1)] = nil
        #expect(cache[Key(number: 1)] == nil && cache.count == 2)
    }

    @Test func statistics() {
        put(1, 2, 3)
        for number in [1, 1, 3, 9] { _ = cache[Key(number: number)] }
        #expect(cache.statistics.hits == 3 && cache.statistics.misses == 1)
    }

    @Test("threads do not harm each other") func threads() async {
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { [cache] in
                    (0..<2_000).count { round in
                        let key = Key(number: round % 7, spread: UInt64(round % 7))
                        cache[key] = "\(round % 7)"
                        return cache[key].map { $0 != "\(round % 7)" } ?? false
                    }
                }
            }
            for await mistakes in group { #expect(mistakes == 0) }
        }
    }
}
