/// The characters beyond ASCII that are recommended for identifiers.
enum IdentifierCharacters {
    /// Whether a character is recommended.
    static func contains(_ scalar: Unicode.Scalar) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].contains(scalar.value) { return true }
            if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
        }
        return false
    }

    private static let ranges = source.split(separator: " ").compactMap(HexadecimalRange.parse)
}

/// A range of numbers in the data tables: `41-5a`, or `41` for one number.
enum HexadecimalRange {
    static func parse(_ text: Substring) -> ClosedRange<UInt32>? {
        let bounds = text.split(separator: "-").compactMap { UInt32($0, radix: 16) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return nil }
        return first...last
    }
}
