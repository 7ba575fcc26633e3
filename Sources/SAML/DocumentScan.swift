import Identity

/// Looks through a message before a parser does, in one pass: encoding, forbidden constructions, and every count that
/// would cost a parser more than the message's length.
///
/// It is no parser: what it lets through can still be malformed, but a parser that reads on from there has met no more
/// elements, attributes and declarations than were counted here.
struct DocumentScan {
    private let bytes: [UInt8]
    private let limits: MessageLimits
    private var at = 0
    private var depth = 0
    private var elements = 0
    private var declarations = 0

    private init(_ bytes: [UInt8], _ limits: MessageLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Checks a message.
    /// - Returns: the message without a byte order mark and without an XML declaration.
    static func check(_ input: [UInt8], _ limits: MessageLimits) throws(VerificationFailure) -> [UInt8] {
        guard input.count <= limits.maximumBytes else {
            throw VerificationFailure(.messageSize, "the message is longer than \(limits.maximumBytes) bytes")
        }
        guard !input.isEmpty else { throw VerificationFailure(.xmlMalformed, "the message is empty") }
        var bytes = input
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        try checkCharacters(bytes)
        var scan = DocumentScan(bytes, limits)
        try scan.readDeclaration()
        let start = scan.at
        try scan.readAll()
        if start > 0 { bytes.removeFirst(start) }
        return bytes
    }

    /// UTF-8 and characters of XML 1.0 only; UTF-16 would hide what the rest looks for.
    private static func checkCharacters(_ bytes: [UInt8]) throws(VerificationFailure) {
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) || bytes.prefix(4).contains(0) {
            throw VerificationFailure(.xmlEncoding, "the message is not in UTF-8")
        }
        // Without a way out of the loop it is done many bytes at a time.
        var highest: UInt8 = 0
        var controls: UInt8 = 0
        for byte in bytes {
            highest |= byte
            let isControl = byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
            controls |= isControl ? 1 : 0
        }
        guard controls == 0 else {
            throw VerificationFailure(.xmlEncoding, "the message has control characters")
        }
        if highest < 0x80 { return }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw VerificationFailure(.xmlEncoding, "the message is not valid UTF-8")
        }
        // U+FFFE and U+FFFF are no characters of XML.
        for scalar in text.unicodeScalars where scalar.value & 0xFFFE == 0xFFFE && scalar.value <= 0xFFFF {
            throw VerificationFailure(.xmlEncoding, "the message has characters that XML does not have")
        }
    }

    // MARK: Reading

    private func has(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard at + count <= bytes.count else { return false }
        // Safe: a static string's code units are read within its count.
        return unsafe UnsafeBufferPointer(start: text.utf8Start, count: count).elementsEqual(bytes[at..<at + count])
    }

    /// Goes on behind the next occurrence of a text.
    private mutating func skip(through text: StaticString) throws(VerificationFailure) {
        // Safe: a static string's first code unit exists, as it is never empty here.
        let first = unsafe text.utf8Start.pointee
        while at < bytes.count {
            if bytes[at] == first, has(text) {
                at += text.utf8CodeUnitCount
                return
            }
            at += 1
        }
        throw VerificationFailure(.xmlMalformed, "a construction of the message does not end")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private mutating func readDeclaration() throws(VerificationFailure) {
        guard has("<?xml"), bytes.count > 5, Self.isSpace(bytes[5]) else { return }
        let start = at
        try skip(through: "?>")
        guard at - start <= 128 else { throw VerificationFailure(.xmlMalformed, "the XML declaration is too long") }
        let text = String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
        guard text.contains("version=\"1.0\"") || text.contains("version='1.0'") else {
            throw VerificationFailure(.xmlMalformed, "the message is not in XML 1.0")
        }
        if text.contains("encoding"), !text.contains("encoding=\"utf-8\""), !text.contains("encoding='utf-8'") {
            throw VerificationFailure(.xmlEncoding, "the message declares another encoding than UTF-8")
        }
    }

    private mutating func readAll() throws(VerificationFailure) {
        while at < bytes.count {
            guard let next = bytes[at...].firstIndex(of: UInt8(ascii: "<")) else { return }
            at = next
            if has("<!--") {
                at += 4
                try skip(through: "-->")
            } else if has("<![CDATA[") {
                try skip(through: "]]>")
            } else if has("<!") {
                throw VerificationFailure(.xmlDoctype, "the message has a document type declaration")
            } else if has("<?") {
                throw VerificationFailure(.xmlInstruction, "the message has a processing instruction")
            } else if has("</") {
                depth -= 1
                try skip(through: ">")
            } else {
                try readElement()
            }
        }
    }

    private mutating func readElement() throws(VerificationFailure) {
        elements += 1
        depth += 1
        guard elements <= limits.maximumElements, depth <= limits.maximumDepth else {
            throw VerificationFailure(.xmlLimit, "the message has too many elements or nests them too deeply")
        }
        var attributes = 0
        var elementDeclarations = 0
        var nameStart = at + 1
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: ">") {
                if bytes[at - 1] == UInt8(ascii: "/") { depth -= 1 }
                at += 1
                return
            }
            if byte == UInt8(ascii: "<") { break }
            if Self.isSpace(byte) { nameStart = at + 1 }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                let isDeclaration = bytes[nameStart...].starts(with: "xmlns".utf8)
                attributes += 1
                if isDeclaration {
                    elementDeclarations += 1
                    declarations += 1
                }
                try readValue(quote: byte, isDeclaration: isDeclaration)
                nameStart = at
            } else {
                at += 1
            }
            guard attributes <= limits.maximumAttributes, elementDeclarations <= limits.maximumElementDeclarations,
                declarations <= limits.maximumDeclarations
            else { throw VerificationFailure(.xmlLimit, "an element of the message has too many attributes") }
        }
        throw VerificationFailure(.xmlMalformed, "an element of the message does not end")
    }

    private mutating func readValue(quote: UInt8, isDeclaration: Bool) throws(VerificationFailure) {
        let start = at + 1
        guard let end = bytes[start...].firstIndex(of: quote) else {
            throw VerificationFailure(.xmlMalformed, "a value of the message does not end")
        }
        let length = end - start
        at = end + 1
        guard length <= (isDeclaration ? limits.maximumNamespaceBytes : limits.maximumValueBytes) else {
            throw VerificationFailure(.xmlLimit, "a value of the message is too long")
        }
    }
}
