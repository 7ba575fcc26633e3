import Foundation
import SeededRandom
import StrictJSON
import Testing

/// A buffer that reads one text after another finds in each what a new one finds, however much it is like the text
/// before it.
@Suite("Texts that are alike")
struct LikenessTests {
    /// A token, comparable.
    private struct Entry: Equatable {
        var start, end, next, detail: UInt32
    }

    private static let limits = JSONLimits(maximumBytes: 900, maximumDepth: 8, maximumValues: 120)

    /// A buffer, and what it found to be the same in the last text.
    private final class Reader {
        private let buffer = JSONBuffer(limits: limits)
        private(set) var repetition = JSONRepetition.none

        func read(_ bytes: [UInt8]) throws(JSONError) -> [Entry] {
            try buffer.read(bytes.span) { tokens, repetition in
                self.repetition = repetition
                return tokens.indices.map {
                    let token = tokens[$0]
                    return Entry(start: token.start, end: token.end, next: token.next, detail: token.detail)
                }
            }
        }
    }

    private static func read(_ bytes: [UInt8], in buffer: Reader) -> Result<[Entry], JSONError> {
        do throws(JSONError) {
            return .success(try buffer.read(bytes))
        } catch {
            return .failure(error)
        }
    }

    private static func tokens(_ bytes: [UInt8]) -> Result<[Entry], JSONError> {
        read(bytes, in: Reader())
    }

    @Test(
        "what differs",
        arguments: [
            // Contents of values, of the same length and of another; several; around containers that end with them.
            (#"{"a":"x","b":"y"}"#, #"{"a":"z","b":"y"}"#, true),
            (#"{"a":"x","b":"y"}"#, #"{"a":"","b":"long er"}"#, true),
            (#"[["a",["b"]],"c",[]]"#, #"[["aa",["bbb"]],"cccc",[]]"#, true),
            (#"{"a":[{},"x"],"b":{"c":"d"}} "#, #"{"a":[{},"xyz"],"b":{"c":""}} "#, true),
            (#"["é"]"#, #"["e"]"#, true), (#"["\n","a"]"#, #"["\n","b"]"#, true),
            // What only the scanner can judge.
            (#"{"a":"x"}"#, #"{"b":"x"}"#, false), (#"{"a":"x","b":1}"#, #"{"a":"x","a":1}"#, false),
            (#"{"a" : "x"}"#, #"{"b" : "x"}"#, false),
            (#"["a"]"#, #"["\n"]"#, false), (#"["a"]"#, #"["é"]"#, false), (#"["\n"]"#, #"["n"]"#, false),
            (#"[12]"#, #"[123]"#, false), (#"[12]"#, #"[1]"#, false), (#"[1]"#, #"["1"]"#, false),
            (#"["1"]"#, #"[1]"#, false), (#"12"#, #"123"#, false), (#"[true]"#, #"[null]"#, false),
            (#"["a"]"#, #"["a"] "#, false), (#"["a"]"#, #"[ "a"]"#, false), (#"["a","b"]"#, #"["a"]"#, false),
            (#"["a","b"]"#, #"["a"],"b"]"#, false), (#"["a"]"#, #"["a""#, false), (#"["ab"]"#, #"["a"#, false),
            (#"["a"]"#, #"["b"}"#, false),
        ])
    func differences(first: String, second: String, isAlike: Bool) {
        for (one, two) in [(first, second), (first + " ", second + " ")] {
            let buffer = Reader()
            #expect((try? Self.read(Array(one.utf8), in: buffer).get()) != nil)
            #expect(Self.read(Array(two.utf8), in: buffer) == Self.tokens(Array(two.utf8)))
            #expect(buffer.repetition.contains(0) == isAlike, "\(one) \(two)")
            // And once more, from the new text on.
            #expect(Self.read(Array(one.utf8), in: buffer) == Self.tokens(Array(one.utf8)))
        }
    }

    @Test("a text that is too long, or has too many values, stays refused") func limits() {
        let buffer = Reader()
        let long = #"["\#(String(repeating: "a", count: 890))"]"#
        #expect((try? Self.read(Array(long.utf8), in: buffer).get()) != nil)
        let tooLong = long.replacingOccurrences(of: "aaa\"", with: "aaaaaaaaaaaaa\"")
        #expect(Self.read(Array(tooLong.utf8), in: buffer) == Self.tokens(Array(tooLong.utf8)))
        #expect((try? Self.tokens(Array(tooLong.utf8)).get()) == nil)
    }

    @Test("random differences", arguments: 0..<4 as Range<UInt64>) func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let buffer = Reader()
        var (text, entries): ([UInt8], [Entry]) = ([], [])
        var followed = 0
        for _ in 0..<2500 {
            var changed =
                text.isEmpty || Int.random(in: 0..<60, using: &random) == 0
                ? Array(Self.value(depth: 0, using: &random).utf8) : text
            let last = text
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                Self.change(&changed, entries, using: &random)
                guard case .success(let found) = Self.tokens(changed) else { break }
                entries = found
            }
            let found = Self.read(changed, in: buffer)
            guard found == Self.tokens(changed) else {
                Issue.record("\(String(decoding: last, as: UTF8.self)) -> \(String(decoding: changed, as: UTF8.self))")
                return
            }
            guard case .success(let new) = found else {
                if case .success(let old) = Self.tokens(text) { entries = old }
                continue
            }
            if buffer.repetition.contains(0) {
                followed += 1
                guard case .success(let old) = Self.tokens(last) else { continue }
                for index in new.indices where buffer.repetition.contains(index) {
                    let (one, two) = (old[index], new[index])
                    #expect(last[Int(one.start)] == changed[Int(two.start)])
                    guard one.next == index + 1, ![0x5B, 0x7B].contains(changed[Int(two.start)]) else { continue }
                    #expect(last[Int(one.start)..<Int(one.end)] == changed[Int(two.start)..<Int(two.end)])
                }
            }
            (text, entries) = (changed, new)
        }
        #expect(followed > 200, "\(followed)")
    }

    private static func value(depth: Int, using random: inout SeededGenerator) -> String {
        func several(_ make: (Int, inout SeededGenerator) -> String) -> String {
            (0..<Int.random(in: 0...4, using: &random)).map { make($0, &random) }
                .joined(separator: Bool.random(using: &random) ? "," : " , ")
        }
        switch Int.random(in: 0..<(depth > 4 ? 3 : 7), using: &random) {
        case 0, 1: return "\"\(contents.randomElement(using: &random) ?? "")\""
        case 2: return ["0", "-1", "17", "1.5", "true", "false", "null"].randomElement(using: &random) ?? "0"
        case 3, 4: return "[" + several { _, random in value(depth: depth + 1, using: &random) } + "]"
        default:
            return "{" + several { place, random in "\"k\(place)\": " + value(depth: depth + 1, using: &random) } + " }"
        }
    }

    private static let contents = [
        "", "a", "b", "alice", "10.1.2.3", "0123456789abcdefghij", "é", "e\u{301}", "\\n", "\\u0041", "\\\"", "{", "]",
        ":", ",", " ", "😀", "k1", "\\\\", "engineering",
    ]

    /// Changes a string, or any bytes.
    private static func change(_ text: inout [UInt8], _ entries: [Entry], using random: inout SeededGenerator) {
        if Int.random(in: 0..<5, using: &random) > 0, let entry = entries.randomElement(using: &random),
            Int(entry.end) <= text.count, entry.start < entry.end, text[Int(entry.start)] == 0x22
        {
            let new = Array((contents.randomElement(using: &random) ?? "").utf8)
            text.replaceSubrange(Int(entry.start) + 1..<max(Int(entry.start) + 1, Int(entry.end) - 1), with: new)
        } else if let place = text.indices.randomElement(using: &random) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: text.remove(at: place)
            case 1: text[place] = UInt8.random(in: 0...255, using: &random)
            case 2: text.insert(Array(#"{}[]",:1 \"#.utf8).randomElement(using: &random) ?? 0, at: place)
            default: text[place] = Array(#"{}[]",:1a\"#.utf8).randomElement(using: &random) ?? 0
            }
        }
    }
}
