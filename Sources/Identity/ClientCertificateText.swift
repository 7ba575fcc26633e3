import JOSE

/// The forms in which proxies hand on a client certificate: PEM, PEM with percent-encoding, base64 of DER, and the
/// byte sequence of a `Client-Cert` field (RFC 9440 section 2.1).
///
/// Only the bytes count, which are hashed and compared (RFC 8705 section 3.1): the certificate itself was checked by
/// whoever ended the connection.
enum ClientCertificateText {
    /// The greatest length of a text.
    static let maximumBytes = 32 << 10

    /// The DER form; `nil` when the text has none of the forms.
    static func der(_ text: [UInt8]) -> [UInt8]? {
        guard text.count <= maximumBytes, let plain = percentDecoded(text) else { return nil }
        var base64 = plain[...]
        let (begin, end) = (Array("-----BEGIN CERTIFICATE-----".utf8), Array("-----END CERTIFICATE-----".utf8))
        if let start = firstIndex(of: begin, in: base64) {
            base64 = base64[(start + begin.count)...]
            guard let stop = firstIndex(of: end, in: base64) else { return nil }
            base64 = base64[..<stop]
        } else if base64.count > 1, base64.first == UInt8(ascii: ":"), base64.last == UInt8(ascii: ":") {
            base64 = base64.dropFirst().dropLast()
        }
        var characters: [UInt8] = []
        characters.reserveCapacity(base64.count)
        for byte in base64 where byte != 0x0A && byte != 0x0D && byte != 0x20 && byte != 0x09 {
            switch byte {
            case UInt8(ascii: "+"): characters.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): characters.append(UInt8(ascii: "_"))
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: characters.append(byte)
            }
        }
        while characters.last == UInt8(ascii: "="), characters.count & 3 != 1 { characters.removeLast() }
        guard !characters.isEmpty else { return nil }
        return Base64URL.decode(characters)
    }

    private static func percentDecoded(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func firstIndex(of pattern: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        guard text.count >= pattern.count else { return nil }
        return (text.startIndex...(text.endIndex - pattern.count)).first { text[$0...].starts(with: pattern) }
    }
}
