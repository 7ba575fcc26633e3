import Crypto
package import Foundation

/// A signature in all its parts, each of which can be another than the profile's.
package struct SignatureParts {
    /// The address of the reference; `nil` for no address.
    package var reference: String?
    /// The transforms, as XML.
    package var transforms = [MessageForge.enveloped, MessageForge.exclusive]
        .map { "<ds:Transform Algorithm=\"\($0)\"></ds:Transform>" }.joined()
    /// The canonicalization of the signed information, as XML.
    package var canonicalization = SignatureParts.canonicalization(MessageForge.exclusive)
    /// The signature algorithm.
    package var algorithm: String
    /// The digest algorithm.
    package var digestAlgorithm = "http://www.w3.org/2001/04/xmlenc#sha256"
    /// The digest.
    package var digest: [UInt8]
    /// What stands behind the first reference.
    package var moreReferences = ""
    /// What stands behind the signature's value.
    package var extra = ""
    /// Makes the signature's value of the canonical form of the signed information.
    package var sign: (Data) -> Data
    /// Makes that canonical form of the exclusive one, which is given.
    package var canonical: (String) -> String = { $0 }

    /// The signature of an element by the profile.
    package init(over element: String, id: String, by signer: Signer) {
        reference = "#\(id)"
        algorithm = signer.algorithm
        digest = Array(SHA256.hash(data: Data(element.utf8)))
        sign = { signer.sign($0) }
    }

    /// The element that names a canonicalization.
    package static func canonicalization(_ name: String, _ content: String = "") -> String {
        "<ds:CanonicalizationMethod Algorithm=\"\(name)\">\(content)</ds:CanonicalizationMethod>"
    }

    /// One reference.
    package var referenceText: String {
        "<ds:Reference\(reference.map { " URI=\"\($0)\"" } ?? "")>"
            + (transforms.isEmpty ? "" : "<ds:Transforms>\(transforms)</ds:Transforms>")
            + "<ds:DigestMethod Algorithm=\"\(digestAlgorithm)\"></ds:DigestMethod>"
            + "<ds:DigestValue>\(Base64Text.encode(digest))</ds:DigestValue></ds:Reference>"
    }

    /// The signature, as XML.
    package var text: String {
        let content =
            canonicalization + "<ds:SignatureMethod Algorithm=\"\(algorithm)\"></ds:SignatureMethod>"
            + referenceText + moreReferences
        let namespace = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
        let value = sign(Data(canonical("<ds:SignedInfo \(namespace)>\(content)</ds:SignedInfo>").utf8))
        return "<ds:Signature \(namespace)><ds:SignedInfo>\(content)</ds:SignedInfo>"
            + "<ds:SignatureValue>\(value.base64EncodedString())</ds:SignatureValue>\(extra)</ds:Signature>"
    }
}

extension MessageForge {
    /// An element with a signature, some parts of which are changed.
    package func signed(
        _ element: String, id: String, _ change: (inout SignatureParts) -> Void = { _ in }
    ) -> String {
        var parts = SignatureParts(over: element, id: id, by: signer)
        change(&parts)
        return inserting(parts.text, into: element)
    }

    /// A response with the signed assertion, some parts of whose signature are changed.
    package func message(_ change: (inout SignatureParts) -> Void) -> String {
        response(signed(assertion, id: assertionID, change))
    }

    /// A response with the assertion after a change of its text, signed after it.
    package func message(replacing part: String, with other: String) -> String {
        response(signed(assertion.replacingFirst(part, with: other), id: assertionID))
    }
}
