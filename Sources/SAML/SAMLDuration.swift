import CedarSyntax

/// Durations in metadata: `xs:duration` (XML Schema Part 2 section 3.2.6).
enum SAMLDuration {
    /// The seconds of a duration, a month taken for 30 days and a year for 365; parts of a second are dropped.
    ///
    /// `nil` for another form, a negative duration, and one beyond a hundred years.
    static func parse(_ text: CedarString) -> Int64? {
        var bytes = Array(text.utf8)[...]
        guard bytes.count <= 64, bytes.popFirst() == UInt8(ascii: "P"), !bytes.isEmpty else { return nil }
        var isTime = false
        var total: Int64 = 0
        var last = -1
        var isEmpty = true
        while let byte = bytes.first {
            if byte == UInt8(ascii: "T"), !isTime {
                isTime = true
                bytes.removeFirst()
                guard !bytes.isEmpty else { return nil }
                continue
            }
            guard let number = number(&bytes), let unit = bytes.popFirst() else { return nil }
            var letter = unit
            if unit == UInt8(ascii: "."), isTime {
                guard self.number(&bytes) != nil, bytes.first == UInt8(ascii: "S") else { return nil }
                letter = bytes.removeFirst()
            }
            guard let place = units.firstIndex(where: { $0.letter == letter && $0.isTime == isTime }), place > last
            else { return nil }
            last = place
            isEmpty = false
            total += number * units[place].seconds
            guard total <= 100 * 31_536_000 else { return nil }
        }
        return isEmpty ? nil : total
    }

    /// The units in the order in which they stand.
    private static let units: [(letter: UInt8, isTime: Bool, seconds: Int64)] = [
        (UInt8(ascii: "Y"), false, 31_536_000), (UInt8(ascii: "M"), false, 2_592_000),
        (UInt8(ascii: "D"), false, 86_400), (UInt8(ascii: "H"), true, 3_600), (UInt8(ascii: "M"), true, 60),
        (UInt8(ascii: "S"), true, 1),
    ]

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard (1...10).contains(digits.count) else { return nil }
        bytes = bytes.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
