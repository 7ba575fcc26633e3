/// Strict decoding of UTF-8 one scalar at a time.
enum UTF8Decoding {
    /// The scalar that begins at an offset and its number of bytes; `nil` where the bytes are not UTF-8.
    static func scalar(in bytes: [UInt8], at offset: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        let first = bytes[offset]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length: Int
        var value: UInt32
        // The smallest value of each length; anything below it is an overlong form.
        let minimum: UInt32
        switch first {
        case 0xC2...0xDF: (length, value, minimum) = (2, UInt32(first & 0x1F), 0x80)
        case 0xE0...0xEF: (length, value, minimum) = (3, UInt32(first & 0x0F), 0x800)
        case 0xF0...0xF4: (length, value, minimum) = (4, UInt32(first & 0x07), 0x10000)
        default: return nil
        }
        guard offset + length <= bytes.count else { return nil }
        for byte in bytes[(offset + 1)..<(offset + length)] {
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        // The failable initializer also refuses surrogates and values beyond U+10FFFF.
        guard value >= minimum, let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, length)
    }
}
