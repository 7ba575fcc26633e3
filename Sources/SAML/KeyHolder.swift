import CedarSyntax

/// Whoever presented a certificate, compared with the keys that a confirmation names (SAML Profiles section 3.1, SAML
/// Holder-of-Key Web Browser SSO section 2.4).
///
/// A key is named by its certificate or by its value. Names, fingerprints and references are not followed: what they lead
/// to would depend on more than the signed octets.
struct KeyHolder {
    private let certificate: [UInt8]
    private let key: PublicKey?

    /// Takes a certificate in DER.
    init(certificate: [UInt8]) {
        self.certificate = certificate
        key = PublicKey(certificate: certificate)
    }

    /// Whether one of the `KeyInfo` elements of some confirmation data names the holder's key.
    func isNamed(by data: Int, _ tree: XMLTree) -> Bool {
        tree.children(of: data, named: "KeyInfo", .signature).contains { isNamed(byInfo: $0, tree) }
    }

    /// One `KeyInfo` is about one key: it counts when something in it names the holder's, nothing in it names another, and
    /// nothing stands in it that cannot be compared.
    private func isNamed(byInfo info: Int, _ tree: XMLTree) -> Bool {
        guard tree.hasOnlyElements(info) else { return false }
        var isNamed = false
        for part in tree.children(of: info) {
            if tree.has(part, "X509Data", .signature) {
                // Others in it may be of the chain above the certificate.
                let certificates = tree.children(of: part, named: "X509Certificate", .signature)
                guard certificates.contains(where: { isCertificate($0, tree) }) else { return false }
            } else if tree.has(part, "KeyValue", .signature) {
                guard isValue(part, tree) else { return false }
            } else {
                return false
            }
            isNamed = true
        }
        return isNamed
    }

    private func isCertificate(_ index: Int, _ tree: XMLTree) -> Bool {
        tree.isLeaf(index) && SAMLBase64.decode(tree[index].text) == certificate
    }

    /// `KeyValue` (XML Signature section 4.5.2) with an RSA key or a point on a named curve.
    private func isValue(_ index: Int, _ tree: XMLTree) -> Bool {
        let values = tree.children(of: index)
        guard let key, values.count == 1, let value = values.first, tree.hasOnlyElements(index),
            tree.hasOnlyElements(value)
        else { return false }
        let parts = tree.children(of: value)
        guard parts.count == 2 else { return false }
        if tree.has(value, "RSAKeyValue", .signature) {
            guard tree.has(parts[0], "Modulus", .signature), tree.has(parts[1], "Exponent", .signature),
                let modulus = bytes(parts[0], tree), let exponent = bytes(parts[1], tree)
            else { return false }
            return key.isRSA(modulus: modulus, exponent: exponent)
        }
        guard tree.has(value, "ECKeyValue", .signature11), tree.has(parts[0], "NamedCurve", .signature11),
            tree.has(parts[1], "PublicKey", .signature11), tree.isLeaf(parts[0]), tree.hasOnlyElements(parts[0]),
            let curve = tree.attribute("URI", of: parts[0]).flatMap({ NamedCurve(address: $0) }),
            let point = bytes(parts[1], tree)
        else { return false }
        return key.isPoint(point, on: curve)
    }

    private func bytes(_ index: Int, _ tree: XMLTree) -> [UInt8]? {
        guard tree.isLeaf(index), !tree[index].hasComment else { return nil }
        return SAMLBase64.decode(tree[index].text)
    }
}
