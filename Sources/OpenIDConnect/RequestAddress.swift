/// The address of a request without query and fragment, in its normal form (RFC 9449 section 4.3, RFC 3986 section 6.2).
///
/// Scheme and host are in lower case, a default port is left out, dot segments are removed, and percent-encoding is
/// written in one way.
struct RequestAddress: Equatable {
    private let normal: [UInt8]

    /// Reads an absolute `http` or `https` address; `nil` for anything else, and with user information.
    init?(_ text: String) {
        guard text.utf8.count <= 8_192 else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            return nil
        }
        let scheme = Self.lowered(bytes[..<colon])
        let isSecure = scheme.elementsEqual("https".utf8)
        guard isSecure || scheme.elementsEqual("http".utf8),
            bytes[(colon + 1)...].starts(with: "//".utf8)
        else { return nil }
        let rest = bytes[(colon + 3)...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? rest.endIndex
        let slash = rest[..<end].firstIndex(of: UInt8(ascii: "/")) ?? end
        guard let authority = Self.authority(rest[..<slash], defaultPort: isSecure ? "443" : "80"),
            let path = Self.path(rest[slash..<end])
        else { return nil }
        normal = scheme + Array("://".utf8) + authority + path
    }

    private static func authority(_ bytes: ArraySlice<UInt8>, defaultPort: String) -> [UInt8]? {
        guard !bytes.isEmpty, !bytes.contains(UInt8(ascii: "@")) else { return nil }
        var host = bytes
        var port: ArraySlice<UInt8> = []
        let afterBracket = bytes.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? bytes.startIndex
        if let colon = bytes[afterBracket...].firstIndex(of: UInt8(ascii: ":")) {
            host = bytes[..<colon]
            port = bytes[(colon + 1)...]
            guard port.allSatisfy({ (0x30...0x39).contains($0) }), port.count <= 5 else { return nil }
        }
        guard !host.isEmpty, let normalHost = encoded(host) else { return nil }
        let lowered = lowered(normalHost[...])
        return port.isEmpty || port.elementsEqual(defaultPort.utf8) ? lowered : lowered + [UInt8(ascii: ":")] + port
    }

    /// An empty path is `/`; `.` and `..` are resolved.
    private static func path(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard let path = encoded(bytes) else { return nil }
        var segments: [ArraySlice<UInt8>] = []
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part.elementsEqual(".".utf8) {
                if isLast { segments.append([]) }
            } else if part.elementsEqual("..".utf8) {
                _ = segments.popLast()
                if isLast { segments.append([]) }
            } else {
                segments.append(part)
            }
        }
        return segments.isEmpty ? [UInt8(ascii: "/")] : segments.flatMap { [UInt8(ascii: "/")] + $0 }
    }

    /// Percent-encoding in one way: unreserved characters as they are, the digits of others in capitals.
    private static func encoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "%") else {
                output.append(byte)
                index += 1
                continue
            }
            guard index + 2 < bytes.endIndex, let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2]) else {
                return nil
            }
            let value = high << 4 | low
            if isUnreserved(value) {
                output.append(value)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                output += [UInt8(ascii: "%"), digits[Int(high)], digits[Int(low)]]
            }
            index += 3
        }
        return output
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static func lowered(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }
}
