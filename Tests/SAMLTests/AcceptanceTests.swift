import CedarModel
import CedarSyntax
import Foundation
import Identity
import OpenIDConnect
import SAML
import SAMLMessages
import Testing

/// Messages that honest providers send.
@Suite struct AcceptanceTests {
    @Test("every algorithm of the profile", arguments: [Signer.rsa, .rsaNext, .p256, .p384])
    func algorithms(signer: Signer) {
        var forge = MessageForge()
        forge.signer = signer
        // P-384 keys sign with SHA-384, for which the forge's reference keeps SHA-256.
        #expect(forge.judge(forge.message).name == "alice@example.com")
        #expect(forge.judge(forge.signedResponse(forge.assertion)).name == "alice@example.com")
        #expect(forge.judge(forge.signedResponse(forge.signedAssertion)).name == "alice@example.com")
        #expect(forge.judge(forge.signedAssertion, .assertion).name == "alice@example.com")
    }

    @Test func claimsAreTheSignedOnes() throws {
        var forge = MessageForge()
        forge.nameID = "jose\u{301}@example.com"
        forge.statements += MessageForge.attribute("mail", ["c@d.example"], format: "urn:other")
        let facts = try forge.judge(forge.message).get()
        #expect(facts.nameID?.value == "jose\u{301}@example.com")
        #expect(facts.nameID?.value != "jos\u{e9}@example.com")
        #expect(facts.attributes.map(\.name) == ["groups", "mail", "mail"])
        #expect(facts.attributes[0].values == ["staff", "sre"])
        #expect(facts.attributes[2].format == "urn:other")
        #expect(facts.issuer == "https://idp.example.com/saml")
        #expect(facts.authentication?.instant == MessageForge.now / 1_000 * 1_000)
        #expect(facts.id == CedarString(forge.assertionID))
        #expect(facts.expiry == forge.end / 1_000 * 1_000)
    }

    @Test("comments and CDATA do not cut values")
    func comments() {
        var forge = MessageForge()
        forge.nameID = "alice@example.com.evil.example"
        let signed = forge.message
        let split = signed.replacingFirst("alice@example.com.evil", with: "alice@example.com<!-- x -->.evil")
        #expect(forge.judge(split).name == "alice@example.com.evil.example")
        let cdata = signed.replacingFirst("alice@example.com.evil", with: "<![CDATA[alice@example.com]]>.evil")
        #expect(forge.judge(cdata).name == "alice@example.com.evil.example")
        let reference = signed.replacingFirst("alice@", with: "&#x61;lice&#64;")
        #expect(forge.judge(reference).name == "alice@example.com.evil.example")
        #expect(
            forge.judge(signed.replacingFirst("<saml:Conditions ", with: "<!-- y --><saml:Conditions ")).code.isEmpty)
    }

    @Test func spellingsOutsideOfTheSignature() {
        let forge = MessageForge()
        // White space between the response's elements, empty elements, and a mark at the start are other spellings.
        let spaced = forge.message.replacingFirst("<samlp:Status>", with: "\n  <samlp:Status>\n    ")
            .replacingFirst("></samlp:StatusCode>", with: "/>")
        #expect(forge.judge(bytes: [0xEF, 0xBB, 0xBF] + Array(spaced.utf8)).code.isEmpty)
        #expect(forge.judge("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + forge.message + "\n").code.isEmpty)
    }

    @Test func rollover() {
        var forge = MessageForge()
        let old = forge.message
        forge.signer = .rsaNext
        let both = forge.trust(keys: [Signer.rsaNext.publicKey, Signer.rsa.publicKey])
        #expect(forge.judge(old, trust: both).code.isEmpty)
        #expect(forge.judge(forge.message, trust: both).code.isEmpty)
        #expect(forge.judge(old, trust: forge.trust(keys: [Signer.rsaNext.publicKey])).code == "sig.value_invalid")
    }

    @Test("RSA-PSS needs the second verifier to be off")
    func probabilisticSignatures() {
        var forge = MessageForge()
        forge.signer = .rsaPSS
        #expect(forge.judge(forge.message).code == "sig.no_second_opinion")
        let trust = forge.trust({ $0.crossChecks = false })
        #expect(forge.judge(forge.message, trust: trust).name == "alice@example.com")
    }

    @Test func unsolicited() {
        var forge = MessageForge()
        forge.requestID = nil
        #expect(forge.judge(forge.message).code.isEmpty)
        #expect(forge.judge(forge.message, expecting: { $0.isUnsolicited = true }).code.isEmpty)
        #expect(forge.judge(forge.message, expecting: { $0.requestID = "_other" }).code == "in_response_to.response")
        let solicited = MessageForge()
        #expect(
            solicited.judge(
                solicited.message,
                expecting: {
                    $0.requestID = nil
                    $0.isUnsolicited = true
                }
            ).code == "in_response_to.response")
    }

    @Test("encrypted assertions, name ids and attributes", arguments: [true, false], [128, 256])
    func encryption(usesSHA256: Bool, bits: Int) throws {
        let encrypter = Encrypter(usesSHA256: usesSHA256, bits: bits)
        var forge = MessageForge()
        #expect(forge.judge(forge.response(encrypter.encrypted(forge.signedAssertion))).name == "alice@example.com")
        #expect(forge.judge(forge.signedResponse(encrypter.encrypted(forge.assertion))).name == "alice@example.com")
        // Encryption alone says nothing about the author.
        #expect(forge.judge(forge.response(encrypter.encrypted(forge.assertion))).code == "sig.missing")

        forge.statements += encrypter.encrypted(
            "<saml:Attribute xmlns:saml=\"\(MessageForge.samlNamespace)\" Name=\"level\">"
                + "<saml:AttributeValue>3</saml:AttributeValue></saml:Attribute>", as: "EncryptedAttribute"
        ).replacingOccurrences(of: " xmlns:saml=\"\(MessageForge.samlNamespace)\"", with: "")
        let facts = try forge.judge(forge.message).get()
        #expect(facts.attributes.last?.name == "level")
        #expect(facts.attributes.last?.values == ["3"])
    }

    @Test func encryptedNameID() {
        let forge = MessageForge()
        let name = "<saml:NameID xmlns:saml=\"\(MessageForge.samlNamespace)\">bob</saml:NameID>"
        let hidden = Encrypter().encrypted(name, as: "EncryptedID")
            .replacingOccurrences(of: " xmlns:saml=\"\(MessageForge.samlNamespace)\"", with: "")
        let element = forge.assertion.replacingFirst("<saml:NameID>alice@example.com</saml:NameID>", with: hidden)
        let signed = forge.inserting(forge.signature(over: element, id: forge.assertionID), into: element)
        #expect(forge.judge(forge.response(signed)).name == "bob")
    }

    @Test func times() {
        let forge = MessageForge()
        let message = forge.message
        // The tolerance is 60 s: the last accepted and the first refused millisecond of each end.
        let start = forge.start / 1_000 * 1_000
        let issued = forge.issued / 1_000 * 1_000
        let end = forge.end / 1_000 * 1_000
        #expect(forge.judge(message, at: max(start, issued) - 60_000).code.isEmpty)
        #expect(forge.judge(message, at: issued - 60_001).code == "time.issue_instant_future")
        #expect(forge.judge(message, at: end + 59_999).code.isEmpty)
        #expect(forge.judge(message, at: end + 60_000).code == "time.not_on_or_after")
    }

    @Test("the mapping makes a subject of a message")
    func subject() throws {
        var forge = MessageForge()
        forge.requestID = nil
        let verifier = SAMLVerifier(replays: LocalAssertionReplays(since: Datetime(milliseconds: 0)))
        let value = Array(SAMLBase64.encode(Array(forge.message.utf8)).utf8)
        let credentials = PresentedCredentials(.init(type: "saml_response", value: value))
        let trust = forge.trust()
        let now = Datetime(milliseconds: MessageForge.now)
        let subject = try verifier.verify(credentials, for: trust, at: now)
        #expect(subject.principalID == "alice@example.com")
        #expect(subject.tenant == "acme")
        #expect(subject.tokenID == CedarString(forge.assertionID))
        // The second time it comes out of the memory, as the same object.
        #expect(try verifier.verify(credentials, for: trust, at: now) === subject)
        // A changed configuration is another trust, under which nothing was verified.
        #expect(try verifier.verify(credentials, for: forge.trust(), at: now) !== subject)
        let late = Datetime(milliseconds: forge.end / 1_000 * 1_000 + 60_000)
        #expect(throws: VerificationFailure(.timeNotOnOrAfter, "")) {
            try verifier.verify(credentials, for: trust, at: late)
        }
    }
}
