import CedarSyntax
import Identity

/// What a message was found to say, with what it was found by.
package struct JudgedMessage: Sendable {
    /// What the assertion says.
    package let facts: AssertionFacts
    /// The provider, with the keys that counted.
    package let provider: IdentityProvider
    /// The fetched metadata that the keys came from; zero for keys of the configuration.
    package let metadataGeneration: UInt64
    /// SHA-256 of the certificates whose keys made the signatures, from the outside in.
    package let thumbprints: [String]
    /// Whether the assertion was encrypted.
    package let wasEncrypted: Bool
    /// What the message came as.
    package let binding: MessageBinding
}

/// Judges one message: structure before cryptography, and claims only from the octets that were signed.
struct MessageJudgement {
    let trust: SAMLTrust
    let binding: MessageBinding
    let expectations: PresentedCredentials.SAMLExpectations
    let now: Int64
    let metadata: any MetadataSource
    let alarms: any DisagreementObserver

    /// A provider, and the fetched metadata that its keys are from.
    private struct KnownProvider {
        var provider: IdentityProvider
        var metadata: MetadataSnapshot?
    }

    func judge(_ message: [UInt8]) throws(VerificationFailure) -> JudgedMessage {
        var document = try NativeDocument(parsing: message, limits: trust.limits)
        let tree = document.tree()
        let isResponse = binding == .response
        guard tree.has(0, isResponse ? "Response" : "Assertion", isResponse ? .protocol2 : .assertion) else {
            throw VerificationFailure(.samlRoot, "the root of the message is not the expected element")
        }
        let rules = try DocumentRules(checking: tree)
        if isResponse { try ResponseShape.checkStatus(0, tree) }
        let known = try provider(tree)
        let provider = known.provider
        guard message.count <= provider.policy.limits.maximumBytes else {
            throw VerificationFailure(.messageSize, "the message is longer than the provider's may be")
        }
        do {
            return isResponse
                ? try response(&document, tree, rules, known) : try assertion(&document, tree, rules, known)
        } catch {
            if let origin = provider.metadata, let snapshot = known.metadata,
                [.signatureInvalid, .keyType, .keyWeak].contains(error.code)
            {
                metadata.expectNews(at: origin, beyond: snapshot)
            }
            throw error
        }
    }

    /// The provider whose keys may count: selected by the issuer's name, which the signed octets must repeat.
    private func provider(_ tree: XMLTree) throws(VerificationFailure) -> KnownProvider {
        let own = tree.children(of: 0, named: "Issuer", .assertion).first
        let inner = tree.children(of: 0, named: "Assertion", .assertion).first
            .flatMap { tree.children(of: $0, named: "Issuer", .assertion).first }
        guard let element = inner ?? own else {
            throw VerificationFailure(.samlIssuerMissing, "the message has no issuer")
        }
        let name = try IssuerText.read(element, tree)
        guard let provider = trust.providers[name] else {
            throw VerificationFailure(.samlIssuerMismatch, "the tenant does not trust the message's issuer")
        }
        if let end = provider.validUntil, now >= end {
            throw VerificationFailure(.keyMissing, "the metadata of the provider is not valid any more")
        }
        return try fetched(provider)
    }

    /// The provider with the keys of its fetched metadata, where it has any.
    private func fetched(_ provider: IdentityProvider) throws(VerificationFailure) -> KnownProvider {
        guard let origin = provider.metadata else { return KnownProvider(provider: provider) }
        switch metadata.metadata(at: origin) {
        case .unavailable(let reason):
            throw VerificationFailure(.keysUnavailable, reason, disposition: .indeterminate)
        case .available(let snapshot):
            // What the publisher leaves out is revoked.
            guard let entry = snapshot.providers[provider.entityID] else {
                throw VerificationFailure(.keyMissing, "the fetched metadata does not have the provider")
            }
            if let end = entry.validUntil, now >= end {
                throw VerificationFailure(
                    .keysUnavailable, "the fetched metadata of the provider is not valid any more",
                    disposition: .indeterminate)
            }
            var known = provider
            known.keys = entry.keys
            known.validUntil = entry.validUntil
            return KnownProvider(provider: known, metadata: snapshot)
        }
    }

    private func verifier(for provider: IdentityProvider) -> SignatureVerifier {
        SignatureVerifier(keys: provider.keys, policy: provider.policy, now: now, alarms: alarms)
    }

    // MARK: Bare assertions

    private func assertion(
        _ document: inout NativeDocument, _ tree: XMLTree, _ rules: DocumentRules, _ known: KnownProvider
    ) throws(VerificationFailure) -> JudgedMessage {
        let provider = known.provider
        let shape = try AssertionShape(0, tree, toleratesOrder: provider.policy.toleratesElementOrder)
        guard let signature = shape.signature else {
            throw VerificationFailure(.signatureMissing, "the assertion is not signed")
        }
        let parts = try SignatureProfile.read(signature, of: 0, tree, ids: rules.ids, provider.policy, at: now)
        let verified = try verifier(for: provider).verify(&document, parts, of: 0)
        let signed = try SignedTree(verified.octets, "Assertion", .assertion, shape.head.id, provider.policy)
        return judged(
            try read(signed.tree, 0, provider, answered: nil, ids: Set(rules.ids.keys)), known, [verified.key],
            wasEncrypted: false)
    }

    // MARK: Responses

    /// A response whose own signature was checked, if it has one, and where to read it.
    private struct OpenedResponse {
        var tree: XMLTree
        var shape: ResponseShape
        var key: PublicKey?
    }

    private func response(
        _ document: inout NativeDocument, _ tree: XMLTree, _ rules: DocumentRules, _ known: KnownProvider
    ) throws(VerificationFailure) -> JudgedMessage {
        let provider = known.provider
        let policy = provider.policy
        let shape = try ResponseShape(0, tree, toleratesOrder: policy.toleratesElementOrder)
        // All signatures keep to the profile before any is verified.
        let outer = try shape.signature.map { signature throws(VerificationFailure) in
            try SignatureProfile.read(signature, of: 0, tree, ids: rules.ids, policy, at: now)
        }
        var inner: SignatureProfile.Parts?
        if !shape.isEncrypted {
            let assertion = try AssertionShape(shape.content, tree, toleratesOrder: policy.toleratesElementOrder)
            inner = try assertion.signature.map { signature throws(VerificationFailure) in
                try SignatureProfile.read(signature, of: shape.content, tree, ids: rules.ids, policy, at: now)
            }
            guard outer != nil || inner != nil else {
                throw VerificationFailure(.signatureMissing, "neither the response nor the assertion is signed")
            }
        }
        var opened = OpenedResponse(tree: tree, shape: shape)
        if let outer {
            let verified = try verifier(for: provider).verify(&document, outer, of: 0)
            let signed = try SignedTree(verified.octets, "Response", .protocol2, shape.head.id, policy)
            opened.tree = signed.tree
            try ResponseShape.checkStatus(0, signed.tree)
            opened.shape = try ResponseShape(0, signed.tree, toleratesOrder: policy.toleratesElementOrder)
            opened.key = verified.key
        }
        try check(opened, provider)
        if shape.isEncrypted { return try encrypted(opened, rules, known) }
        guard let inner else {
            return judged(
                try read(
                    opened.tree, opened.shape.content, provider, answered: opened.shape.inResponseTo,
                    ids: Set(rules.ids.keys)), known, [opened.key], wasEncrypted: false)
        }
        let id = tree.attribute("ID", of: shape.content) ?? ""
        let verified = try verified(&document, inner, of: shape.content, provider)
        let signed = try SignedTree(verified.octets, "Assertion", .assertion, id, policy)
        guard opened.tree.attribute("ID", of: opened.shape.content) == id else {
            throw VerificationFailure(.signedOther, "the response was signed with another assertion")
        }
        return judged(
            try read(signed.tree, 0, provider, answered: opened.shape.inResponseTo, ids: Set(rules.ids.keys)),
            known, [opened.key, verified.key], wasEncrypted: false)
    }

    /// The signature of an assertion within a response.
    ///
    /// Inclusive canonicalization depends on what is around an element, and providers that use it sign assertions
    /// before they put them into the response. Where it is allowed, the assertion on its own is tried too.
    private func verified(
        _ document: inout NativeDocument, _ parts: SignatureProfile.Parts, of assertion: Int,
        _ provider: IdentityProvider
    ) throws(VerificationFailure) -> SignatureVerifier.Verified {
        let policy = provider.policy
        do {
            return try verifier(for: provider).verify(&document, parts, of: assertion)
        } catch {
            guard policy.allowsInclusiveCanonicalization,
                error.code == .signatureInvalid || error.code == .digestMismatch
            else { throw error }
        }
        let octets = try document.canonical(
            assertion, without: nil, .exclusive, prefixes: "", withComments: true,
            limit: policy.limits.maximumCanonicalBytes)
        var limits = policy.limits
        limits.maximumBytes = limits.maximumCanonicalBytes
        var alone = try NativeDocument(parsing: octets, limits: limits)
        let tree = alone.tree()
        let rules = try DocumentRules(checking: tree)
        guard let signature = try AssertionShape(0, tree, toleratesOrder: policy.toleratesElementOrder).signature else {
            throw VerificationFailure(.signatureMissing, "the assertion is not signed")
        }
        let own = try SignatureProfile.read(signature, of: 0, tree, ids: rules.ids, policy, at: now)
        return try verifier(for: provider).verify(&alone, own, of: 0)
    }

    private func judged(
        _ facts: AssertionFacts, _ known: KnownProvider, _ keys: [PublicKey?], wasEncrypted: Bool
    ) -> JudgedMessage {
        JudgedMessage(
            facts: facts, provider: known.provider, metadataGeneration: known.metadata?.generation ?? 0,
            thumbprints: keys.compactMap { $0?.facts.thumbprintText },
            wasEncrypted: wasEncrypted, binding: binding)
    }

    /// The rules for the response itself (SAML Profiles section 4.1.4.2, SAML Bindings section 3.5.5.2).
    private func check(_ opened: OpenedResponse, _ provider: IdentityProvider) throws(VerificationFailure) {
        let shape = opened.shape
        let isSigned = opened.key != nil
        if let issuer = shape.issuer {
            guard issuer == provider.entityID else {
                throw VerificationFailure(.samlIssuerMismatch, "response and assertion have different issuers")
            }
        } else if isSigned || shape.isEncrypted {
            throw VerificationFailure(.samlIssuerMissing, "the response has no issuer")
        }
        try IssueTime(policy: provider.policy, now: now).check(shape.head.issueInstant, "response")
        if let destination = shape.destination {
            guard !destination.isEmpty else {
                throw VerificationFailure(.destinationEmpty, "the destination is empty")
            }
            let wanted = expectations.recipient.map { [$0] } ?? trust.service.destinations ?? trust.service.recipients
            guard wanted.contains(destination) else {
                throw VerificationFailure(.destinationMismatch, "the destination is somebody else")
            }
        } else if isSigned, !provider.policy.toleratesMissingDestination {
            throw VerificationFailure(.destinationMissing, "the signed response has no destination")
        }
        if let request = expectations.requestID, shape.inResponseTo != request {
            throw VerificationFailure(.inResponseTo, "the response answers another request, or none")
        }
        if expectations.isUnsolicited, shape.inResponseTo != nil {
            throw VerificationFailure(.inResponseTo, "the response answers a request, where none was made")
        }
    }

    // MARK: Encrypted assertions

    private func encrypted(
        _ opened: OpenedResponse, _ rules: DocumentRules, _ known: KnownProvider
    ) throws(VerificationFailure) -> JudgedMessage {
        let provider = known.provider
        let content = try EncryptedContent(opened.shape.content, opened.tree, provider.policy)
        let plaintext = try content.decrypt(with: trust.service.keys)
        // Nothing about a plaintext that anybody could have changed may be told apart from its not being one.
        guard content.isMalleable, opened.key == nil else {
            return try decrypted(plaintext, opened, rules, known)
        }
        do {
            return try decrypted(plaintext, opened, rules, known)
        } catch {
            throw EncryptedContent.failure
        }
    }

    private func decrypted(
        _ plaintext: [UInt8], _ opened: OpenedResponse, _ rules: DocumentRules, _ known: KnownProvider
    ) throws(VerificationFailure) -> JudgedMessage {
        let provider = known.provider
        let policy = provider.policy
        var element = try DecryptedElement.parse(
            plaintext, local: "Assertion", place: opened.shape.content, in: opened.tree,
            ids: Set(rules.ids.keys), limits: policy.limits)
        let ids = Set(rules.ids.keys).union(element.ids.keys)
        let shape = try AssertionShape(element.apex, element.tree, toleratesOrder: policy.toleratesElementOrder)
        guard let signature = shape.signature else {
            // Encryption alone says nothing about who wrote it.
            guard opened.key != nil else {
                throw VerificationFailure(.signatureMissing, "neither the response nor the assertion is signed")
            }
            return judged(
                try read(
                    element.tree, element.apex, provider, answered: opened.shape.inResponseTo, ids: ids),
                known, [opened.key], wasEncrypted: true)
        }
        let parts = try SignatureProfile.read(
            signature, of: element.apex, element.tree, ids: element.ids, policy, at: now)
        let verified = try verifier(for: provider).verify(&element.document, parts, of: element.apex)
        let signed = try SignedTree(verified.octets, "Assertion", .assertion, shape.head.id, policy)
        return judged(
            try read(signed.tree, 0, provider, answered: opened.shape.inResponseTo, ids: ids), known,
            [opened.key, verified.key], wasEncrypted: true)
    }

    // MARK: Claims

    private func read(
        _ tree: XMLTree, _ index: Int, _ provider: IdentityProvider, answered: CedarString?, ids: Set<CedarString>
    ) throws(VerificationFailure) -> AssertionFacts {
        let shape = try AssertionShape(index, tree, toleratesOrder: provider.policy.toleratesElementOrder)
        guard shape.issuer == provider.entityID else {
            throw VerificationFailure(.samlIssuerMismatch, "the assertion's issuer is not the provider")
        }
        return try AssertionReader(
            tree: tree, shape: shape, provider: provider, service: trust.service, expectations: expectations,
            binding: binding, now: now, answered: answered, ids: ids
        ).read()
    }
}

/// The octets that a signature covers, parsed anew: the element that was meant, and nothing else.
struct SignedTree {
    let tree: XMLTree

    init(
        _ octets: [UInt8], _ local: CedarString, _ space: XMLSpace, _ id: CedarString, _ policy: ProviderPolicy
    ) throws(VerificationFailure) {
        var limits = policy.limits
        limits.maximumBytes = limits.maximumCanonicalBytes
        let document = try NativeDocument(parsing: octets, limits: limits)
        tree = document.tree()
        guard tree.has(0, local, space), tree.attribute("ID", of: 0) == id else {
            throw VerificationFailure(.signedOther, "the signed octets are not the element that was meant")
        }
        try DocumentRules(checking: tree)
    }
}
