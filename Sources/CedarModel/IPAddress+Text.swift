extension IPAddress {
    /// Reads an address and an optional prefix: `10.0.0.0/8`, `2001:db8::1`.
    ///
    /// IPv4 has four decimal octets. IPv6 has eight hexadecimal groups, one run of which may be left out as `::`;
    /// dotted octets within IPv6, brackets and zones are refused. No number has leading zeros except a group. Without
    /// a prefix the range is the one address. Fails with an ``ExtensionError`` of `ipaddr` on any other text.
    public init(parsing text: String) throws(ExtensionError) {
        // The longest address has 39 characters and its prefix four more.
        guard text.utf8.count <= 43 else {
            throw IPAddress.error(text, "is too long to be an IP address")
        }
        var reader = DigitReader(text)
        let family: Family = text.utf8.contains(UInt8(ascii: ":")) ? .v6 : .v4
        let bits = family == .v4 ? IPAddress.octets(&reader) : IPAddress.groups(&reader)
        guard let bits, reader.isAtEnd || reader.next == UInt8(ascii: "/") else {
            throw IPAddress.error(text, "is not an IP address")
        }
        var prefix = family.bitWidth
        if reader.take(UInt8(ascii: "/")) {
            let run = reader.digits()
            guard run.count > 0, !run.hasLeadingZero, reader.isAtEnd, let value = run.value, value <= prefix else {
                throw IPAddress.error(
                    text, "has an invalid prefix, which is a number from 0 to \(prefix) without leading zeros")
            }
            prefix = Int(value)
        }
        self.init(family: family, high: bits.high, low: bits.low, prefix: UInt8(prefix))
    }

    /// Reads what most addresses are, four decimal octets without a prefix; `nil` for any other text, which may be an
    /// address all the same.
    public init?(dotted text: Span<UInt8>) {
        guard text.count <= 15 else { return nil }
        var (low, octet, digits, points): (UInt64, UInt64, Int, Int) = (0, 0, 0, 0)
        for index in text.indices {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, points < 3 else { return nil }
                low = low << 8 | octet
                (octet, digits, points) = (0, 0, points + 1)
            } else {
                // No octet begins with a zero but zero itself.
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digits == 0 || octet > 0 else { return nil }
                octet = octet * 10 + UInt64(byte - UInt8(ascii: "0"))
                digits += 1
                guard octet <= 255 else { return nil }
            }
        }
        guard points == 3, digits > 0 else { return nil }
        self.init(family: .v4, high: 0, low: low << 8 | octet, prefix: UInt8(Family.v4.bitWidth))
    }

    /// Four octets joined by points.
    private static func octets(_ reader: inout DigitReader) -> Bits? {
        var low: UInt64 = 0
        for position in 0..<4 {
            if position > 0, !reader.take(UInt8(ascii: ".")) { return nil }
            let run = reader.digits()
            guard run.count > 0, !run.hasLeadingZero, let octet = run.value, octet <= 255 else { return nil }
            low = low << 8 | octet
        }
        return Bits(low: low)
    }

    /// Eight groups, or fewer around one `::`.
    private static func groups(_ reader: inout DigitReader) -> Bits? {
        var head = Bits()
        var tail = Bits()
        var headCount = 0
        var tailCount = 0
        while reader.next != UInt8(ascii: ":") {
            guard let group = reader.hexadecimalGroup() else { return nil }
            head.append(group)
            headCount += 1
            if headCount == 8 { return head }
            guard reader.take(UInt8(ascii: ":")) else { return nil }
        }
        // The loop has read the first colon of `::`, unless the address begins with it.
        if headCount == 0, !reader.take(UInt8(ascii: ":")) { return nil }
        guard reader.take(UInt8(ascii: ":")) else { return nil }
        while let next = reader.next, next != UInt8(ascii: "/") {
            if tailCount > 0, !reader.take(UInt8(ascii: ":")) { return nil }
            // `::` stands for one group at least.
            guard headCount + tailCount < 7, let group = reader.hexadecimalGroup() else { return nil }
            tail.append(group)
            tailCount += 1
        }
        for _ in headCount..<8 { head.append(0) }
        return Bits(high: head.high | tail.high, low: head.low | tail.low)
    }

    private static func error(_ text: String, _ fact: String) -> ExtensionError {
        ExtensionError("ipaddr", rejecting: text, because: fact)
    }
}

/// 128 bits that are shifted in from the right, a group at a time.
private struct Bits {
    var high: UInt64 = 0
    var low: UInt64 = 0

    mutating func append(_ group: UInt16) {
        high = high << 16 | low >> 48
        low = low << 16 | UInt64(group)
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text, which reads back as the same address and prefix.
    ///
    /// IPv6 follows RFC 5952, section 4: lowercase, no leading zeros, the first longest run of two or more zero groups
    /// as `::`; never with dotted octets, which Cedar refuses. The prefix is left out when it is the full length.
    public var description: String {
        let address = family == .v4 ? octetText : groupText
        return Int(prefix) == family.bitWidth ? address : "\(address)/\(prefix)"
    }

    private var octetText: String {
        "\(low >> 24).\(low >> 16 & 0xFF).\(low >> 8 & 0xFF).\(low & 0xFF)"
    }

    private var groupText: String {
        let groups = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - index % 4 * 16))
        }
        let zeros = IPAddress.longestZeroRun(groups)
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard zeros.count > 1 else { return text(groups[...]) }
        return "\(text(groups[..<zeros.lowerBound]))::\(text(groups[zeros.upperBound...]))"
    }

    /// The first of the longest runs of zeros.
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<(index + 1)
            }
        }
        return longest
    }
}
