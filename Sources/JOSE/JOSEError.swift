/// Why a token or its signature is refused.
///
/// Two errors are equal when their codes are. Neither the code nor the detail holds any part of the token but the key
/// id and names of header members, shortened.
package struct JOSEError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reason.
    package let code: Code

    /// The reason for administrators, as a lowercase sentence.
    package let detail: String

    /// Makes an error.
    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// Equality of the codes.
    package static func == (left: JOSEError, right: JOSEError) -> Bool { left.code == right.code }

    /// The code and the detail.
    package var description: String { "\(code.rawValue): \(detail)" }
}

extension JOSEError {
    /// A stable name of a reason; the set grows with time.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The name, such as `sig.invalid`.
        package let rawValue: String

        /// Wraps a name.
        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The token is longer than the limit.
        package static let tooLarge = Code(rawValue: "token.too_large")
        /// The token is not three parts joined by periods (RFC 7515 section 7.1).
        package static let malformed = Code(rawValue: "token.malformed")
        /// The token is encrypted (RFC 7516), which is not supported.
        package static let encrypted = Code(rawValue: "token.encrypted")
        /// A part is not strict base64url (RFC 7515 section 2).
        package static let encoding = Code(rawValue: "token.encoding")
        /// The header is not a strict JSON object within its limits (RFC 7515 section 4).
        package static let header = Code(rawValue: "header.malformed")
        /// The header's `alg` is missing or no text (RFC 7515 section 4.1.1).
        package static let headerAlgorithm = Code(rawValue: "header.algorithm")
        /// The header has `crit`; no extension is implemented (RFC 7515 section 4.1.11).
        package static let critical = Code(rawValue: "header.critical")
        /// The header has `b64`, which tokens must not use (RFC 7797 section 7).
        package static let unencodedPayload = Code(rawValue: "header.unencoded_payload")
        /// The header has `cty`, `zip`, `enc` or another member of nested or encrypted tokens (RFC 7519 section 5.2).
        package static let unsupportedHeader = Code(rawValue: "header.unsupported")
        /// The header's `typ` is no text (RFC 7515 section 4.1.9).
        package static let headerType = Code(rawValue: "header.type")
        /// The header's `kid` is no text, or too long (RFC 7515 section 4.1.4).
        package static let headerKeyID = Code(rawValue: "header.kid")
        /// The algorithm is not allowed (RFC 8725 section 3.1).
        package static let algorithm = Code(rawValue: "sig.algorithm")
        /// No key has the header's `kid`.
        package static let keyUnknown = Code(rawValue: "sig.key_unknown")
        /// The issuer publishes the key, but it is refused.
        package static let keyUnusable = Code(rawValue: "sig.key_unusable")
        /// The key is not for this algorithm (RFC 8725 section 3.1).
        package static let keyMismatch = Code(rawValue: "sig.key_mismatch")
        /// Several keys could have signed and the header does not say which.
        package static let keyAmbiguous = Code(rawValue: "sig.key_ambiguous")
        /// The signature does not belong to this token and key.
        package static let signature = Code(rawValue: "sig.invalid")
    }

    /// A name from a token for a message: short, and without anything that is not plain.
    package static func shown(_ text: String) -> String {
        let plain = text.unicodeScalars.prefix(48).map { scalar in
            scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F && scalar != "`" ? Character(scalar) : "?"
        }
        return String(plain) + (text.unicodeScalars.dropFirst(48).isEmpty ? "" : "...")
    }
}
