import Foundation

extension Mint {
    private static let plain = " xmlns:saml=\"\(MessageForge.samlNamespace)\""

    /// Encrypted assertions, name ids and attributes as providers send them.
    var encryptedForms: [MintedCase] {
        var cases: [MintedCase] = []
        for (name, encrypter) in [
            ("256", Encrypter()), ("128", Encrypter(bits: 128)), ("192-sha1", Encrypter(usesSHA256: false, bits: 192)),
        ] {
            cases.append(.valid("encrypted-\(name)", forge.response(encrypter.encrypted(forge.signedAssertion))))
        }
        let encrypter = Encrypter()
        let named = forge
        let hidden = encrypter.encrypted(
            "<saml:NameID\(Self.plain)>alice@example.com</saml:NameID>", as: "EncryptedID"
        )
        .replacingOccurrences(of: Self.plain, with: "")
        let attribute = encrypter.encrypted(
            "<saml:Attribute\(Self.plain) Name=\"level\"><saml:AttributeValue>3</saml:AttributeValue></saml:Attribute>",
            as: "EncryptedAttribute"
        ).replacingOccurrences(of: Self.plain, with: "")
        var extended = forge
        extended.statements += attribute
        cases += [
            .valid("encrypted-in-signed", forge.signedResponse(encrypter.encrypted(forge.assertion))),
            .valid("encrypted-both", forge.signedResponse(encrypter.encrypted(forge.signedAssertion))),
            .valid("encrypted-sibling", forge.response(sibling(encrypter.encrypted(forge.signedAssertion)))),
            .valid(
                "encrypted-name",
                named.message(replacing: "<saml:NameID>alice@example.com</saml:NameID>", with: hidden)),
            .valid("encrypted-attribute", extended.message),
            .policy(
                "encrypted-cbc-in-signed", forge.signedResponse(encrypter.encryptedCBC(forge.assertion)), "enc.cbc",
                flag: "allow_cbc"),
        ]
        return cases
    }

    /// The encrypted key beside the data, and a reference to it in the data.
    private func sibling(_ element: String) -> String {
        guard let start = element.range(of: "<xenc:EncryptedKey>"), let end = element.range(of: "</xenc:EncryptedKey>")
        else { return element }
        let key = element[start.lowerBound..<end.upperBound]
        let reference =
            "<ds:RetrievalMethod Type=\"http://www.w3.org/2001/04/xmlenc#EncryptedKey\" URI=\"#_key\">"
            + "</ds:RetrievalMethod>"
        let own =
            "<xenc:EncryptedKey xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" "
            + "xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Id=\"_key\">"
        return element.replacingOccurrences(of: key, with: reference).replacingFirst(
            "</xenc:EncryptedData>",
            with: "</xenc:EncryptedData>" + key.replacingOccurrences(of: "<xenc:EncryptedKey>", with: own))
    }

    /// Encryption that is weak, of the wrong thing, or by anybody.
    var encryptions: [MintedCase] {
        let encrypter = Encrypter()
        let signed = forge
        let good = encrypter.encrypted(signed.signedAssertion)
        var stranger = forge
        stranger.signer = .stranger
        let twin = forge
        func algorithm(_ from: String, _ to: String) -> String {
            signed.response(good.replacingFirst(from, with: to))
        }
        let marker = "<xenc:CipherData><xenc:CipherValue>"
        return [
            MintedCase("encrypted-only", signed.response(encrypter.encrypted(signed.assertion)), "sig.missing"),
            MintedCase(
                "encrypted-by-stranger", stranger.response(encrypter.encrypted(stranger.signedAssertion)),
                "sig.value_invalid"),
            MintedCase("encrypted-cbc", signed.response(encrypter.encryptedCBC(signed.signedAssertion)), "enc.cbc"),
            MintedCase(
                "encrypted-3des",
                algorithm("2009/xmlenc11#aes256-gcm", "2001/04/xmlenc#tripledes-cbc"), "enc.form"),
            MintedCase(
                "encrypted-rsa15", algorithm("2009/xmlenc11#rsa-oaep", "2001/04/xmlenc#rsa-1_5"), "enc.rsa15"),
            MintedCase(
                "encrypted-changed", signed.response(good.replacingLast(marker, with: marker + "AAAA")), "enc.failed"),
            MintedCase(
                "encrypted-key-changed", signed.response(good.replacingFirst(marker, with: marker + "AAAA")),
                "enc.failed"),
            MintedCase(
                "encrypted-reference",
                signed.response(
                    good.replacingLast(
                        marker,
                        with: "<xenc:CipherData><xenc:CipherReference URI=\"file:///etc/passwd\">"
                            + "</xenc:CipherReference></xenc:CipherData>" + marker)), "enc.form"),
            MintedCase(
                "encrypted-retrieval",
                signed.response(
                    good.replacingFirst(
                        "<xenc:EncryptedKey>",
                        with: "<ds:RetrievalMethod URI=\"http://127.0.0.1/key\"></ds:RetrievalMethod>"
                            + "<xenc:EncryptedKey>")), "enc.form"),
            MintedCase(
                "encrypted-doctype",
                signed.response(encrypter.encrypted("<!DOCTYPE x>" + signed.signedAssertion)), "xml.doctype"),
            MintedCase(
                "encrypted-two",
                signed.response(encrypter.encrypted(signed.signedAssertion + signed.signedAssertion)), ""),
            MintedCase(
                "encrypted-other-element",
                signed.response(encrypter.encrypted("<saml:NameID\(Self.plain)>x</saml:NameID>")), "enc.plaintext"),
            MintedCase("encrypted-text", signed.response(encrypter.encrypted("text")), ""),
            MintedCase(
                "encrypted-same-id",
                twin.response(encrypter.encrypted(twin.signedAssertion)).replacingFirst(
                    "<samlp:Status>", with: "<samlp:Status ID=\"\(twin.assertionID)\">"), "id.duplicate"),
            MintedCase(
                "encrypted-beside",
                signed.response(good + evil(signed)), "saml.assertion_count"),
        ]
    }
}

extension String {
    /// The text with the last occurrence of a part replaced.
    func replacingLast(_ part: String, with other: String) -> String {
        guard let range = range(of: part, options: .backwards) else { return self }
        return replacingCharacters(in: range, with: other)
    }
}
