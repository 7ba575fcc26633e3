/// Certificates as text: PEM (RFC 7468 section 5), or the bare base64 that metadata has.
package enum CertificateText {
    /// The certificates of a text in DER; `nil` when there is none, or one cannot be read.
    package static func read(_ text: [UInt8]) -> [[UInt8]]? {
        let lines = text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        let begin = Array("-----BEGIN ".utf8)
        guard lines.contains(where: { $0.starts(with: begin) }) else {
            guard let bytes = SAMLBase64.decode(text), !bytes.isEmpty else { return nil }
            return [bytes]
        }
        var result: [[UInt8]] = []
        var body: [UInt8]?
        for line in lines {
            if line.starts(with: begin) {
                body = line.starts(with: Array("-----BEGIN CERTIFICATE-----".utf8)) ? [] : nil
            } else if line.starts(with: Array("-----END ".utf8)) {
                if let content = body {
                    guard let bytes = SAMLBase64.decode(content), !bytes.isEmpty else { return nil }
                    result.append(bytes)
                }
                body = nil
            } else {
                body?.append(contentsOf: line)
            }
        }
        return result.isEmpty ? nil : result
    }
}
