/// The escapes of strings, RFC 8259 section 7.
enum JSONEscape {
    /// Why the bytes after a backslash are no escape.
    enum Fault: Error {
        case truncated
        case unknown
        case loneSurrogate
    }

    /// Reads the escape whose backslash is at `offset`, and moves `offset` past it; two escapes that form a surrogate
    /// pair are read as one.
    static func read(_ bytes: Span<UInt8>, at offset: inout Int) throws(Fault) -> Unicode.Scalar {
        guard offset + 1 < bytes.count else { throw .truncated }
        let letter = bytes[offset + 1]
        guard letter == UInt8(ascii: "u") else {
            guard let scalar = short(letter) else { throw .unknown }
            offset += 2
            return scalar
        }
        let first = try hexadecimal(bytes, at: offset + 2)
        var value = first
        var length = 6
        if 0xD800...0xDBFF ~= first {
            guard offset + 6 < bytes.count else { throw .truncated }
            guard bytes[offset + 6] == ASCII.backslash else { throw .loneSurrogate }
            guard offset + 7 < bytes.count else { throw .truncated }
            guard bytes[offset + 7] == UInt8(ascii: "u") else { throw .loneSurrogate }
            let second = try hexadecimal(bytes, at: offset + 8)
            guard 0xDC00...0xDFFF ~= second else { throw .loneSurrogate }
            value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
            length = 12
        }
        // Only a low surrogate without its high one is no scalar here.
        guard let scalar = Unicode.Scalar(value) else { throw .loneSurrogate }
        offset += length
        return scalar
    }

    /// The contents of a string that the scanner has accepted, given without its quotes.
    static func unescaped(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var at = range.lowerBound
        while at < range.upperBound {
            if bytes[at] == ASCII.backslash {
                guard let scalar = try? read(bytes, at: &at) else { break }
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                result.append(bytes[at])
                at += 1
            }
        }
        return result
    }

    private static func short(_ letter: UInt8) -> Unicode.Scalar? {
        switch letter {
        case ASCII.quote: "\""
        case ASCII.backslash: "\\"
        case UInt8(ascii: "/"): "/"
        case UInt8(ascii: "b"): "\u{08}"
        case UInt8(ascii: "f"): "\u{0C}"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        default: nil
        }
    }

    private static func hexadecimal(_ bytes: Span<UInt8>, at offset: Int) throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for place in offset..<offset + 4 {
            guard place < bytes.count else { throw .truncated }
            let byte = bytes[place]
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
            default: throw .unknown
            }
        }
        return value
    }
}
