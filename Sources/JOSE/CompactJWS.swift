/// A signed token in compact serialization, taken apart but not yet verified (RFC 7515 section 7.1).
///
/// JSON serializations, encrypted tokens and everything that is not exactly three parts of strict base64url are
/// refused, before anything is allocated in proportion to what cannot be read.
package struct CompactJWS: Sendable {
    /// The header.
    package let header: JOSEHeader

    /// The decoded payload, not trustworthy before the signature is verified.
    package let payload: [UInt8]

    /// The decoded signature.
    package let signature: [UInt8]

    /// What was signed: the first two parts with the period between them.
    package let signingInput: ArraySlice<UInt8>

    /// Takes a token apart.
    /// - Throws: ``JOSEError`` with a code `token.*` or `header.*`.
    package init(parsing token: [UInt8], limits: JWSLimits = .standard) throws(JOSEError) {
        guard token.count <= limits.maximumTokenBytes else {
            throw JOSEError(.tooLarge, "the token has more than \(limits.maximumTokenBytes) bytes")
        }
        let (headerEnd, payloadEnd) = try Self.periods(of: token)
        guard headerEnd <= (limits.maximumHeaderBytes * 4 + 2) / 3 else {
            throw JOSEError(.tooLarge, "the header has more than \(limits.maximumHeaderBytes) bytes")
        }
        let text = token.span
        guard let header = Base64URL.decode(text.extracting(0..<headerEnd)),
            let payload = Base64URL.decode(text.extracting(headerEnd + 1..<payloadEnd)),
            let signature = Base64URL.decode(text.extracting(payloadEnd + 1..<token.count))
        else {
            throw JOSEError(.encoding, "a part of the token is not strict base64url")
        }
        self.header = try JOSEHeader(parsing: header, limits: limits)
        self.payload = payload
        self.signature = signature
        self.signingInput = token[..<payloadEnd]
    }

    /// The places of the two periods.
    private static func periods(of token: [UInt8]) throws(JOSEError) -> (header: Int, payload: Int) {
        let period = UInt8(ascii: ".")
        guard let first = token.firstIndex(of: period), let second = token[(first + 1)...].firstIndex(of: period) else {
            throw JOSEError(.malformed, "the token has fewer than three parts")
        }
        var further = 0
        for byte in token[(second + 1)...] where byte == period {
            further += 1
            if further > 2 { break }
        }
        switch further {
        case 0: break
        case 2: throw JOSEError(.encrypted, "the token has five parts, as encrypted tokens have")
        default: throw JOSEError(.malformed, "the token has more than three parts")
        }
        guard first > 0 else { throw JOSEError(.malformed, "the token has no header") }
        return (first, second)
    }
}
