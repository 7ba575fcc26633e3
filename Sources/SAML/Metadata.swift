package import CedarSyntax
package import Identity

/// What the metadata of identity providers says, as far as trust needs it (SAML Metadata sections 2.3 and 2.4).
package struct Metadata: Sendable {
    /// A provider of the metadata.
    package struct Provider: Sendable {
        /// The entity id.
        package let entityID: CedarString
        /// The certificates in DER that it signs with; those without a stated use count (SAML Metadata section 2.4.1.1).
        package let certificates: [[UInt8]]
        /// The end of what is said about it, in milliseconds.
        package let validUntil: Int64?
        /// Where it takes sign-in requests.
        package let signInAddresses: [CedarString]
    }

    /// The identity providers, in the order of the document.
    package let providers: [Provider]

    /// Whether a signature was verified.
    package let isSigned: Bool

    /// How long the document asks to be kept, in seconds: the shortest that it states (SAML Metadata section 2.3.2).
    package let cacheDuration: Int64?

    /// The bounds of metadata.
    package static var limits: MessageLimits {
        var limits = MessageLimits.standard
        limits.maximumBytes = 8 << 20
        limits.maximumElements = 200_000
        limits.maximumDeclarations = 20_000
        return limits
    }

    /// Reads metadata.
    /// - Parameters:
    ///   - bytes: an `EntityDescriptor`, or an `EntitiesDescriptor` with several.
    ///   - keys: the keys of whom the metadata is from; with them it must be signed. `nil` for metadata that is trusted
    ///     for where it lies.
    ///   - now: the time in milliseconds.
    ///   - alarms: is told when the two verifiers of its signature do not agree.
    /// - Throws: ``VerificationFailure``.
    package init(
        parsing bytes: [UInt8], signedBy keys: [PublicKey]?, at now: Int64,
        alarms: any DisagreementObserver = DisagreementCounter()
    ) throws(VerificationFailure) {
        var document = try NativeDocument(parsing: bytes, limits: Self.limits)
        var tree = document.tree()
        if let keys { tree = try Self.verified(&document, tree, keys, now, alarms) }
        guard tree.has(0, "EntityDescriptor", .metadata) || tree.has(0, "EntitiesDescriptor", .metadata) else {
            throw VerificationFailure(.samlRoot, "the document is no SAML metadata")
        }
        isSigned = keys != nil
        var found: [Provider] = []
        for index in tree.elements.indices where tree.has(index, "EntityDescriptor", .metadata) {
            if let provider = try Self.provider(index, tree) { found.append(provider) }
        }
        providers = found
        cacheDuration = try Self.cacheDuration(tree)
    }

    private static func cacheDuration(_ tree: XMLTree) throws(VerificationFailure) -> Int64? {
        var shortest: Int64?
        for index in tree.elements.indices where tree[index].name.space == .metadata {
            guard let text = tree.attribute("cacheDuration", of: index) else { continue }
            guard let duration = SAMLDuration.parse(text) else {
                throw VerificationFailure(.timeForm, "`cacheDuration` of the metadata is no duration")
            }
            shortest = min(shortest ?? duration, duration)
        }
        return shortest
    }

    /// The tree of the octets that the root's signature covers.
    private static func verified(
        _ document: inout NativeDocument, _ tree: XMLTree, _ keys: [PublicKey], _ now: Int64,
        _ alarms: any DisagreementObserver
    ) throws(VerificationFailure) -> XMLTree {
        var policy = ProviderPolicy.strict
        policy.limits = limits
        var ids: [CedarString: Int] = [:]
        for index in tree.elements.indices {
            guard let id = tree.attribute("ID", of: index) else { continue }
            guard ids.updateValue(index, forKey: id) == nil else {
                throw VerificationFailure(.idDuplicate, "two elements of the metadata have one ID")
            }
        }
        let signatures = tree.children(of: 0, named: "Signature", .signature)
        guard signatures.count == 1, let id = tree.attribute("ID", of: 0) else {
            throw VerificationFailure(.signatureMissing, "the metadata is not signed")
        }
        let parts = try SignatureProfile.read(signatures[0], of: 0, tree, ids: ids, policy, at: now)
        let verifier = SignatureVerifier(keys: keys, policy: policy, now: now, alarms: alarms)
        let octets = try verifier.verify(&document, parts, of: 0).octets
        var limits = limits
        limits.maximumBytes = limits.maximumCanonicalBytes
        let signed = try NativeDocument(parsing: octets, limits: limits).tree()
        guard signed[0].name == tree[0].name, signed.attribute("ID", of: 0) == id else {
            throw VerificationFailure(.signedOther, "the signed octets are not the metadata")
        }
        return signed
    }

    private static func provider(_ index: Int, _ tree: XMLTree) throws(VerificationFailure) -> Provider? {
        let roles = tree.children(of: index, named: "IDPSSODescriptor", .metadata).filter { role in
            tree.attribute("protocolSupportEnumeration", of: role)?.utf8
                .split(separator: UInt8(ascii: " "))
                .contains { $0.elementsEqual("urn:oasis:names:tc:SAML:2.0:protocol".utf8) } ?? false
        }
        guard !roles.isEmpty else { return nil }
        guard let id = tree.attribute("entityID", of: index), !id.isEmpty else {
            throw VerificationFailure(.samlIssuerMissing, "an entity of the metadata has no id")
        }
        var certificates: [[UInt8]] = []
        var addresses: [CedarString] = []
        for role in roles {
            for descriptor in tree.children(of: role, named: "KeyDescriptor", .metadata)
            where tree.attribute("use", of: descriptor).map({ $0 == "signing" }) ?? true {
                certificates += try Self.certificates(descriptor, tree)
            }
            addresses += tree.children(of: role, named: "SingleSignOnService", .metadata)
                .compactMap { tree.attribute("Location", of: $0) }
        }
        return Provider(
            entityID: id, certificates: certificates, validUntil: try end(of: index, roles, tree),
            signInAddresses: addresses)
    }

    private static func certificates(_ descriptor: Int, _ tree: XMLTree) throws(VerificationFailure) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for info in tree.children(of: descriptor, named: "KeyInfo", .signature) {
            for holder in tree.children(of: info, named: "X509Data", .signature) {
                for certificate in tree.children(of: holder, named: "X509Certificate", .signature) {
                    guard tree.isLeaf(certificate), let der = SAMLBase64.decode(tree[certificate].text) else {
                        throw VerificationFailure(.signatureBase64, "a certificate of the metadata is not base64")
                    }
                    if !result.contains(der) { result.append(der) }
                }
            }
        }
        return result
    }

    /// The earliest end of the role, the entity, and all that is around it.
    private static func end(of index: Int, _ roles: [Int], _ tree: XMLTree) throws(VerificationFailure) -> Int64? {
        var ends: [Int64] = []
        var places = roles
        var place = index
        while place >= 0 {
            places.append(place)
            place = tree[place].parent
        }
        for place in places {
            guard let text = tree.attribute("validUntil", of: place) else { continue }
            guard let instant = SAMLInstant.parse(text) else {
                throw VerificationFailure(.timeForm, "`validUntil` of the metadata is no time with a zone")
            }
            ends.append(instant)
        }
        return ends.min()
    }
}
