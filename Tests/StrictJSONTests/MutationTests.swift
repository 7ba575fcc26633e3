import SeededRandom
import StrictJSON
import Testing

/// Damages valid texts at random, from a fixed seed: whatever is left is refused at a place inside the text, or is
/// read and comes back the same after being written.
@Suite("Mutations")
struct MutationTests {
    private static let seeds = [
        "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"action\":{\"name\":\"read\"},\"n\":[1,-2.5e10,0]}",
        "[[],{},\"\",null,true,false,[[[[1]]]],{\"a\":{\"b\":{\"c\":[{}]}}}]",
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD83D\\uDE00\",\"é\u{1F600}\",{\"\\u006b\":0,\"e\u{301}\":1,\"\u{E9}\":2}]",
        "{" + (0..<20).map { "\"key\($0)\":\($0)" }.joined(separator: ",") + "}",
        " [ 0 , -0 , 1.0 , 1E+2 , 9223372036854775807 , -9223372036854775808 ] \r\n",
    ]

    private static let fragments: [[UInt8]] =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\uD800", "\\uDC00", "0", "-", ".", "e", "1", "true",
            "null",
            "{}", "[]", "\"a\":1,", " ", "\n", "\u{0}", "\u{1F600}", "é", "\u{FEFF}",
        ].map { Array($0.utf8) } + [[0x80], [0xC0], [0xED, 0xA0, 0x80], [0xF4, 0x90], [0xFF]]

    private func mutate(_ bytes: inout [UInt8], with generator: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let length = Int.random(in: 0...min(8, bytes.count - place), using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0:
                bytes.removeSubrange(place..<place + length)
            case 1:
                bytes.insert(contentsOf: Self.fragments.randomElement(using: &generator) ?? [], at: place)
            case 2:
                let target = Int.random(in: 0...bytes.count, using: &generator)
                bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: target)
            case 3 where place < bytes.count:
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 4 where place < bytes.count:
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            default:
                bytes.removeSubrange(place...)
            }
        }
    }

    @Test("nothing crashes, and what is accepted survives a round trip", arguments: 0..<5)
    func mutations(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let limits = JSONLimits(maximumBytes: 2000, maximumDepth: 12, maximumValues: 300)
        var accepted = 0
        for _ in 0..<4000 {
            var bytes = Array(Self.seeds[seed].utf8)
            mutate(&bytes, with: &generator)
            if let error = refusal(of: bytes, limits: limits) {
                #expect(0...bytes.count ~= error.offset)
                #expect(error.line >= 1 && error.column >= 1 && error.path.hasPrefix("$"))
                continue
            }
            accepted += 1
            try checkRoundTrip(bytes, limits)
        }
        #expect(accepted > 50)
    }

    private func checkRoundTrip(_ bytes: [UInt8], _ limits: JSONLimits) throws {
        let root = try JSONDocument(parsing: bytes, limits: limits).root
        let tree = Tree(root)
        for pretty in [false, true] {
            var writer = JSONWriter(pretty: pretty)
            writer.value(root)
            let again = try JSONDocument(parsing: writer.bytes, limits: .request).root
            #expect(Tree(again) == tree)
        }
        var open = [root]
        while let node = open.popLast() {
            // A value's own bytes are a text of their own.
            #expect(refusal(of: Array(node.rawBytes), limits: limits) == nil)
            _ = node.path
            _ = node.integer
            open += node.elements
            open += node.members.map(\.value)
        }
    }

    @Test("every prefix of a valid text is refused or valid, and never crashes", arguments: seeds)
    func prefixes(text: String) {
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            if let error = refusal(of: Array(bytes[..<length])) {
                #expect(error.code == .unexpectedEnd || error.code == .invalidUTF8)
            } else {
                #expect(bytes[length...].allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D })
            }
        }
    }
}
