import Crypto
import Foundation

extension Mint {
    private static func transform(_ name: String, _ content: String = "") -> String {
        "<ds:Transform Algorithm=\"\(name)\">\(content)</ds:Transform>"
    }

    private static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }

    /// Signatures that are missing, wrong, by others, or made with what the profile does not have.
    var signatures: [MintedCase] {
        let signed = forge
        let stranger: MessageForge = {
            var forge = self.forge
            forge.signer = .stranger
            return forge
        }()
        let p256: MessageForge = {
            var forge = self.forge
            forge.signer = .p256
            return forge
        }()
        let real =
            "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
            + "\(Base64Text.encode(Signer.rsa.certificate))</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        let weak = forge
        let hints =
            "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
            + "\(Base64Text.encode(Signer.stranger.certificate))</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        var cases = [
            MintedCase("unsigned", signed.response(signed.assertion), "sig.missing"),
            MintedCase(
                "stripped", forge.signedResponse(signed.assertion).removing("<ds:Signature", "</ds:Signature>"),
                "sig.missing"),
            MintedCase(
                "tampered-attribute", signed.message.replacingFirst(">staff<", with: ">admin<"), "sig.digest_mismatch"),
            MintedCase(
                "tampered-response",
                signed.signedResponse(signed.assertion).replacingFirst("_request-1", with: "_request-2"), ""),
            MintedCase(
                "tampered-value", signed.message.replacingFirst("<ds:SignatureValue>", with: "<ds:SignatureValue>AAAA"),
                "sig.value_invalid"),
            MintedCase(
                "empty-value",
                signed.message.replacingContent(of: "ds:SignatureValue", with: ""), "sig"),
            MintedCase(
                "digest-of-nothing",
                signed.message.replacingContent(of: "ds:DigestValue", with: Base64Text.encode(Self.digest(""))),
                "sig.value_invalid"),
            MintedCase("stranger", stranger.message, "sig.value_invalid"),
            MintedCase("stranger-hints", stranger.message { $0.extra = hints }, "sig.value_invalid"),
            MintedCase("stranger-real-hints", stranger.message { $0.extra = real }, "sig.value_invalid"),
            MintedCase("wrong-key-type", p256.message, "sig.key_type"),
            MintedCase(
                "weak-key", weak.message { $0.sign = WeakSigner.sign }, "sig.weak_key"
            ) { $0.certificates = ["weak"] },
            MintedCase(
                "sha1",
                signed.message {
                    $0.algorithm = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
                    $0.sign = Signer.signSHA1
                }, "sig.sha1"),
            MintedCase(
                "sha1-digest",
                signed.message {
                    $0.digestAlgorithm = "http://www.w3.org/2000/09/xmldsig#sha1"
                    $0.digest = Array(Insecure.SHA1.hash(data: Data(signed.assertion.utf8)))
                }, "sig.sha1"),
            MintedCase(
                "md5-digest",
                signed.message {
                    $0.digestAlgorithm = "http://www.w3.org/2001/04/xmldsig-more#md5"
                    $0.digest = Array(Insecure.MD5.hash(data: Data(signed.assertion.utf8)))
                }, "sig.digest_alg"),
            MintedCase(
                "digest-comment",
                signed.message.replacingFirst("<ds:DigestValue>", with: "<ds:DigestValue><!-- x -->"),
                "sig.digest_comment"),
            MintedCase(
                "information-first",
                signed.message.replacingFirst(
                    "<ds:SignedInfo>", with: "<ds:SignedInfo></ds:SignedInfo><ds:SignedInfo>"),
                "sig.structure"),
            MintedCase(
                "information-last",
                signed.message.replacingFirst(
                    "</ds:SignedInfo>", with: "</ds:SignedInfo><ds:SignedInfo></ds:SignedInfo>"),
                "sig.structure"),
            MintedCase(
                "two-values",
                signed.message.replacingFirst(
                    "</ds:SignatureValue>", with: "</ds:SignatureValue><ds:SignatureValue>AAAA</ds:SignatureValue>"),
                "sig.structure"),
            MintedCase(
                "digest-in-status",
                signed.response(signed.signedAssertion.replacingFirst("alice@", with: "admin@")).replacingFirst(
                    "</samlp:Status>",
                    with: "<samlp:StatusDetail><ds:DigestValue xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
                        + Base64Text.encode(Self.digest(signed.assertion.replacingFirst("alice@", with: "admin@")))
                        + "</ds:DigestValue></samlp:StatusDetail></samlp:Status>"), "sig.digest_mismatch"),
            MintedCase(
                "two-signatures",
                signed.response(
                    signed.inserting(
                        signed.signature(over: signed.assertion, id: signed.assertionID), into: signed.signedAssertion)),
                "sig.multiple"),
            MintedCase(
                "no-key", signed.message, "key.missing"
            ) { $0.certificates = [] },
        ]
        let pem = Data(CertificateForge.pem(Signer.rsa.certificate).utf8)
        let secrets = [
            ("pem", pem), ("der", Data(Signer.rsa.certificate)), ("spki", Data(Signer.rsa.publicKeyDER)),
        ]
        for (name, secret) in secrets {
            cases.append(
                MintedCase(
                    "hmac-\(name)",
                    signed.message {
                        $0.algorithm = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
                        $0.sign = {
                            Data(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: secret)))
                        }
                    }, "sig.sig_alg"))
        }
        return cases
    }

    /// References and transforms that select something else than the signature's parent.
    var references: [MintedCase] {
        let signed = forge
        let id = signed.assertionID
        let enveloped = Self.transform(MessageForge.enveloped)
        let exclusive = Self.transform(MessageForge.exclusive)
        let xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116"
        let nameless = signed.assertion.removing("<saml:Subject>", "</saml:Subject>")
        let addresses: [(String, String?, String)] = [
            ("absent", nil, "sig.reference_uri"), ("root", "#xpointer(/)", "sig.reference_uri"),
            ("xpointer", "#xpointer(id('\(id)'))", "sig.reference_uri"),
            ("injection", "#x')|id('\(id)", "sig.reference_uri"), ("two", "#_x \(id)", "sig.reference_uri"),
            ("file", "file:///etc/passwd", "sig.reference_uri"), ("http", "http://127.0.0.1/", "sig.reference_uri"),
            ("nobody", "#_nobody", "sig.reference_unresolved"), ("hash", "#", "sig.reference_uri"),
        ]
        let transforms: [(String, String, [UInt8]?)] = [
            ("none", "", nil), ("no-enveloped", exclusive, nil), ("order", exclusive + enveloped, nil),
            ("many", enveloped + String(repeating: exclusive, count: 9), nil),
            ("xslt", enveloped + Self.transform("http://www.w3.org/TR/1999/REC-xslt-19991116"), nil),
            ("base64", enveloped + Self.transform("http://www.w3.org/2000/09/xmldsig#base64"), nil),
            (
                "xpath-false",
                enveloped + Self.transform(xpath, "<ds:XPath>false()</ds:XPath>") + exclusive, Self.digest("")
            ),
            (
                "xpath-subject",
                enveloped
                    + Self.transform(
                        xpath, "<ds:XPath>not(ancestor-or-self::*[local-name()='Subject'])</ds:XPath>") + exclusive,
                Self.digest(nameless)
            ),
            (
                "filter2",
                enveloped + Self.transform("http://www.w3.org/2002/06/xmldsig-filter2") + exclusive, nil
            ),
        ]
        var cases = addresses.map { name, address, code in
            MintedCase("reference-\(name)", signed.message { $0.reference = address }, code)
        }
        cases += transforms.map { name, text, digest in
            MintedCase(
                "transform-\(name)",
                signed.message {
                    $0.transforms = text
                    $0.digest = digest ?? $0.digest
                }, "sig.transform")
        }
        cases.append(
            MintedCase(
                "two-references",
                signed.message { $0.moreReferences = $0.referenceText }, "sig.reference_count"))
        cases.append(
            MintedCase(
                "no-reference",
                signed.message.removing("<ds:Reference", "</ds:Reference>"), "sig.reference_count"))
        return cases
    }
}

extension String {
    /// The text without the first part from one text through another.
    func removing(_ start: String, _ end: String) -> String {
        guard let first = range(of: start), let last = self[first.upperBound...].range(of: end) else { return self }
        return replacingCharacters(in: first.lowerBound..<last.upperBound, with: "")
    }

    /// The text with other content in the first element of a name.
    func replacingContent(of name: String, with content: String) -> String {
        guard let first = range(of: "<\(name)>"), let last = self[first.upperBound...].range(of: "</\(name)>") else {
            return self
        }
        return replacingCharacters(in: first.upperBound..<last.lowerBound, with: content)
    }
}
