import StrictJSON
import Testing

@Suite("Limits")
struct LimitTests {
    private let tight = JSONLimits(maximumBytes: 40, maximumDepth: 3, maximumValues: 5)

    @Test("the documented defaults")
    func defaults() {
        #expect(JSONLimits.request.maximumBytes == 1_048_576)
        #expect(JSONLimits.request.maximumDepth == 32)
        #expect(JSONLimits.request.maximumValues == 200_000)
        #expect(JSONLimits.bundle.maximumBytes == 67_108_864)
        #expect(JSONLimits.bundle.maximumDepth == 128)
        #expect(JSONLimits.bundle.maximumValues == 10_000_000)
    }

    @Test("length, to the byte")
    func length() {
        #expect(refusal(of: String(repeating: " ", count: 39) + "1", limits: tight) == nil)
        let error = refusal(of: String(repeating: " ", count: 40) + "1", limits: tight)
        #expect(error?.code == .tooLong)
        #expect(error?.offset == 40)
        #expect(refusal(of: "", limits: JSONLimits(maximumBytes: -1, maximumDepth: 0, maximumValues: 0)) != nil)
    }

    @Test("depth, to the level", arguments: [("[", "]"), ("{\"a\":", "}")])
    func depth(opening: String, closing: String) {
        func nested(_ depth: Int) -> String {
            String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
        }
        let limits = JSONLimits(maximumBytes: 10_000_000, maximumDepth: 32, maximumValues: 10_000_000)
        #expect(refusal(of: nested(32), limits: limits) == nil)
        #expect(refusal(of: nested(33), limits: limits)?.code == .tooDeep)
        #expect(refusal(of: String(repeating: opening, count: 1_000_000), limits: limits)?.code == .tooDeep)
        let none = JSONLimits(maximumBytes: 100, maximumDepth: 0, maximumValues: 100)
        #expect(refusal(of: "1", limits: none) == nil)
        #expect(refusal(of: nested(1), limits: none)?.code == .tooDeep)
    }

    @Test("siblings do not add to the depth")
    func siblings() {
        let limits = JSONLimits(maximumBytes: 99, maximumDepth: 3, maximumValues: 99)
        #expect(refusal(of: "[[[]],[[]],{\"a\":[]}]", limits: limits) == nil)
    }

    @Test("a text may be far deeper than any stack where the limits say so")
    func veryDeep() throws {
        let depth = 200_000
        let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: depth, maximumValues: depth)
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let root = try parse(text, limits: limits)
        #expect(compact(root) == text)
        #expect(refusal(of: String(repeating: "[", count: depth), limits: limits)?.code == .unexpectedEnd)
    }

    @Test("values: scalars and containers count, names do not")
    func values() {
        #expect(refusal(of: "[1,2,3,4]", limits: tight) == nil)
        #expect(refusal(of: "{\"a\":1,\"b\":[2,3]}", limits: tight) == nil)
        let error = refusal(of: "[1,2,3,4,5]", limits: tight)
        #expect(error?.code == .tooManyValues)
        #expect(error?.offset == 9)
        #expect(error?.path == "$[4]")
        #expect(refusal(of: "{\"a\":1,\"b\":[2,3],\"c\":{}}", limits: tight)?.code == .tooManyValues)
    }

    @Test("the path of an error stays short")
    func longNames() {
        let name = String(repeating: "é", count: 100_000)
        let error = refusal(of: "{\"\(name)\":x}")
        #expect(error?.code == .unexpectedCharacter)
        #expect(error?.path == "$[\"\(String(repeating: "é", count: 64))…\"]")
    }
}
