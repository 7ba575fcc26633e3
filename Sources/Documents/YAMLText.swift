import CedarSyntax

/// The checks on the characters of a YAML file that come before reading it.
///
/// The reader below counts NEL and the Unicode line and paragraph separators as line ends, as YAML 1.1 did, and YAML
/// 1.2 does not; a byte order mark shifts its columns. Refusing all of them keeps places exact, and keeps a file from
/// meaning different things to different readers.
enum YAMLText {
    /// The text of a file, or what is wrong with its characters.
    static func decode(_ file: SourceFile) -> Result<String, Diagnostic> {
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            let start = firstInvalidByte(file.bytes)
            return .failure(
                Diagnostic(
                    .documentNotUTF8, "the file is not UTF-8 text",
                    at: .init(file, SourceSpan(start: start, end: start + 1))))
        }
        var offset = 0
        for scalar in text.unicodeScalars {
            let length = UTF8.width(scalar)
            if let (message, help) = objection(to: scalar, at: offset) {
                return .failure(
                    Diagnostic(
                        .documentForbiddenCharacter, message,
                        at: .init(file, SourceSpan(start: offset, end: offset + length)), help: help))
            }
            offset += length
        }
        return .success(text)
    }

    private static func objection(to scalar: Unicode.Scalar, at offset: Int) -> (String, String)? {
        let value = scalar.value
        if (0x20...0x7E).contains(value) || value == 0x09 || value == 0x0A || value == 0x0D { return nil }
        switch value {
        case 0xFEFF where offset == 0:
            return ("the file begins with a byte order mark", "save the file as UTF-8 without byte order mark")
        case 0x85, 0x2028, 0x2029, 0x00...0x1F, 0x7F...0x9F, 0xFEFF, 0xFFFE, 0xFFFF:
            let name = "U+" + leftPadded(String(value, radix: 16, uppercase: true))
            return (
                "the character \(name) cannot stand in a document as itself",
                "remove it, or write it as an escape in a text in double quotes"
            )
        default:
            return nil
        }
    }

    private static func leftPadded(_ digits: String) -> String {
        String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
        return min(offset, bytes.count)
    }
}
