import CedarSyntax
import Identity

/// A signature element that keeps to SAML's profile of XML signatures (SAML Core section 5.4), read as values.
///
/// There is one reference, to the parent, by its ID; the transforms are the enveloped signature and one
/// canonicalization; nothing else stands in the signature but key hints, which are never read.
struct SignatureProfile: Equatable {
    var canonicalization: Canonicalization
    var canonicalizationHasComments: Bool
    var canonicalizationPrefixes: CedarString
    var method: SignatureMethod
    var reference: CedarString
    var transform: Canonicalization
    var transformPrefixes: CedarString
    var digestMethod: HashMethod
    var digest: [UInt8]

    /// Reads a `SignedInfo` element.
    /// - Parameter allowing: what the tenant allows this provider.
    init(
        signedInfo info: Int, of tree: XMLTree, allowing policy: ProviderPolicy, at now: Int64
    ) throws(VerificationFailure) {
        let parts = tree.children(of: info)
        guard tree.hasOnlyElements(info), parts.count >= 2, tree.has(parts[0], "CanonicalizationMethod", .signature),
            tree.has(parts[1], "SignatureMethod", .signature),
            parts.dropFirst(2).allSatisfy({ tree.has($0, "Reference", .signature) })
        else { throw VerificationFailure(.signatureStructure, "`SignedInfo` has other parts than it must") }
        guard parts.count == 3 else {
            throw VerificationFailure(.referenceCount, "the signature has \(parts.count - 2) references")
        }
        let allowsSHA1 = policy.allowsSHA1(at: now)
        let first = try Self.canonicalization(parts[0], tree, policy, .canonicalization)
        (canonicalization, canonicalizationHasComments, canonicalizationPrefixes) = first
        method = try Self.signatureMethod(parts[1], tree, allowsSHA1: allowsSHA1)
        let target = parts[2]
        guard let address = tree.attribute("URI", of: target) else {
            throw VerificationFailure(.referenceAddress, "the reference has no address")
        }
        reference = address
        let references = tree.children(of: target)
        guard tree.hasOnlyElements(target), references.count == 3, tree.has(references[0], "Transforms", .signature),
            tree.has(references[1], "DigestMethod", .signature), tree.has(references[2], "DigestValue", .signature)
        else {
            let hasTransforms = references.first.map { tree.has($0, "Transforms", .signature) } ?? false
            throw VerificationFailure(
                hasTransforms ? .signatureStructure : .transform, "the reference has other parts than it must")
        }
        (transform, transformPrefixes) = try Self.transforms(references[0], tree, policy)
        digestMethod = try Self.digestMethod(references[1], tree, allowsSHA1: allowsSHA1)
        digest = try Self.value(references[2], tree)
        guard digest.count == digestMethod.length else {
            throw VerificationFailure(.signatureBase64, "the digest has another length than its algorithm's")
        }
    }

    // MARK: Parts

    private static func algorithm(_ index: Int, _ tree: XMLTree) throws(VerificationFailure) -> CedarString {
        guard let algorithm = tree.attribute("Algorithm", of: index), tree.hasOnlyElements(index) else {
            throw VerificationFailure(.signatureStructure, "a part of the signature names no algorithm")
        }
        return algorithm
    }

    private static func canonicalization(
        _ index: Int, _ tree: XMLTree, _ policy: ProviderPolicy, _ code: VerificationFailure.Code
    ) throws(VerificationFailure) -> (Canonicalization, hasComments: Bool, prefixes: CedarString) {
        let name = try algorithm(index, tree)
        guard let known = names[name], known.0 == .exclusive || policy.allowsInclusiveCanonicalization else {
            throw VerificationFailure(code, "the canonicalization is not allowed")
        }
        var prefixes = CedarString("")
        let parts = tree.children(of: index)
        if let list = parts.first {
            guard parts.count == 1, known.0 == .exclusive, tree.has(list, "InclusiveNamespaces", .exclusive),
                tree.isLeaf(list), tree.hasOnlyElements(list)
            else { throw VerificationFailure(code, "the canonicalization has other parts than it may have") }
            prefixes = tree.attribute("PrefixList", of: list) ?? ""
        }
        return (known.0, known.1, prefixes)
    }

    private static let names: [CedarString: (Canonicalization, Bool)] = [
        "http://www.w3.org/2001/10/xml-exc-c14n#": (.exclusive, false),
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (.exclusive, true),
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (.inclusive, false),
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (.inclusive, true),
        "http://www.w3.org/2006/12/xml-c14n11": (.inclusive11, false),
        "http://www.w3.org/2006/12/xml-c14n11#WithComments": (.inclusive11, true),
    ]

    private static func signatureMethod(
        _ index: Int, _ tree: XMLTree, allowsSHA1: Bool
    ) throws(VerificationFailure) -> SignatureMethod {
        let name = try algorithm(index, tree)
        guard let method = methods[name] else {
            throw VerificationFailure(.signatureAlgorithm, "the signature algorithm is not supported")
        }
        guard method.hash != .sha1 || allowsSHA1 else { throw VerificationFailure(.sha1, "the signature uses SHA-1") }
        guard tree.isLeaf(index) else {
            throw VerificationFailure(.signatureStructure, "the signature algorithm has parameters")
        }
        return method
    }

    private static let methods: [CedarString: SignatureMethod] = [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1": .init(family: .rsa, hash: .sha1),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": .init(family: .rsa, hash: .sha256),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": .init(family: .rsa, hash: .sha384),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": .init(family: .rsa, hash: .sha512),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1": .init(family: .ecdsa, hash: .sha1),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": .init(family: .ecdsa, hash: .sha256),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": .init(family: .ecdsa, hash: .sha384),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": .init(family: .ecdsa, hash: .sha512),
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1": .init(family: .rsaPSS, hash: .sha256),
        "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1": .init(family: .rsaPSS, hash: .sha384),
        "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1": .init(family: .rsaPSS, hash: .sha512),
    ]

    private static func transforms(
        _ index: Int, _ tree: XMLTree, _ policy: ProviderPolicy
    ) throws(VerificationFailure) -> (Canonicalization, prefixes: CedarString) {
        let parts = tree.children(of: index)
        guard tree.hasOnlyElements(index), (1...2).contains(parts.count),
            parts.allSatisfy({ tree.has($0, "Transform", .signature) }),
            try algorithm(parts[0], tree) == "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
            tree.isLeaf(parts[0])
        else { throw VerificationFailure(.transform, "the transforms are not the allowed ones") }
        guard parts.count == 2 else {
            // Without a canonicalization the inclusive one is meant (XML Signature section 4.4.3.2).
            guard policy.allowsInclusiveCanonicalization else {
                throw VerificationFailure(.transform, "the transforms do not name a canonicalization")
            }
            return (.inclusive, "")
        }
        let second = try canonicalization(parts[1], tree, policy, .transform)
        return (second.0, second.prefixes)
    }

    private static func digestMethod(
        _ index: Int, _ tree: XMLTree, allowsSHA1: Bool
    ) throws(VerificationFailure) -> HashMethod {
        let name = try algorithm(index, tree)
        guard let method = digests[name] else {
            throw VerificationFailure(.digestAlgorithm, "the digest algorithm is not supported")
        }
        guard method != .sha1 || allowsSHA1 else { throw VerificationFailure(.sha1, "the digest uses SHA-1") }
        guard tree.isLeaf(index) else {
            throw VerificationFailure(.signatureStructure, "the digest algorithm has parameters")
        }
        return method
    }

    private static let digests: [CedarString: HashMethod] = [
        "http://www.w3.org/2000/09/xmldsig#sha1": .sha1,
        "http://www.w3.org/2001/04/xmlenc#sha256": .sha256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384": .sha384,
        "http://www.w3.org/2001/04/xmlenc#sha512": .sha512,
    ]

    /// The bytes of a value: one text, without comments in it (CVE-2025-29775).
    static func value(_ index: Int, _ tree: XMLTree) throws(VerificationFailure) -> [UInt8] {
        guard tree.isLeaf(index) else {
            throw VerificationFailure(.signatureStructure, "a value of the signature has elements in it")
        }
        guard !tree[index].hasComment else {
            throw VerificationFailure(.digestComment, "a value of the signature has a comment in it")
        }
        guard let bytes = SAMLBase64.decode(tree[index].text) else {
            throw VerificationFailure(.signatureBase64, "a value of the signature is not base64")
        }
        return bytes
    }
}

extension SignatureProfile {
    /// The parts of a signature element.
    struct Parts {
        let element: Int
        let info: Int
        let profile: SignatureProfile
        let value: [UInt8]
    }

    /// Reads the signature of an element, whose reference must be that element.
    static func read(
        _ signature: Int, of parent: Int, _ tree: XMLTree, ids: [CedarString: Int], _ policy: ProviderPolicy,
        at now: Int64
    ) throws(VerificationFailure) -> Parts {
        let parts = tree.children(of: signature)
        if parts.contains(where: { tree.has($0, "Object", .signature) }) {
            throw VerificationFailure(.signatureObject, "the signature has an object in it")
        }
        guard tree.hasOnlyElements(signature), (2...3).contains(parts.count),
            tree.has(parts[0], "SignedInfo", .signature), tree.has(parts[1], "SignatureValue", .signature),
            parts.count == 2 || tree.has(parts[2], "KeyInfo", .signature)
        else { throw VerificationFailure(.signatureStructure, "the signature has other parts than it must") }
        let profile = try SignatureProfile(signedInfo: parts[0], of: tree, allowing: policy, at: now)
        try checkReference(profile.reference, parent, tree, ids, policy)
        let value = try value(parts[1], tree)
        guard !value.isEmpty else { throw VerificationFailure(.signatureInvalid, "the signature value is empty") }
        return Parts(element: signature, info: parts[0], profile: profile, value: value)
    }

    /// The reference is, byte for byte, `#` and the ID of the signature's parent (SAML Core section 5.4.2).
    private static func checkReference(
        _ reference: CedarString, _ parent: Int, _ tree: XMLTree, _ ids: [CedarString: Int], _ policy: ProviderPolicy
    ) throws(VerificationFailure) {
        if reference.isEmpty, policy.allowsEmptyReference, parent == 0 { return }
        let bytes = Array(reference.utf8)
        guard bytes.first == UInt8(ascii: "#"), bytes.count > 1, SAMLID.isValid(bytes.dropFirst()) else {
            throw VerificationFailure(.referenceAddress, "the reference is no `#` with an ID")
        }
        guard let id = tree.attribute("ID", of: parent), bytes.dropFirst().elementsEqual(id.utf8) else {
            let isKnown = ids[CedarString(utf8: bytes.dropFirst())] != nil
            throw VerificationFailure(
                isKnown ? .referenceOther : .referenceUnresolved, "the reference is not the signature's parent")
        }
    }
}

/// The form of IDs.
enum SAMLID {
    /// Whether a text can be an ID: letters, digits, `_`, `-` and `.`, where providers begin IDs with digits too.
    static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
        (1...256).contains(bytes.count)
            && bytes.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
