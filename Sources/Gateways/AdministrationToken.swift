/// The token that changing calls on the operations listener must present.
package struct AdministrationToken: Sendable {
    private let bytes: [UInt8]

    /// Takes the content of a token file, without surrounding white space; `nil` when it is shorter than 16 bytes or
    /// has white space or control characters inside.
    package init?(fileContent: [UInt8]) {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let trimmed = Array(fileContent.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
        guard trimmed.count >= 16, trimmed.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        bytes = trimmed
    }

    /// Whether an `Authorization` header presents the token (RFC 6750 section 2.1).
    ///
    /// Takes the same time for every token of the right length, so that it cannot be guessed byte by byte.
    func isPresented(by authorization: String?) -> Bool {
        guard let authorization else { return false }
        let presented = Array(authorization.utf8)
        let scheme = Array("bearer ".utf8)
        guard presented.count == scheme.count + bytes.count,
            zip(presented, scheme).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
        else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(presented[scheme.count...], bytes) { difference |= left ^ right }
        return difference == 0
    }
}
