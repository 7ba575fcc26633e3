import Crypto

/// The SHA-256 of a credential: what stands for it where it is remembered, so that the credential itself is not.
package struct CredentialDigest: Hashable, Sendable {
    /// The digest in four words; only what was verified comes in, so that each word is as good as random.
    package let words: SIMD4<UInt64>

    /// Takes the digest of some bytes.
    package init(_ bytes: [UInt8]) {
        var words = SIMD4<UInt64>()
        // Safe: a SHA-256 digest has 32 bytes, and the buffer is only read while the closure runs.
        unsafe SHA256.hash(data: bytes).withUnsafeBytes { bytes in
            for index in 0..<4 {
                unsafe words[index] = bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
            }
        }
        self.words = words
    }
}
