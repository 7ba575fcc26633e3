import Crypto
import Foundation

/// Writes SAML messages as a provider does, with keys of its own: the texts are in canonical form already, so that no
/// canonicalization of ours has a part in making what ours must verify.
package struct MessageForge {
    /// The time of all messages that say no other, in milliseconds.
    package static let now: Int64 = 1_795_000_000_000

    /// The issuer.
    package var provider = "https://idp.example.com/saml"
    /// The only audience.
    package var audience = "https://verdict.example.org/acme"
    /// The recipient and destination.
    package var recipient = "https://verdict.example.org/acme/acs"
    /// The name id, as XML.
    package var nameID = "alice@example.com"
    /// The request that is answered.
    package var requestID: String? = "_request-1"
    /// The ID of the assertion.
    package var assertionID = "_a" + MessageForge.random()
    /// The ID of the response.
    package var responseID = "_r" + MessageForge.random()
    /// When everything happened.
    package var issued = MessageForge.now
    /// When the conditions begin.
    package var start = MessageForge.now - 60_000
    /// When the conditions end.
    package var end = MessageForge.now + 300_000
    /// When the confirmation ends.
    package var confirmationEnd = MessageForge.now + 300_000
    /// The way of confirmation.
    package var method = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    /// What the confirmation holds, as XML.
    package var confirmation = ""
    /// The class of the sign-in.
    package var context = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    /// Conditions beside the audience, as XML.
    package var conditions = ""
    /// The attributes, as XML.
    package var statements =
        MessageForge.attribute("groups", ["staff", "sre"]) + MessageForge.attribute("mail", ["a@b.example"])
    /// Whether the assertion tells of a sign-in.
    package var hasSignIn = true
    /// Who signs.
    package var signer = Signer.rsa

    /// The namespace of assertions.
    package static let samlNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"

    /// Digits that no other message has.
    package static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in String(generator.next() as UInt32, radix: 16) }.joined()
    }

    /// An attribute with values, as XML.
    package static func attribute(_ name: String, _ values: [String], format: String? = nil) -> String {
        let form = format.map { " NameFormat=\"\($0)\"" } ?? ""
        return "<saml:Attribute Name=\"\(name)\"\(form)>"
            + values.map { "<saml:AttributeValue>\($0)</saml:AttributeValue>" }.joined() + "</saml:Attribute>"
    }

    /// A time as messages write it.
    package static func time(_ milliseconds: Int64) -> String {
        let formatter = ISO8601DateFormatter()
        return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
    }

    // MARK: Elements

    /// Makes a forge whose messages are good ones.
    package init() {}

    /// The assertion without a signature, in canonical form.
    package var assertion: String {
        let answer = requestID.map { "InResponseTo=\"\($0)\" " } ?? ""
        let signIn =
            hasSignIn
            ? "<saml:AuthnStatement AuthnInstant=\"\(Self.time(issued))\" SessionIndex=\"_s\"><saml:AuthnContext>"
                + "<saml:AuthnContextClassRef>\(context)</saml:AuthnContextClassRef></saml:AuthnContext>"
                + "</saml:AuthnStatement>" : ""
        return "<saml:Assertion xmlns:saml=\"\(Self.samlNamespace)\" ID=\"\(assertionID)\" "
            + "IssueInstant=\"\(Self.time(issued))\" Version=\"2.0\"><saml:Issuer>\(provider)</saml:Issuer>"
            + "<saml:Subject><saml:NameID>\(nameID)</saml:NameID>"
            + "<saml:SubjectConfirmation Method=\"\(method)\">"
            + "<saml:SubjectConfirmationData \(answer)NotOnOrAfter=\"\(Self.time(confirmationEnd))\" "
            + "Recipient=\"\(recipient)\">\(confirmation)</saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>"
            + "<saml:Conditions NotBefore=\"\(Self.time(start))\" NotOnOrAfter=\"\(Self.time(end))\">"
            + "<saml:AudienceRestriction><saml:Audience>\(audience)</saml:Audience></saml:AudienceRestriction>"
            + "\(conditions)</saml:Conditions>\(signIn)"
            + "<saml:AttributeStatement>\(statements)</saml:AttributeStatement></saml:Assertion>"
    }

    /// A response around some content, in canonical form.
    package func response(_ content: String) -> String {
        let answer = requestID.map { " InResponseTo=\"\($0)\"" } ?? ""
        return "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"\(recipient)\" "
            + "ID=\"\(responseID)\"\(answer) IssueInstant=\"\(Self.time(issued))\" Version=\"2.0\">"
            + "<saml:Issuer xmlns:saml=\"\(Self.samlNamespace)\">\(provider)</saml:Issuer>"
            + "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode>"
            + "</samlp:Status>\(content)</samlp:Response>"
    }

    // MARK: Signing

    /// Exclusive canonicalization.
    package static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    /// The transform of enveloped signatures.
    package static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

    /// The signature of an element in canonical form, by the profile or with other parts.
    package func signature(
        over element: String, id: String, reference: String? = nil, transforms: [String]? = nil,
        canonicalization: String = exclusive, extra: String = ""
    ) -> String {
        let digest = Data(SHA256.hash(data: Data(element.utf8))).base64EncodedString()
        let list = (transforms ?? [Self.enveloped, Self.exclusive])
            .map { "<ds:Transform Algorithm=\"\($0)\"></ds:Transform>" }.joined()
        let content =
            "<ds:CanonicalizationMethod Algorithm=\"\(canonicalization)\"></ds:CanonicalizationMethod>"
            + "<ds:SignatureMethod Algorithm=\"\(signer.algorithm)\"></ds:SignatureMethod>"
            + "<ds:Reference URI=\"\(reference ?? "#\(id)")\"><ds:Transforms>\(list)</ds:Transforms>"
            + "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>"
            + "<ds:DigestValue>\(digest)</ds:DigestValue></ds:Reference>"
        let namespace = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
        let value = signer.sign(Data("<ds:SignedInfo \(namespace)>\(content)</ds:SignedInfo>".utf8))
        return "<ds:Signature \(namespace)><ds:SignedInfo>\(content)</ds:SignedInfo>"
            + "<ds:SignatureValue>\(value.base64EncodedString())</ds:SignatureValue>\(extra)</ds:Signature>"
    }

    /// An element with a signature behind its issuer.
    package func inserting(_ signature: String, into element: String) -> String {
        element.replacingFirst("</saml:Issuer>", with: "</saml:Issuer>" + signature)
    }

    /// The signed assertion.
    package var signedAssertion: String { inserting(signature(over: assertion, id: assertionID), into: assertion) }

    /// A response with a signed assertion.
    package var message: String { response(signedAssertion) }

    /// A signed response around some content.
    package func signedResponse(_ content: String) -> String {
        let text = response(content)
        return inserting(signature(over: text, id: responseID), into: text)
    }
}

extension String {
    /// The text with the first occurrence of a part replaced.
    package func replacingFirst(_ part: String, with other: String) -> String {
        guard let range = range(of: part) else { return self }
        return replacingCharacters(in: range, with: other)
    }
}
