extension MessageForge {
    /// Metadata of the provider with some certificates in DER, in canonical form.
    /// - Parameters:
    ///   - end: until when it is valid, in milliseconds; `nil` for no end.
    ///   - cacheDuration: how long it asks to be kept.
    ///   - isSigned: whether the forge's signer signs it.
    package func metadata(
        _ certificates: [[UInt8]], end: Int64? = nil, cacheDuration: String? = nil, isSigned: Bool = true
    ) -> String {
        let keys = certificates.map { certificate in
            "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>"
                + "<ds:X509Certificate>\(Base64Text.encode(certificate))</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
                + "</md:KeyDescriptor>"
        }
        let text =
            "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_m\""
            + (cacheDuration.map { " cacheDuration=\"\($0)\"" } ?? "") + " entityID=\"\(provider)\""
            + (end.map { " validUntil=\"\(Self.time($0))\"" } ?? "") + "><md:IDPSSODescriptor "
            + "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\(keys.joined())"
            + "</md:IDPSSODescriptor></md:EntityDescriptor>"
        guard isSigned else { return text }
        return text.replacingFirst("<md:IDPSSO", with: signature(over: text, id: "_m") + "<md:IDPSSO")
    }
}
