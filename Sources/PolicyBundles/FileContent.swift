import Glibc

/// Reads files.
enum FileContent {
    /// Up to so many bytes of a file; `nil` when it cannot be read.
    ///
    /// - Parameter expected: how many bytes it has as far as is known.
    static func read(_ path: String, expected: Int, limit: Int) -> [UInt8]? {
        // Safe: the call reads the path up to the zero byte behind it.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        // One byte more than expected, so that the end is met in the first piece.
        var room = min(expected, limit - 1) + 1
        while bytes.count < limit {
            guard let piece = piece(of: file, upTo: room) else { return nil }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            if piece.count < room { break }
            room = min(max(bytes.count, 1 << 16), limit - bytes.count)
        }
        return bytes
    }

    /// The next bytes, fewer than asked for only at the end; `nil` when they cannot be read.
    private static func piece(of file: Int32, upTo count: Int) -> [UInt8]? {
        var isReadable = true
        // Safe: at most so many bytes are written behind the start of the memory, which has room for them, and exactly
        // those that were written are said to be there.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                guard let start = buffer.baseAddress else { break }
                let got = unsafe Glibc.read(file, start + filled, count - filled)
                if got == 0 { break }
                if got < 0 {
                    if errno == EINTR { continue }
                    isReadable = false
                    break
                }
                filled += got
            }
        }
        return isReadable ? bytes : nil
    }

    /// Whether two contents are the same.
    static func areSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        // Safe: both have so many bytes.
        return unsafe left.withUnsafeBytes { first in
            unsafe right.withUnsafeBytes { second in
                guard let first = first.baseAddress, let second = second.baseAddress else { return true }
                return unsafe memcmp(first, second, left.count) == 0
            }
        }
    }
}
