/// A string with Cedar's equality: two strings are equal when their Unicode scalars are.
///
/// Swift's `String` compares by canonical equivalence, so that a precomposed and a decomposed `é` are equal; in Cedar
/// they differ, and a policy engine that confuses them confuses identities. Ordering is by UTF-8 bytes, which is also
/// the order of scalars.
public struct CedarString: Hashable, Comparable, Sendable {
    /// The text.
    ///
    /// Do not compare it with `==`.
    public let text: String

    /// Wraps a text.
    public init(_ text: String) {
        self.text = text
    }

    /// Decodes UTF-8 bytes, which the caller has checked.
    public init(utf8 bytes: some Collection<UInt8>) {
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// The UTF-8 form.
    public var utf8: String.UTF8View { text.utf8 }

    /// Whether there is no character at all.
    public var isEmpty: Bool { text.isEmpty }

    /// Equality of the UTF-8 bytes.
    public static func == (left: CedarString, right: CedarString) -> Bool {
        let first = left.text.utf8.span
        let second = right.text.utf8.span
        guard first.count == second.count else { return false }
        var at = 0
        while at &+ 8 <= first.count {
            // Safe: both spans have the eight bytes, and every bit pattern is a UInt64.
            let isEqual =
                unsafe first.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
                == second.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
            if !isEqual { return false }
            at &+= 8
        }
        while at < first.count {
            if first[at] != second[at] { return false }
            at &+= 1
        }
        return true
    }

    /// Order of the UTF-8 bytes.
    public static func < (left: CedarString, right: CedarString) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// Hashes the UTF-8 bytes with the process's random seed, so that callers cannot choose collisions.
    public func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { bytes in
            // Safe: the buffer is only read while the closure runs.
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        hasher.combine(0xFF as UInt8)
    }
}

extension CedarString: ExpressibleByStringLiteral, CustomStringConvertible {
    /// Wraps a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The text itself.
    public var description: String { text }
}
