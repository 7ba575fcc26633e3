/// Base64url as JOSE uses it: one spelling per value.
///
/// No padding, no white space, no `+` and `/`, and the bits that encode nothing are zero (RFC 7515 section 2, RFC 4648
/// section 3.5). A second spelling of a signature would be a second spelling of the same token, which caches and deny
/// lists would take for another one.
package enum Base64URL {
    /// The bytes that a text stands for; `nil` for anything but the one spelling of some bytes.
    package static func decode(_ text: borrowing Span<UInt8>) -> [UInt8]? {
        let rest = text.count & 3
        guard rest != 1 else { return nil }
        let groups = text.count &>> 2
        var bytes = [UInt8](repeating: 0, count: groups * 3 + (rest == 0 ? 0 : rest - 1))
        var output = bytes.mutableSpan
        let values = Self.values
        let table = values.span
        // Values have six bits; the mark of a foreign character has the other two.
        var seen: UInt8 = 0
        var from = 0
        var to = 0
        for _ in 0..<groups {
            // Safe: a group has four characters and three bytes, the text and the output have as many groups, and the
            // table has a value for every byte.
            let first = unsafe table[unchecked: Int(text[unchecked: from])]
            let second = unsafe table[unchecked: Int(text[unchecked: from &+ 1])]
            let third = unsafe table[unchecked: Int(text[unchecked: from &+ 2])]
            let fourth = unsafe table[unchecked: Int(text[unchecked: from &+ 3])]
            seen |= first | second | third | fourth
            unsafe output[unchecked: to] = first &<< 2 | second &>> 4
            unsafe output[unchecked: to &+ 1] = second &<< 4 | third &>> 2
            unsafe output[unchecked: to &+ 2] = third &<< 6 | fourth
            from &+= 4
            to &+= 3
        }
        if rest > 0 {
            let first = table[Int(text[from])]
            let second = table[Int(text[from &+ 1])]
            let third = rest == 3 ? table[Int(text[from &+ 2])] : 0
            seen |= first | second | third
            output[to] = first &<< 2 | second &>> 4
            if rest == 3 { output[to &+ 1] = second &<< 4 | third &>> 2 }
            let unused = rest == 3 ? third & 0x03 : second & 0x0F
            guard unused == 0 else { return nil }
        }
        return seen & 0xC0 == 0 ? bytes : nil
    }

    /// The bytes that a text stands for; `nil` for anything but the one spelling of some bytes.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let copy = Array(text)
        return decode(copy.span)
    }

    /// The spelling of some bytes.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var pending: UInt32 = 0
        var bits = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(pending >> UInt32(bits)) & 0x3F])
            }
            pending &= (1 << UInt32(bits)) - 1
        }
        if bits > 0 { text.append(alphabet[Int(pending << UInt32(6 - bits)) & 0x3F]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The value of each character, 255 for those that are none.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()
}
