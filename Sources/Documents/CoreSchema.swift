/// What an unquoted word of YAML is, by the core schema of YAML 1.2.2 section 10.3.2.
///
/// `yes`, `no`, `on` and `off` are texts: they were truth values in YAML 1.1 only. What the two versions read as
/// different numbers is refused, and so are `.inf` and `.nan`, which nothing in a policy can mean.
enum CoreSchema {
    enum Word: Equatable {
        case null
        case bool(Bool)
        case integer(Int64)
        case number
        case text
        case refusedNumber(Fault)
    }

    enum Fault {
        case outOfRange, leadingZero, notFinite
    }

    static func classify(_ word: String) -> Word {
        switch word {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let bytes = Array(word.utf8)
        let isSigned = bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+")
        let digits = bytes.dropFirst(isSigned ? 1 : 0)
        switch String(decoding: digits, as: UTF8.self).lowercased() {
        case ".inf": return .refusedNumber(.notFinite)
        case ".nan" where !isSigned: return .refusedNumber(.notFinite)
        default: break
        }
        if !isSigned, digits.starts(with: Array("0x".utf8)) {
            return radix(digits.dropFirst(2), 16) { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
        }
        if !isSigned, digits.starts(with: Array("0o".utf8)) {
            return radix(digits.dropFirst(2), 8) { (0x30...0x37).contains($0) }
        }
        return decimal(word, digits)
    }

    private static func radix(_ digits: ArraySlice<UInt8>, _ radix: Int, _ isValid: (UInt8) -> Bool) -> Word {
        guard !digits.isEmpty, digits.allSatisfy(isValid) else { return .text }
        return Int64(String(decoding: digits, as: UTF8.self), radix: radix).map { .integer($0) }
            ?? .refusedNumber(.outOfRange)
    }

    /// `[0-9]+`, or a fraction `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
    private static func decimal(_ word: String, _ digits: ArraySlice<UInt8>) -> Word {
        var rest = digits
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.isEmpty, !whole.isEmpty {
            if whole.count > 1, whole.first == UInt8(ascii: "0") { return .refusedNumber(.leadingZero) }
            return Int64(word).map { .integer($0) } ?? .refusedNumber(.outOfRange)
        }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let fraction = rest.prefix(while: isDigit)
            rest = rest.dropFirst(fraction.count)
            if whole.isEmpty, fraction.isEmpty { return .text }
        } else if whole.isEmpty {
            return .text
        }
        if let first = rest.first, first | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard !rest.isEmpty else { return .text }
            rest = rest.drop(while: isDigit)
        }
        guard rest.isEmpty else { return .text }
        return whole.count > 1 && whole.first == UInt8(ascii: "0") ? .refusedNumber(.leadingZero) : .number
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
