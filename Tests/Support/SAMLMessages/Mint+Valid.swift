import Crypto
import Foundation

extension Mint {
    /// What honest providers send, and what is tolerated where a flag says so.
    var validForms: [MintedCase] {
        signatureForms + profileForms + textForms + toleratedForms
    }

    private func changed(_ change: (inout MessageForge) -> Void) -> MessageForge {
        var forge = self.forge
        change(&forge)
        return forge
    }

    private var signatureForms: [MintedCase] {
        let rsa = forge
        let next = changed { $0.signer = .rsaNext }
        let p256 = changed { $0.signer = .p256 }
        let p384 = changed { $0.signer = .p384 }
        let sha512 = forge
        let digest = Array(SHA512.hash(data: Data(sha512.assertion.utf8)))
        let prefixes =
            "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"saml\">"
            + "</ec:InclusiveNamespaces>"
        return [
            .valid("assertion-signed", rsa.message),
            .valid("response-signed", forge.signedResponse(rsa.assertion)),
            .valid("both-signed", forge.signedResponse(rsa.signedAssertion)),
            .valid("ecdsa-p256", p256.message) { $0.certificates = ["p256"] },
            .valid("ecdsa-p384", p384.message) { $0.certificates = ["p384"] },
            .valid("rollover-old", rsa.message) { $0.certificates = ["next", "rsa"] },
            .valid("rollover-new", next.message) { $0.certificates = ["rsa", "next"] },
            .valid(
                "sha512",
                sha512.message {
                    $0.algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
                    $0.digestAlgorithm = "http://www.w3.org/2001/04/xmlenc#sha512"
                    $0.digest = digest
                    $0.sign = Signer.signSHA512
                }),
            .valid(
                "inclusive-prefixes",
                rsa.message {
                    $0.transforms =
                        "<ds:Transform Algorithm=\"\(MessageForge.enveloped)\"></ds:Transform>"
                        + "<ds:Transform Algorithm=\"\(MessageForge.exclusive)\">\(prefixes)</ds:Transform>"
                }),
            .policy(
                "valid-rsa-pss", changed { $0.signer = .rsaPSS }.message, "sig.no_second_opinion",
                flag: "cross_check=false"),
            .policy("valid-expired-certificate", rsa.message, "key.cert_expired", flag: "check_cert_validity") {
                $0.certificates = ["expired"]
                $0.unflagged = "accept"
            },
        ]
    }

    private var profileForms: [MintedCase] {
        let audience = "<saml:Audience>https://other.example.org</saml:Audience>"
        let holder =
            "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:holder-of-key\">"
            + "</saml:SubjectConfirmation>"
        let unsolicited = changed { $0.requestID = nil }
        let late = changed {
            $0.end = now - 30_000
            $0.confirmationEnd = now - 30_000
        }
        return [
            .valid("two-audiences", forge.message(replacing: "<saml:Audience>", with: audience + "<saml:Audience>")),
            .valid(
                "two-restrictions",
                forge.message(
                    replacing: "</saml:AudienceRestriction>",
                    with: "</saml:AudienceRestriction><saml:AudienceRestriction>\(audience)<saml:Audience>"
                        + "\(forge.audience)</saml:Audience></saml:AudienceRestriction>")),
            .valid(
                "two-confirmations", forge.message(replacing: "<saml:SubjectConf", with: holder + "<saml:SubjectConf")),
            .valid("one-time-use", changed { $0.conditions = "<saml:OneTimeUse></saml:OneTimeUse>" }.message),
            .valid(
                "proxy-restriction",
                changed { $0.conditions = "<saml:ProxyRestriction Count=\"0\"></saml:ProxyRestriction>" }.message),
            .valid("unsolicited", unsolicited.message) { $0.requestID = nil },
            .valid(
                "no-destination", forge.message.replacingFirst(" Destination=\"\(forge.recipient)\"", with: "")),
            .valid("fractions", forge.message(replacing: "Z\" Version", with: ".123456Z\" Version")),
            .valid("offset", forge.message(replacing: offset(forge.issued), with: offsetText(forge.issued))),
            .valid("within-skew", late.message),
            .valid("digit-id", changed { $0.assertionID = "0a.b-c_" + MessageForge.random() }.message),
            .valid(
                "session",
                forge.message(
                    replacing: "SessionIndex=\"_s\"",
                    with: "SessionIndex=\"_s\" SessionNotOnOrAfter=\"\(MessageForge.time(now + 3_600_000))\"")),
            .valid(
                "advice",
                forge.message(
                    replacing: "<saml:AuthnStatement",
                    with: "<saml:Advice>\(nested(evil(forge)))</saml:Advice><saml:AuthnStatement")),
        ]
    }

    private func offset(_ time: Int64) -> String { "IssueInstant=\"\(MessageForge.time(time))\"" }

    private func offsetText(_ time: Int64) -> String {
        "IssueInstant=\"\(MessageForge.time(time + 7_200_000).dropLast())+02:00\""
    }

    private var textForms: [MintedCase] {
        let named = changed { $0.nameID = "alice@example.com.evil.example" }.message
        let full = "alice@example.com.evil.example"
        let composed = changed { $0.nameID = "jose\u{301}@example.com" }
        let groups = (0..<500).map { "group-\($0)-\(MessageForge.random())" }
        return [
            .valid("comment-in-name", named.replacingFirst(".evil", with: "<!-- x -->.evil")) { $0.nameID = full },
            .valid("cdata-in-name", named.replacingFirst("alice@example.com", with: "<![CDATA[alice@example.com]]>")) {
                $0.nameID = full
            },
            .valid(
                "comment-in-attribute", forge.message.replacingFirst(">staff<", with: ">st<!-- -->aff<")),
            .valid("character-references", forge.message.replacingFirst("alice@", with: "&#x61;lice&#64;")),
            .valid("decomposed", composed.message) { $0.nameID = "jose\u{301}@example.com" },
            .valid("many-groups", changed { $0.statements = MessageForge.attribute("groups", groups) }.message),
            .valid(
                "spaced",
                forge.message(replacing: "<saml:Subject>", with: "\n  <saml:Subject>\n    ")
                    .replacingFirst("<samlp:Status>", with: "\n <samlp:Status> ")),
            .valid("declaration", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + forge.message),
            .valid("mark", "\u{FEFF}" + forge.message),
            .valid(
                "two-formats",
                changed {
                    $0.statements += MessageForge.attribute("mail", ["c@d.example"], format: "urn:other")
                }.message),
        ]
    }

    private var toleratedForms: [MintedCase] {
        let duplicate = changed { $0.statements += MessageForge.attribute("mail", ["c@d.example"]) }
        let inclusive = forge
        let protocols = " xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\""
        let inherited = inclusive.assertion.replacingFirst(
            "xmlns:saml=\"\(MessageForge.samlNamespace)\"",
            with: "xmlns:saml=\"\(MessageForge.samlNamespace)\"" + protocols)
        let name = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
        let whole = forge
        let text = whole.response(whole.assertion)
        return [
            .policy("attribute-twice", duplicate.message, "attr.duplicate", flag: "merge_duplicate_attributes"),
            .policy(
                "inclusive-transform",
                inclusive.message {
                    $0.transforms =
                        "<ds:Transform Algorithm=\"\(MessageForge.enveloped)\"></ds:Transform>"
                        + "<ds:Transform Algorithm=\"\(name)\"></ds:Transform>"
                    $0.digest = Array(SHA256.hash(data: Data(inherited.utf8)))
                }, "sig.transform", flag: "allow_inclusive_c14n"),
            .policy(
                "enveloped-only",
                inclusive.message {
                    $0.transforms = "<ds:Transform Algorithm=\"\(MessageForge.enveloped)\"></ds:Transform>"
                    $0.digest = Array(SHA256.hash(data: Data(inherited.utf8)))
                }, "sig.transform", flag: "allow_inclusive_c14n"),
            .policy(
                "inclusive-information",
                inclusive.message {
                    $0.canonicalization = SignatureParts.canonicalization(name)
                    $0.canonical = { info in
                        info.replacingFirst(
                            "xmldsig#\"",
                            with: "xmldsig#\" xmlns:saml=\"\(MessageForge.samlNamespace)\"" + protocols)
                    }
                }, "sig.c14n_alg", flag: "allow_inclusive_c14n"),
            .policy(
                "reference-empty", whole.signed(text, id: whole.responseID) { $0.reference = "" },
                "sig.reference_uri", flag: "allow_empty_reference_uri"),
            .policy(
                "no-destination-signed",
                unaddressed(forge), "destination.missing", flag: "tolerate_missing_destination"),
        ]
    }

    /// An element as it is in canonical form within an assertion, where its namespace is declared already.
    private func nested(_ element: String) -> String {
        element.replacingFirst(" xmlns:saml=\"\(MessageForge.samlNamespace)\"", with: "")
    }

    private func unaddressed(_ forge: MessageForge) -> String {
        let text = forge.response(forge.assertion).replacingFirst(" Destination=\"\(forge.recipient)\"", with: "")
        return forge.signed(text, id: forge.responseID)
    }
}
