import CedarModel
import CedarSyntax
import Foundation
import Identity
import OpenIDConnect
import SAML
import SAMLMessages
import Testing

/// Messages that attackers send, and messages that break a rule of the profile.
@Suite struct RefusalTests {
    // MARK: Wrapping

    /// Every way to put a forged assertion beside, around or into a signed one.
    static let wrappings: [(name: String, make: @Sendable (MessageForge) -> String)] = [
        ("unsigned", { $0.response($0.assertion) }),
        ("evil before", { $0.response(Self.evil($0) + $0.signedAssertion) }),
        ("evil behind", { $0.response($0.signedAssertion + Self.evil($0)) }),
        ("evil around", { $0.response(Self.evil($0, inside: "<saml:Advice>\($0.signedAssertion)</saml:Advice>")) }),
        (
            "evil with the signature",
            { forge in
                let signature = forge.signature(over: forge.assertion, id: forge.assertionID)
                return forge.response(forge.inserting(signature, into: Self.evil(forge)))
            }
        ),
        (
            "original in an object",
            { forge in
                let signature = forge.signature(
                    over: forge.assertion, id: forge.assertionID, extra: "<ds:Object>\(forge.assertion)</ds:Object>")
                return forge.response(forge.inserting(signature, into: Self.evil(forge)))
            }
        ),
        (
            "original in the key hints",
            { forge in
                let signature = forge.signature(
                    over: forge.assertion, id: forge.assertionID, extra: "<ds:KeyInfo>\(forge.assertion)</ds:KeyInfo>")
                return forge.response(forge.inserting(signature, into: Self.evil(forge)))
            }
        ),
        (
            "original in extensions",
            { forge in
                forge.response(Self.evil(forge)).replacingFirst(
                    "<samlp:Status>",
                    with: "<samlp:Extensions>\(forge.signedAssertion)</samlp:Extensions><samlp:Status>")
            }
        ),
        (
            "original in the status",
            { forge in
                forge.response(Self.evil(forge)).replacingFirst(
                    "</samlp:Status>",
                    with: "<samlp:StatusDetail>\(forge.signedAssertion)</samlp:StatusDetail></samlp:Status>")
            }
        ),
        (
            "response in response",
            { forge in
                forge.response(forge.response(forge.signedAssertion) + Self.evil(forge))
            }
        ),
        (
            "smuggled in an object",
            { forge in
                let text = forge.response(forge.assertion)
                let signature = forge.signature(
                    over: text, id: forge.responseID, extra: "<ds:Object>\(Self.evil(forge))</ds:Object>")
                return forge.inserting(signature, into: text)
            }
        ),
        (
            "same id",
            { forge in
                var evil = forge
                evil.nameID = "admin@example.com"
                return forge.response(evil.assertion + forge.signedAssertion)
            }
        ),
        (
            "an ancestor's signature",
            { forge in
                let text = forge.response(Self.evil(forge))
                let signature = forge.signature(over: text, id: forge.responseID)
                return forge.response(forge.inserting(signature, into: Self.evil(forge)))
            }
        ),
        (
            "look-alike namespace",
            { forge in
                forge.message.replacingOccurrences(
                    of: MessageForge.samlNamespace, with: MessageForge.samlNamespace + "#")
            }
        ),
    ]

    static func evil(_ forge: MessageForge, inside: String = "") -> String {
        var evil = forge
        evil.nameID = "admin@example.com"
        evil.assertionID = "_evil"
        return evil.assertion.replacingFirst("<saml:AuthnStatement", with: inside + "<saml:AuthnStatement")
    }

    @Test("wrapping", arguments: wrappings.indices) func wrapping(index: Int) {
        let forge = MessageForge()
        let result = forge.judge(Self.wrappings[index].make(forge))
        #expect(!result.code.isEmpty, "\(Self.wrappings[index].name) was accepted as \(result.name ?? "nobody")")
    }

    @Test("a decrypted forgery beside a signed response's") func encryptedForgery() {
        let forge = MessageForge()
        var evil = forge
        evil.nameID = "admin@example.com"
        evil.signer = .stranger
        let encrypter = Encrypter()
        #expect(forge.judge(forge.response(encrypter.encrypted(evil.signedAssertion))).code == "sig.value_invalid")
        // The id of what was encrypted must not be one of the outside.
        evil = forge
        evil.assertionID = forge.responseID
        #expect(forge.judge(forge.response(encrypter.encrypted(evil.signedAssertion))).code == "id.duplicate")
        let two = encrypter.encrypted(forge.signedAssertion + forge.signedAssertion)
        #expect(!forge.judge(forge.response(two)).code.isEmpty)
        let escape = encrypter.encrypted("</context>" + forge.signedAssertion + "<context>")
        #expect(!forge.judge(forge.response(escape)).code.isEmpty)
        let doctype = encrypter.encrypted("<!DOCTYPE x>" + forge.signedAssertion)
        #expect(forge.judge(forge.response(doctype)).code == "xml.doctype")
    }

    // MARK: Signatures

    @Test func keys() {
        var forge = MessageForge()
        forge.signer = .stranger
        #expect(forge.judge(forge.message).code == "sig.value_invalid")
        // The other provider's key counts for the other provider only.
        var spoof = forge
        spoof.provider = "https://other.example.com/saml"
        #expect(spoof.judge(spoof.message).code.isEmpty)
        spoof.provider = "https://nobody.example.com/saml"
        #expect(spoof.judge(spoof.message).code == "issuer.mismatch")
        forge.signer = .p256
        #expect(forge.judge(forge.message, trust: forge.trust(keys: [Signer.rsa.publicKey])).code == "sig.key_type")
        forge.signer = .rsa
        #expect(forge.judge(forge.message, trust: forge.trust(keys: [])).code == "key.missing")
        #expect(forge.judge(forge.message, trust: forge.trust({ $0.minimumRSABits = 4_096 })).code == "sig.weak_key")
    }

    @Test(
        "references",
        arguments: [
            ("", "sig.reference_uri"), ("#", "sig.reference_uri"), ("#xpointer(/)", "sig.reference_uri"),
            ("#xpointer(id('ID'))", "sig.reference_uri"), ("#x')|id('ID", "sig.reference_uri"),
            ("#_other ID", "sig.reference_uri"), ("http://example.com/", "sig.reference_uri"),
            ("file:///etc/passwd", "sig.reference_uri"), ("#_nobody", "sig.reference_unresolved"),
        ])
    func references(address: String, code: String) {
        let forge = MessageForge()
        let signature = forge.signature(
            over: forge.assertion, id: forge.assertionID,
            reference: address.replacingOccurrences(of: "ID", with: forge.assertionID))
        #expect(forge.judge(forge.response(forge.inserting(signature, into: forge.assertion))).code == code)
    }

    @Test(
        "transforms",
        arguments: [
            [], [MessageForge.enveloped], [MessageForge.exclusive], [MessageForge.exclusive, MessageForge.enveloped],
            [MessageForge.enveloped, MessageForge.exclusive, MessageForge.exclusive],
            [MessageForge.enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116"],
            [MessageForge.enveloped, "http://www.w3.org/TR/1999/REC-xpath-19991116"],
            [MessageForge.enveloped, "http://www.w3.org/2002/06/xmldsig-filter2"],
            [MessageForge.enveloped, "http://www.w3.org/2000/09/xmldsig#base64"],
            [MessageForge.enveloped, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"],
        ])
    func transforms(list: [String]) {
        let forge = MessageForge()
        let signature = forge.signature(over: forge.assertion, id: forge.assertionID, transforms: list)
        let code = forge.judge(forge.response(forge.inserting(signature, into: forge.assertion))).code
        #expect(code == "sig.transform")
    }

    @Test(
        "parts of a signature",
        arguments: [
            ("<ds:SignedInfo>", "<ds:SignedInfo></ds:SignedInfo><ds:SignedInfo>", "sig.structure"),
            ("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256", "sig.sig_alg"),
            ("2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#rsa-sha1", "sig.sha1"),
            ("2001/04/xmlenc#sha256", "2000/09/xmldsig#sha1", "sig.sha1"),
            ("2001/04/xmlenc#sha256", "2001/04/xmldsig-more#md5", "sig.digest_alg"),
            ("<ds:DigestValue>", "<ds:DigestValue><!-- x -->", "sig.digest_comment"),
            ("<ds:DigestValue>", "<ds:DigestValue>*", "sig.base64"),
            ("</ds:SignatureValue>", "</ds:SignatureValue><ds:SignatureValue></ds:SignatureValue>", "sig.structure"),
            ("</ds:Signature>", "<ds:Object></ds:Object></ds:Signature>", "sig.object"),
            ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA", "sig.value_invalid"),
            ("</ds:Reference>", "</ds:Reference><ds:Reference></ds:Reference>", "sig.reference_count"),
        ])
    func parts(part: String, other: String, code: String) {
        let forge = MessageForge()
        #expect(forge.judge(forge.message.replacingFirst(part, with: other)).code == code)
    }

    @Test("any change of a signed byte") func everyByte() {
        let forge = MessageForge()
        let message = Array(forge.message.utf8)
        let text = forge.message
        guard let start = text.range(of: "<saml:Assertion"), let end = text.range(of: "</saml:Assertion>") else {
            return
        }
        let range =
            text.utf8.distance(
                from: text.startIndex, to: start.lowerBound)..<text.utf8.distance(
                from: text.startIndex, to: end.upperBound)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<400 {
            let place = range.lowerBound + Int(generator.next(upperBound: UInt(range.count)))
            var changed = message
            changed[place] ^= 1 << UInt8(generator.next(upperBound: UInt(7)))
            let result = forge.judge(bytes: changed)
            // Another spelling of the same is possible (quotes, white space, base64 of key hints); other claims are not.
            if case .success(let facts) = result {
                #expect(facts.nameID?.value == "alice@example.com")
                #expect(facts.attributes.map(\.values) == [["staff", "sre"], ["a@b.example"]])
                #expect(text.utf8.elementsEqual(message))
            }
        }
    }

    // MARK: XML

    @Test(
        "forbidden constructions",
        arguments: [
            ("<!DOCTYPE samlp:Response>", "xml.doctype"), ("<!DOCTYPE r [<!ENTITY a \"aaaa\">]>", "xml.doctype"),
            ("<?php x ?>", "xml.pi"), ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "xml.encoding"),
            ("<?xml version=\"1.0\" encoding=\"UTF-7\"?>", "xml.encoding"), ("x", "xml.malformed"),
            ("<?xml version=\"1.1\"?>", "xml.malformed"),
        ])
    func prologs(prolog: String, code: String) {
        let forge = MessageForge()
        #expect(forge.judge(prolog + forge.message).code == code)
    }

    @Test func octets() {
        let forge = MessageForge()
        let message = forge.message
        #expect(forge.judge(bytes: []).code == "xml.malformed")
        #expect(
            forge.judge(bytes: Array(message.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })).code
                == "xml.encoding")
        #expect(forge.judge(message + message).code != "")
        #expect(forge.judge(message.replacingFirst("alice", with: "ali\u{0}ce")).code == "xml.encoding")
        #expect(forge.judge(bytes: Array(message.utf8) + [0xC3]).code == "xml.encoding")
        #expect(forge.judge(message.replacingFirst("alice", with: "&xxe;")).code == "xml.malformed")
        #expect(
            forge.judge(message.replacingFirst("<samlp:Status>", with: "<samlp:Status><x:y/>")).code == "xml.malformed")
        #expect(
            forge.judge(message.replacingFirst(" ID=", with: " xmlns:r=\"relative\" ID=")).code == "xml.relative_ns")
        #expect(forge.judge(message.replacingFirst(" ID=", with: " samlp:ID=\"x\" ID=")).code == "id.namespaced")
        #expect(forge.judge(message.replacingFirst(" ID=", with: " xml:id=\"x\" ID=")).code == "id.namespaced")
    }

    @Test("floods end soon", .timeLimit(.minutes(1))) func floods() {
        let forge = MessageForge()
        let clock = ContinuousClock()
        let many = { (count: Int, make: (Int) -> String) in (0..<count).map(make).joined() }
        let floods: [(String, String)] = [
            (String(repeating: "x", count: 10 << 20), "xml.size"),
            ("<a " + many(20_000) { "b\($0)=\"\" " } + "/>", "xml.limit"),
            ("<a " + many(3_000) { "xmlns:n\($0)=\"urn:\($0)\" " } + "/>", "xml.limit"),
            (String(repeating: "<a>", count: 50_000), "xml.limit"),
            (many(30_000) { _ in "<a/>" }, "xml.limit"),
            ("<a b=\"" + String(repeating: "x", count: 70_000) + "\"/>", "xml.limit"),
            (
                "<a>" + many(2_000) { "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"i\($0)\"/>" }
                    + "</a>", "saml.root"
            ),
            (
                "<!DOCTYPE a [" + many(1_000) { "<!ENTITY e\($0 + 1) \"&e\($0);&e\($0);\">" } + "]><a>&e999;</a>",
                "xml.doctype"
            ),
        ]
        for (text, code) in floods {
            let start = clock.now
            #expect(forge.judge(text).code == code)
            #expect(clock.now - start < .seconds(2))
        }
        let inside = forge.message.replacingFirst(
            "<samlp:Status>",
            with: "<samlp:Extensions>"
                + many(2_000) { "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"i\($0)\"/>" }
                + "</samlp:Extensions><samlp:Status>")
        #expect(forge.judge(inside).code == "sig.position")
    }

    @Test func values() throws {
        let forge = MessageForge()
        let message = Array(forge.message.utf8)
        let encoded = SAMLBase64.encode(message)
        #expect(try SAMLVerifier.decoded(Array(encoded.utf8), .response, .standard) == message)
        for broken in [String(encoded.dropLast()), encoded + "=", encoded.replacingFirst("A", with: "-"), "", "%%%%"] {
            #expect(throws: VerificationFailure(.messageEncoding, "")) {
                try SAMLVerifier.decoded(Array(broken.utf8), .response, .standard)
            }
        }
        #expect(throws: VerificationFailure(.messageEncoding, "")) {
            try SAMLVerifier.decoded(Array((encoded + "\n").utf8), .assertion, .standard)
        }
        #expect(throws: VerificationFailure(.messageSize, "")) {
            try SAMLVerifier.decoded([UInt8](repeating: 0x41, count: 1 << 20), .response, .standard)
        }
    }

    // MARK: Claims

    @Test(
        "rules of the profile",
        arguments: [
            ("status:Success", "status:Responder", "saml.status"),
            ("Version=\"2.0\"><saml:Issuer xmlns", "Version=\"1.1\"><saml:Issuer xmlns", "saml.version"),
            ("/acme/acs\" ID", "/acme/acs/x\" ID", "destination.mismatch"),
            ("https://verdict.example.org/acme/acs\" ID", "\" ID", "destination.empty"),
            ("<samlp:Status>", "<samlp:Extensions/><samlp:Extensions/><samlp:Status>", "saml.schema"),
        ])
    func responseRules(part: String, other: String, code: String) {
        let forge = MessageForge()
        #expect(forge.judge(forge.message.replacingFirst(part, with: other)).code == code)
    }

    @Test(
        "rules for signed assertions",
        arguments: [
            (
                "<saml:Audience>https://verdict.example.org/acme", "<saml:Audience>https://verdict.example.org/acme2",
                "audience.mismatch"
            ),
            ("<saml:Audience>", "<saml:Audience> ", "audience.mismatch"),
            ("cm:bearer", "cm:sender-vouches", "subject.confirmation"),
            ("cm:bearer", "cm:holder-of-key", "subject.confirmation"),
            ("InResponseTo=\"_request-1\" Not", "InResponseTo=\"_request-2\" Not", "subject.confirmation"),
            ("/acme/acs\"></saml:SubjectConf", "/other/acs\"></saml:SubjectConf", "subject.confirmation"),
            ("alice@example.com", "", "subject.empty_nameid"),
            ("alice@example.com", "ali\u{200D}ce", "subject.control_chars"),
            ("alice@example.com", "<x>alice</x>", "subject.nested"),
            ("<saml:Issuer>", "<saml:Issuer Format=\"urn:x\">", "issuer.format"),
            ("<saml:Issuer>", "<saml:Issuer> ", "issuer.malformed"),
            (
                "</saml:AudienceRestriction>", "</saml:AudienceRestriction><saml:Condition></saml:Condition>",
                "conditions.unknown"
            ),
            (
                "</saml:AudienceRestriction>",
                "</saml:AudienceRestriction><saml:OneTimeUse></saml:OneTimeUse><saml:OneTimeUse></saml:OneTimeUse>",
                "conditions.repeated"
            ),
            (
                "</saml:AudienceRestriction>",
                "</saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>",
                "audience.mismatch"
            ),
            ("<saml:Attribute Name=\"mail\">", "<saml:Attribute Name=\"groups\">", "attr.duplicate"),
            ("<saml:Attribute Name=\"mail\">", "<saml:Attribute>", "attr.name"),
            ("a@b.example", "<x></x>", "attr.nested"),
            ("Z\" Version=\"2.0\"><saml:Issuer>", "\" Version=\"2.0\"><saml:Issuer>", "saml.issue_instant"),
            ("<saml:Subject>", "<saml:Conditions></saml:Conditions><saml:Subject>", "saml.order"),
        ])
    func assertionRules(part: String, other: String, code: String) {
        let forge = MessageForge()
        let element = forge.assertion.replacingFirst(part, with: other)
        #expect(element != forge.assertion)
        let signed = forge.inserting(forge.signature(over: element, id: forge.assertionID), into: element)
        #expect(forge.judge(forge.response(signed)).code == code)
    }

    @Test func contexts() {
        var forge = MessageForge()
        let trust = forge.trust({ $0.contexts = ["urn:oasis:names:tc:SAML:2.0:ac:classes:X509"] })
        #expect(forge.judge(forge.message, trust: trust).code == "authn.context")
        forge.hasSignIn = false
        #expect(forge.judge(forge.message).code == "authn.missing")
        #expect(forge.judge(forge.signedAssertion, .assertion).code.isEmpty)
    }

    // MARK: Replay

    @Test func replays() throws {
        var forge = MessageForge()
        forge.requestID = nil
        let now = Datetime(milliseconds: MessageForge.now)
        let trust = forge.trust(replay: .refuse)
        let verifier = SAMLVerifier(replays: LocalAssertionReplays(since: Datetime(milliseconds: 0)))
        func credentials(_ forge: MessageForge) -> PresentedCredentials {
            PresentedCredentials(
                .init(type: "saml_response", value: Array(SAMLBase64.encode(Array(forge.message.utf8)).utf8)))
        }
        _ = try verifier.verify(credentials(forge), for: trust, at: now)
        #expect(throws: VerificationFailure(.replayed, "")) {
            try verifier.verify(credentials(forge), for: trust, at: now)
        }
        // Another signature over the same assertion is the same assertion.
        forge.responseID = "_another"
        #expect(throws: VerificationFailure(.replayed, "")) {
            try verifier.verify(credentials(forge), for: trust, at: now)
        }
        // A process that has just started cannot know what was used before.
        let young = SAMLVerifier(
            replays: LocalAssertionReplays(since: Datetime(milliseconds: MessageForge.now + 1_000)))
        #expect(throws: VerificationFailure(.replayUnknown, "")) {
            try young.verify(credentials(forge), for: trust, at: now)
        }
        // OneTimeUse holds where replays are allowed otherwise.
        forge.assertionID = "_once"
        forge.conditions = "<saml:OneTimeUse></saml:OneTimeUse>"
        let lenient = forge.trust(replay: .allow)
        _ = try verifier.verify(credentials(forge), for: lenient, at: now)
        #expect(throws: VerificationFailure(.replayed, "")) {
            try verifier.verify(credentials(forge), for: lenient, at: now)
        }
    }
}
