import CXMLSec
import CedarSyntax

/// A public key in OpenSSL's memory: the only owner of its handle.
///
/// The key never changes after it was made, and OpenSSL counts references to it atomically, so that threads share it.
@safe
package final class PublicKey: @unchecked Sendable {
    private let handle: OpaquePointer

    /// What is known of the key.
    package let facts: KeyFacts

    /// Reads the key of a certificate in DER.
    ///
    /// `nil` when it is no certificate, or one with a key that is neither RSA nor on an elliptic curve.
    package init?(certificate der: [UInt8]) {
        var pointer: OpaquePointer?
        var native = cx_key_facts()
        var fault = cx_fault()
        // Safe: the bytes outlive the call, which copies what it keeps.
        let status = unsafe der.withSlice { unsafe cx_key_from_certificate($0, &pointer, &native, &fault) }
        guard status == CX_OK, let pointer = unsafe pointer else { return nil }
        unsafe handle = pointer
        facts = KeyFacts(native)
    }

    /// Reads a bare public key in DER (RFC 5280 section 4.1.2.7).
    package init?(publicKey der: [UInt8]) {
        var pointer: OpaquePointer?
        var native = cx_key_facts()
        var fault = cx_fault()
        // Safe: the bytes outlive the call, which copies what it keeps.
        let status = unsafe der.withSlice { unsafe cx_key_from_public($0, &pointer, &native, &fault) }
        guard status == CX_OK, let pointer = unsafe pointer else { return nil }
        unsafe handle = pointer
        facts = KeyFacts(native)
    }

    deinit {
        // Safe: this object is the only owner of the handle, and nothing uses it any more.
        unsafe cx_key_free(handle)
    }

    /// Lends the handle to a call, during which the key lives.
    func withHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        withExtendedLifetime(self) { unsafe body(handle) }
    }

    /// Whether this is the RSA key with a modulus and an exponent, both big-endian.
    func isRSA(modulus: [UInt8], exponent: [UInt8]) -> Bool {
        // Safe: key and bytes outlive the call, which keeps nothing.
        unsafe withHandle { key in
            unsafe modulus.withSlice { modulus in
                unsafe exponent.withSlice { exponent in unsafe cx_key_is_rsa(key, modulus, exponent) }
            }
        } == 1
    }

    /// Whether this is the point of a curve, in the uncompressed form.
    func isPoint(_ point: [UInt8], on curve: NamedCurve) -> Bool {
        guard facts.kind == .ec, facts.isOnNamedCurve, facts.bits == curve.rawValue else { return false }
        // Safe: key and bytes outlive the call, which keeps nothing.
        return unsafe withHandle { key in unsafe point.withSlice { unsafe cx_key_is_point(key, $0) } } == 1
    }

    /// Whether a signature over a message is this key's.
    func isValid(_ signature: [UInt8], over message: [UInt8], _ algorithm: SignatureMethod) -> Bool {
        var fault = cx_fault()
        // Safe: key and bytes outlive the call, which keeps nothing.
        return unsafe withHandle { key in
            unsafe message.withSlice { message in
                unsafe signature.withSlice { signature in
                    unsafe cx_verify(key, algorithm.scheme, algorithm.hash.native, message, signature, &fault)
                }
            }
        } == CX_OK
    }
}

/// The curves that count, by the length of their field in bits (FIPS 186-4 appendix D.1.2).
enum NamedCurve: Int {
    case p256 = 256
    case p384 = 384
    case p521 = 521

    /// The curve of an address (RFC 9231 section 3.2).
    init?(address: CedarString) {
        switch address {
        case "urn:oid:1.2.840.10045.3.1.7": self = .p256
        case "urn:oid:1.3.132.0.34": self = .p384
        case "urn:oid:1.3.132.0.35": self = .p521
        default: return nil
        }
    }
}

/// What is known of a key and its certificate.
package struct KeyFacts: Sendable {
    /// The kinds of keys.
    package enum Kind: String, Sendable {
        case rsa, ec
    }

    /// The kind.
    package let kind: Kind
    /// The length of the modulus, or of the field of the curve.
    package let bits: Int
    /// The validity of the certificate in seconds since 1970; `nil` for a bare key.
    package let validity: (notBefore: Int64, notAfter: Int64)?
    /// SHA-256 of the certificate, or of the bare key.
    package let thumbprint: [UInt8]
    /// Whether it is on one of the curves that count.
    let isOnNamedCurve: Bool
    private let hasSoundForm: Bool

    init(_ native: cx_key_facts) {
        kind = native.kind == CX_KEY_RSA ? .rsa : .ec
        bits = Int(native.bits)
        validity = native.not_after == 0 ? nil : (native.not_before, native.not_after)
        var copy = native.thumbprint
        // Safe: the array of the structure is read within its size, as bytes.
        thumbprint = unsafe withUnsafeBytes(of: &copy) { unsafe [UInt8]($0) }
        isOnNamedCurve = kind == .ec && native.is_nist_curve != 0
        hasSoundForm =
            kind == .rsa ? native.exponent >= 3 && native.exponent % 2 == 1 : isOnNamedCurve
    }

    /// Whether the key is strong enough: RSA of a length, or one of the curves P-256, P-384 and P-521.
    package func isStrong(minimumRSABits: Int) -> Bool {
        hasSoundForm && (kind == .ec || bits >= minimumRSABits)
    }

    /// Whether the certificate is valid at an instant, in milliseconds.
    package func isCurrent(at now: Int64) -> Bool {
        guard let validity else { return true }
        return validity.notBefore <= now / 1_000 && now / 1_000 <= validity.notAfter
    }

    /// The thumbprint in hexadecimal digits.
    package var thumbprintText: String {
        String(decoding: thumbprint.flatMap { [Self.digit($0 >> 4), Self.digit($0 & 15)] }, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}

/// A private key that decrypts what was encrypted for this service: the only owner of its handle.
///
/// Never changes after it was made; see ``PublicKey``.
@safe
package final class DecryptionKey: @unchecked Sendable {
    private let handle: OpaquePointer

    /// What is known of the key.
    package let facts: KeyFacts

    /// Reads an RSA key in PEM without a passphrase; `nil` for anything else.
    package init?(pem: [UInt8]) {
        var pointer: OpaquePointer?
        var native = cx_key_facts()
        var fault = cx_fault()
        // Safe: the bytes outlive the call, which copies what it keeps.
        let status = unsafe pem.withSlice { unsafe cx_key_from_private($0, &pointer, &native, &fault) }
        guard status == CX_OK, let pointer = unsafe pointer else { return nil }
        unsafe handle = pointer
        facts = KeyFacts(native)
    }

    deinit {
        // Safe: this object is the only owner of the handle, and nothing uses it any more.
        unsafe cx_key_free(handle)
    }

    /// The content key that was encrypted for this key; random bytes and `false` when it was for another one.
    func unwrap(_ wrapped: [UInt8], _ transport: KeyTransport, length: Int) -> (key: [UInt8], isRight: Bool) {
        var content = [UInt8](repeating: 0, count: length)
        var fault = cx_fault()
        // Safe: key and bytes outlive the call; the output has room for `length` bytes.
        let status = withExtendedLifetime(self) {
            unsafe transport.label.withSlice { label in
                unsafe wrapped.withSlice { wrapped in
                    unsafe content.withUnsafeMutableBufferPointer { content in
                        unsafe cx_unwrap(
                            handle, transport.isOAEP ? CX_RSA_OAEP : CX_RSA_1_5, transport.hash.native,
                            transport.maskHash.native, label, wrapped, length, content.baseAddress, &fault)
                    }
                }
            }
        }
        return (content, status == CX_OK)
    }
}

/// How a content key was encrypted.
struct KeyTransport: Hashable, Sendable {
    /// With OAEP, or with PKCS #1 v1.5 padding.
    var isOAEP = true
    var hash = HashMethod.sha1
    var maskHash = HashMethod.sha1
    var label: [UInt8] = []
}

/// A hash function.
package enum HashMethod: Hashable, Sendable {
    case sha1, sha256, sha384, sha512

    var native: cx_hash {
        switch self {
        case .sha1: CX_SHA1
        case .sha256: CX_SHA256
        case .sha384: CX_SHA384
        case .sha512: CX_SHA512
        }
    }

    /// The length of a digest in bytes.
    var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The digest of some bytes.
    func digest(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 64)
        var length = 0
        // Safe: the output has the 64 bytes that the call may write.
        _ = unsafe bytes.withSlice { slice in
            unsafe output.withUnsafeMutableBufferPointer { unsafe cx_digest(native, slice, $0.baseAddress, &length) }
        }
        return Array(output.prefix(length))
    }
}

/// A signature algorithm.
struct SignatureMethod: Hashable, Sendable {
    enum Family: Hashable, Sendable { case rsa, rsaPSS, ecdsa }

    let family: Family
    let hash: HashMethod

    var keyKind: KeyFacts.Kind { family == .ecdsa ? .ec : .rsa }

    fileprivate var scheme: cx_scheme {
        switch family {
        case .rsa: CX_RSA_PKCS1
        case .rsaPSS: CX_RSA_PSS
        case .ecdsa: CX_ECDSA
        }
    }
}

/// Decrypts content with a content key.
enum ContentCipher: Hashable, Sendable {
    case gcm, cbc

    /// The plaintext; `nil` when the key is not right, or the content was changed.
    func decrypt(_ content: [UInt8], key: [UInt8]) -> [UInt8]? {
        var output = unsafe cx_buffer()
        var fault = cx_fault()
        // Safe: the bytes outlive the call; the output is copied and released.
        let status = unsafe key.withSlice { key in
            unsafe content.withSlice { content in
                unsafe cx_decrypt(self == .gcm ? CX_AES_GCM : CX_AES_CBC, key, content, &output, &fault)
            }
        }
        return status == CX_OK ? unsafe NativeBuffer.take(&output) : nil
    }
}
