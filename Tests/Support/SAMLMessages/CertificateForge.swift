/// Writes certificates for keys (RFC 5280 section 4.1), with signatures that nobody checks: trust lies in the file that
/// names a certificate.
package enum CertificateForge {
    /// A certificate for a public key in DER, valid from 2020 to 2049 unless other dates are given.
    package static func certificate(
        for publicKey: [UInt8], name: String = "provider",
        validity dates: (String, String) = ("200101000000Z", "491231235959Z")
    ) -> [UInt8] {
        let algorithm = der(0x30, [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02])
        let common = der(0x06, [0x55, 0x04, 0x03]) + der(0x0C, Array(name.utf8))
        let names = der(0x30, der(0x31, der(0x30, common)))
        let validity = der(0x30, der(0x17, Array(dates.0.utf8)) + der(0x17, Array(dates.1.utf8)))
        let content =
            der(0xA0, der(0x02, [2])) + der(0x02, [1]) + algorithm + names + validity + names + publicKey
        return der(0x30, der(0x30, content) + algorithm + der(0x03, [0, 0x30, 0x06, 2, 1, 1, 2, 1, 1]))
    }

    /// A certificate in PEM.
    package static func pem(_ certificate: [UInt8]) -> String {
        let text = Array(Base64Text.encode(certificate))
        let lines = stride(from: 0, to: text.count, by: 64).map { String(text[$0..<min($0 + 64, text.count)]) }
        return "-----BEGIN CERTIFICATE-----\n\(lines.joined(separator: "\n"))\n-----END CERTIFICATE-----\n"
    }

    /// A value with its tag and length.
    package static func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(rest & 0xFF), at: 0)
            rest >>= 8
        }
        let header: [UInt8] = content.count < 128 ? [UInt8(content.count)] : [0x80 | UInt8(length.count)] + length
        return [tag] + header + content
    }
}
