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
        var hash = SHA256()
        let files = bundles.flatMap(\.files).sorted { CedarString($0.path) < CedarString($1.path) }
        for file in files {
            hash.update(data: Array("\(file.path)\0\(file.source.bytes.count)\0".utf8))
            hash.update(data: file.source.bytes)
        }
        let digits = Array("0123456789abcdef")
        return "sha256:" + String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
