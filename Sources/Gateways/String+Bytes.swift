import Glibc

extension String {
    /// Whether two strings are the same bytes.
    ///
    /// Strings from the network are not compared as texts: `==` takes different bytes for the same.
    @inline(__always)
    func hasSameBytes(as other: String) -> Bool {
        let (left, right) = (utf8.span, other.utf8.span)
        guard left.count == right.count else { return false }
        // Safe: both buffers hold so many bytes and are only read while the closures run.
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in unsafe Self.isSame(left, right.baseAddress) }
        }
    }

    /// Whether a string has the bytes of a constant.
    @inline(__always)
    func hasSameBytes(as other: StaticString) -> Bool {
        let bytes = utf8.span
        guard bytes.count == other.utf8CodeUnitCount else { return false }
        // Safe: the constant holds so many bytes and lives as long as the program.
        return unsafe bytes.withUnsafeBytes { unsafe Self.isSame($0, UnsafeRawPointer(other.utf8Start)) }
    }

    /// The caller vouches for as many bytes at the address as the buffer has.
    @inline(__always)
    @unsafe private static func isSame(_ bytes: UnsafeRawBufferPointer, _ other: UnsafeRawPointer?) -> Bool {
        guard let start = bytes.baseAddress, let other = unsafe other else { return bytes.count == 0 }
        return unsafe memcmp(start, other, bytes.count) == 0
    }
}
