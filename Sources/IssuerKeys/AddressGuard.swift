package import NIOCore

/// Tells addresses of the public internet from all others.
package enum AddressGuard {
    /// What an address is.
    package enum Kind: Sendable {
        /// An address of the public internet.
        case external
        /// This machine.
        case loopback
        /// A private network (RFC 1918, RFC 4193, RFC 6598).
        case privateNetwork
        /// Anything else: link-local with the metadata services of clouds, multicast, reserved, no IP at all.
        case forbidden
    }

    /// What an address is.
    package static func kind(of address: SocketAddress) -> Kind {
        switch address {
        case .v4: kind(v4: bytes(of: address, at: 4, count: 4))
        case .v6: kind(v6: bytes(of: address, at: 8, count: 16))
        case .unixDomainSocket: .forbidden
        }
    }

    /// The bytes of the address within the form that the system has for it: behind family and port, and in IPv6 also
    /// behind the flow label.
    private static func bytes(of address: SocketAddress, at offset: Int, count: Int) -> [UInt8] {
        // Safe: the structure is longer than what is read, which is checked, and lives while the closure runs.
        unsafe address.withSockAddr { pointer, size in
            guard size >= offset + count else { return [UInt8](repeating: 0, count: count) }
            let raw = unsafe UnsafeRawBufferPointer(start: pointer, count: size)
            return unsafe Array(raw[offset..<offset + count])
        }
    }

    /// Whether a policy lets a server be called at an address.
    package static func allows(_ address: SocketAddress, _ policy: KeyFetchPolicy) -> Bool {
        switch kind(of: address) {
        case .external: true
        case .loopback: policy.allowsLoopback
        case .privateNetwork: policy.allowsPrivateNetworks
        case .forbidden: false
        }
    }

    /// IPv4, after the registry of special-purpose addresses (RFC 6890).
    static func kind(v4 bytes: [UInt8]) -> Kind {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (127, _, _): .loopback
        case (10, _, _), (172, 16...31, _), (192, 168, _), (100, 64...127, _): .privateNetwork
        case (0, _, _), (169, 254, _), (192, 0, 0), (192, 0, 2), (198, 18...19, _), (198, 51, 100), (203, 0, 113),
            (192, 88, 99), (224..., _, _):
            .forbidden
        default: .external
        }
    }

    /// IPv6: only global unicast is public, and what embeds an IPv4 address is as good as that one.
    static func kind(v6 bytes: [UInt8]) -> Kind {
        let isZero = bytes[0..<10].allSatisfy { $0 == 0 }
        if isZero, bytes[10] == 0xFF, bytes[11] == 0xFF { return kind(v4: Array(bytes[12...])) }
        if isZero, bytes[10...14].allSatisfy({ $0 == 0 }), bytes[15] == 1 { return .loopback }
        if bytes[0] & 0xFE == 0xFC { return .privateNetwork }
        // 64:ff9b::/96, which translates to IPv4 (RFC 6052), and 6to4 (RFC 3056).
        if bytes[0...3] == [0x00, 0x64, 0xFF, 0x9B], bytes[4..<12].allSatisfy({ $0 == 0 }) {
            return kind(v4: Array(bytes[12...]))
        }
        if bytes[0...1] == [0x20, 0x02] { return kind(v4: Array(bytes[2...5])) }
        // Teredo and documentation.
        if bytes[0...3] == [0x20, 0x01, 0x00, 0x00] || bytes[0...3] == [0x20, 0x01, 0x0D, 0xB8] { return .forbidden }
        return bytes[0] & 0xE0 == 0x20 ? .external : .forbidden
    }
}
