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
        let period = UInt8(ascii: ".")
        // What lies between these two periods is decoded, and a third would be no base64url.
        guard let headerEnd = token.firstIndex(of: period), let payloadEnd = token.lastIndex(of: period),
            0 < headerEnd, headerEnd < payloadEnd
        else { throw JOSEError(.malformed, "the token is not three parts joined by periods") }
        guard headerEnd <= (limits.maximumHeaderBytes * 4 + 2) / 3 else {
            throw JOSEError(.tooLarge, "the header has more than \(limits.maximumHeaderBytes) bytes")
        }
        let text = token.span
        guard let header = Base64URL.decode(text.extracting(0..<headerEnd)),
            let payload = Base64URL.decode(text.extracting(headerEnd + 1..<payloadEnd)),
            let signature = Base64URL.decode(text.extracting(payloadEnd + 1..<token.count))
        else { throw Self.fault(of: token) }
        self.header = try JOSEHeader(parsing: header, limits: limits)
        self.payload = payload
        self.signature = signature
        self.signingInput = token[..<payloadEnd]
    }

    /// Why the parts of a token cannot be decoded.
    private static func fault(of token: [UInt8]) -> JOSEError {
        switch token.count(where: { $0 == UInt8(ascii: ".") }) {
        case 2: JOSEError(.encoding, "a part of the token is not strict base64url")
        case 4: JOSEError(.encrypted, "the token has five parts, as encrypted tokens have")
        default: JOSEError(.malformed, "the token is not three parts joined by periods")
        }
    }
}
