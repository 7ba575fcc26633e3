/// Base64 as XML and the bindings of SAML write it (RFC 4648 section 4), read strictly.
package enum SAMLBase64 {
    /// The bytes of a text, in which white space may stand (XML Schema Part 2 section 3.2.16).
    ///
    /// `nil` for other characters, a wrong length, wrong padding, or bits that do not count and are not zero.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        decode(text, table: standard, allowsSpace: true, isPadded: true)
    }

    /// The bytes of a base64url text without padding and line breaks (RFC 4648 section 5, RFC 7522 section 2.1).
    package static func decodeURL(_ text: some Collection<UInt8>) -> [UInt8]? {
        decode(text, table: url, allowsSpace: false, isPadded: false)
    }

    private static func decode(
        _ text: some Collection<UInt8>, table: [UInt8], allowsSpace: Bool, isPadded: Bool
    ) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        // Safe: the storage is only read while the closure runs.
        let prefix = text.withContiguousStorageIfAvailable { unsafe wholeGroups($0, table, &result) } ?? 0
        count = prefix
        for byte in text.dropFirst(prefix) {
            let value = table[Int(byte)]
            if value < 64, padding == 0 {
                bits = bits << 6 | UInt32(value)
                count += 1
                if count & 3 == 0 {
                    result.append(UInt8(truncatingIfNeeded: bits >> 16))
                    result.append(UInt8(truncatingIfNeeded: bits >> 8))
                    result.append(UInt8(truncatingIfNeeded: bits))
                    bits = 0
                }
            } else if byte == UInt8(ascii: "="), isPadded, padding < 2 {
                padding += 1
            } else if !(allowsSpace && (byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09)) {
                return nil
            }
        }
        if isPadded, (count + padding) & 3 != 0 { return nil }
        switch count & 3 {
        case 0: return padding == 0 ? result : nil
        case 2 where bits & 0xF == 0:
            result.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3 where bits & 0x3 == 0:
            result.append(UInt8(truncatingIfNeeded: bits >> 10))
            result.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: return nil
        }
        return result
    }

    /// Decodes the groups of four digits with which a text begins.
    /// - Returns: how many digits that took.
    private static func wholeGroups(
        _ text: UnsafeBufferPointer<UInt8>, _ table: [UInt8], _ result: inout [UInt8]
    ) -> Int {
        let groups = text.count / 4
        var taken = 0
        // Safe: a group is read within the text and written within the capacity; bytes are within the table of 256.
        result = unsafe [UInt8](unsafeUninitializedCapacity: groups * 3 + 3) { output, length in
            unsafe table.withUnsafeBufferPointer { table in
                for group in 0..<groups {
                    let first = unsafe table[Int(text[group * 4])]
                    let second = unsafe table[Int(text[group * 4 + 1])]
                    let third = unsafe table[Int(text[group * 4 + 2])]
                    let fourth = unsafe table[Int(text[group * 4 + 3])]
                    guard first | second | third | fourth < 64 else { break }
                    unsafe output[group * 3] = first << 2 | second >> 4
                    unsafe output[group * 3 + 1] = second << 4 | third >> 2
                    unsafe output[group * 3 + 2] = third << 6 | fourth
                    taken += 1
                }
            }
            length = taken * 3
        }
        return taken * 4
    }

    /// The text of some bytes, padded.
    package static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                result.append(
                    place <= group.count
                        ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The base64url text of some bytes, without padding.
    package static func encodeURL(_ bytes: [UInt8]) -> String {
        let text = encode(bytes).utf8.filter { $0 != UInt8(ascii: "=") }.map { byte in
            byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let standard = table(UInt8(ascii: "+"), UInt8(ascii: "/"))
    private static let url = table(UInt8(ascii: "-"), UInt8(ascii: "_"))

    private static func table(_ plus: UInt8, _ slash: UInt8) -> [UInt8] {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for value in 0..<26 {
            table[0x41 + value] = UInt8(value)
            table[0x61 + value] = UInt8(26 + value)
        }
        for value in 0..<10 { table[0x30 + value] = UInt8(52 + value) }
        table[Int(plus)] = 62
        table[Int(slash)] = 63
        return table
    }
}
