/// An IPv4 or IPv6 address with a prefix length: Cedar's `ipaddr`.
///
/// The prefix makes it a range, but the address keeps its host bits, and equality looks at both:
/// `10.0.0.1/24` and `10.0.0.0/24` differ though they are the same range.
public struct IPAddress: Hashable, Sendable {
    /// The version of the Internet Protocol.
    public enum Family: UInt8, Hashable, Sendable {
        /// IPv4, with 32 address bits.
        case v4
        /// IPv6, with 128 address bits.
        case v6

        /// The number of address bits, which is also the longest prefix.
        public var bitWidth: Int { self == .v4 ? 32 : 128 }
    }

    /// The first 64 bits of an IPv6 address; 0 in IPv4.
    ///
    /// Two halves keep the type at 24 bytes.
    public let high: UInt64

    /// The last 64 bits of an IPv6 address; the 32 bits of an IPv4 address.
    public let low: UInt64

    /// The version.
    public let family: Family

    /// How many leading bits are common to the range: 0 to 32 or 128.
    public let prefix: UInt8

    /// Joins 32 bits and a prefix; `nil` when the prefix exceeds 32.
    public init?(v4 bits: UInt32, prefix: Int = 32) {
        guard (0...Family.v4.bitWidth).contains(prefix) else { return nil }
        self.init(family: .v4, high: 0, low: UInt64(bits), prefix: UInt8(prefix))
    }

    /// Joins the two halves of 128 bits and a prefix; `nil` when the prefix exceeds 128.
    public init?(v6 high: UInt64, _ low: UInt64, prefix: Int = 128) {
        guard (0...Family.v6.bitWidth).contains(prefix) else { return nil }
        self.init(family: .v6, high: high, low: low, prefix: UInt8(prefix))
    }

    /// The caller has checked that the prefix and the bits fit the family.
    init(family: Family, high: UInt64, low: UInt64, prefix: UInt8) {
        self.family = family
        self.high = high
        self.low = low
        self.prefix = prefix
    }

    /// Whether it is IPv4.
    public var isIPv4: Bool { family == .v4 }

    /// Whether it is IPv6.
    public var isIPv6: Bool { family == .v6 }

    /// Whether the whole range loops back: within `127.0.0.0/8`, or exactly `::1`.
    public var isLoopback: Bool {
        switch family {
        case .v4: prefix >= 8 && low >> 24 == 127
        case .v6: prefix == 128 && high == 0 && low == 1
        }
    }

    /// Whether the whole range is multicast: within `224.0.0.0/4` or `ff00::/8`.
    public var isMulticast: Bool {
        switch family {
        case .v4: prefix >= 4 && low >> 28 == 0b1110
        case .v6: prefix >= 8 && high >> 56 == 0xFF
        }
    }

    /// Whether every address of this range is one of the other's.
    ///
    /// An IPv4 range is in no IPv6 range, nor the reverse.
    public func isInRange(_ other: IPAddress) -> Bool {
        guard family == other.family, prefix >= other.prefix else { return false }
        let (highMask, lowMask) = other.mask
        return (high ^ other.high) & highMask == 0 && (low ^ other.low) & lowMask == 0
    }

    /// The bits that the prefix covers, as two halves.
    private var mask: (high: UInt64, low: UInt64) {
        // A shift by the whole width gives 0, as wanted for the prefix 0.
        let count = Int(prefix)
        switch family {
        case .v4: return (0, (UInt64(UInt32.max) << (32 - count)) & UInt64(UInt32.max))
        case .v6: return (UInt64.max << max(0, 64 - count), UInt64.max << min(64, 128 - count))
        }
    }
}
