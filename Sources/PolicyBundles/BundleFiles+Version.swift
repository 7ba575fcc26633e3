import CedarSyntax
import Crypto

extension BundleFiles {
    /// The version of these files alone.
    package var version: String { Self.version(of: [self]) }

    /// The version of an application and its includes: `sha256:` and 64 hexadecimal digits.
    ///
    /// SHA-256 over all files in the byte order of their paths; of each file its path, a zero byte, its length in
    /// decimal digits, a zero byte, and its bytes. The length makes it impossible to move bytes from one file to the
    /// next without changing the version.
    package static func version(of bundles: [BundleFiles]) -> String {
        var states = VersionStates()
        return states.version(of: bundles.flatMap(\.files).sorted { CedarString($0.path) < CedarString($1.path) })
    }

    /// The version of these files alone, from the first file on that is not one of those that were hashed before.
    func version(knowing states: inout VersionStates) -> String { states.version(of: files) }
}

/// The state of the hash behind each file of a bundle, so that the next version begins where files differ.
struct VersionStates: Sendable {
    private var states: [(file: SourceFile, hash: SHA256)] = []

    /// The version of files in the order of their paths.
    fileprivate mutating func version(of files: [BundleFiles.File]) -> String {
        let same = zip(states, files).prefix { known, file in
            known.file.name.utf8.elementsEqual(file.path.utf8) && known.file.bytes == file.source.bytes
        }.count
        states.removeSubrange(same...)
        var hash = states.last?.hash ?? SHA256()
        for file in files.dropFirst(states.count) {
            hash.update(data: Array("\(file.path)\0\(file.source.bytes.count)\0".utf8))
            hash.update(data: file.source.bytes)
            states.append((file.source, hash))
        }
        let digits = Array("0123456789abcdef")
        return "sha256:" + String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
