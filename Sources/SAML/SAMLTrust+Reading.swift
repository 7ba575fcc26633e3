import CedarModel
import CedarSyntax
package import Documents
package import Identity

extension SAMLTrust {
    /// The greatest number of providers of a tenant.
    static let maximumProviders = 100

    /// Reads the section `saml` of a tenant's file.
    ///
    /// Findings go to the collector; the trust must not be used when it has errors.
    /// - Parameters:
    ///   - mapping: the mapping of all providers that have none of their own.
    ///   - keyFile: the content of a file in the application's folder; `nil` when there is no such file.
    ///   - now: the time, for the ends of certificates and metadata.
    package static func read(
        tenant: String, _ node: DocumentNode, mapping: ClaimMapping, keyFile: (String) -> [UInt8]?, now: Int64,
        into diagnostics: DiagnosticCollector
    ) -> SAMLTrust? {
        withoutActuallyEscaping(keyFile) { keyFile in
            read(
                tenant: tenant, node, mapping: mapping,
                SAMLSection(file: node.file, diagnostics: diagnostics, keyFile: keyFile, now: now))
        }
    }

    private static func read(
        tenant: String, _ node: DocumentNode, mapping: ClaimMapping, _ section: SAMLSection
    ) -> SAMLTrust? {
        let diagnostics = section.diagnostics
        guard var reader = MappingReader(node, what: "`saml`", into: diagnostics) else { return nil }
        let service = section.service(&reader, node)
        var bindings: Set<MessageBinding> = [.response, .assertion]
        if let words = reader.distinctStrings("accept") {
            bindings = Set(words.compactMap { reader.choice(of: $0, key: "accept", MessageBindingWord.self)?.binding })
        }
        let solicitation: SolicitationRule = reader.choice("requests") ?? .optional
        let responseReplay: ReplayRule = reader.choice("response_replay") ?? .refuse
        let assertionReplay: ReplayRule = reader.choice("assertion_replay") ?? .allow
        if !reader.contains("providers") { reader.reportMissing("providers") }
        let nodes = reader.sequence("providers") ?? []
        reader.finish()
        if nodes.count > maximumProviders {
            diagnostics.report(
                .identityLimit, "a tenant can trust at most \(maximumProviders) identity providers", at: node.location)
        }
        var providers: [IdentityProvider] = []
        for node in nodes.prefix(maximumProviders) {
            guard let provider = section.provider(node, mapping) else { continue }
            if providers.contains(where: { $0.entityID == provider.entityID }) {
                diagnostics.report(
                    .samlProvider, "the provider `\(provider.entityID)` is listed twice", at: node.location,
                    help: "give one entry several `certificates`")
            } else {
                providers.append(provider)
            }
        }
        guard let service else { return nil }
        return SAMLTrust(
            tenant: CedarString(tenant), service: service, providers: providers, bindings: bindings,
            responseReplay: responseReplay, assertionReplay: assertionReplay, solicitation: solicitation)
    }

    /// Whether a message for one of two tenants would be good at the other.
    ///
    /// It is where both trust a provider for a common entity id and a common recipient.
    package func isAmbiguous(with other: SAMLTrust) -> Bool {
        let common = Set(providers.keys).intersection(other.providers.keys)
        return !common.isEmpty && !Set(service.audiences).isDisjoint(with: other.service.audiences)
            && !Set(service.recipients).isDisjoint(with: other.service.recipients)
    }
}

/// The words of `accept`.
private enum MessageBindingWord: String, CaseIterable {
    case response, assertion

    var binding: MessageBinding { self == .response ? .response : .assertion }
}

/// The words of `cross_check`.
private enum CrossCheckWord: String, CaseIterable { case always, off }

/// The words of `certificate_expiry`.
private enum CertificateExpiryWord: String, CaseIterable { case ignore, refuse }

/// Reads the parts of the section.
struct SAMLSection {
    let file: SourceFile
    let diagnostics: DiagnosticCollector
    let keyFile: (String) -> [UInt8]?
    let now: Int64

    func texts(_ key: String, _ reader: inout MappingReader) -> [Spanned<String>] {
        reader.distinctStrings(key) ?? []
    }

    // MARK: Service

    func service(_ reader: inout MappingReader, _ node: DocumentNode) -> ServiceIdentity? {
        let ids = texts("entity_ids", &reader)
        let recipients = texts("recipients", &reader)
        let keys = texts("decryption_keys", &reader)
        for (name, values) in [("entity_ids", ids), ("recipients", recipients)] where values.isEmpty {
            diagnostics.report(
                .samlService, "`saml` has no `\(name)`", at: node.location,
                help: "without them a message for any other service would be good here")
        }
        for text in ids + recipients where text.value.isEmpty || text.value.utf8.count > 1_024 {
            diagnostics.report(
                .samlService, "the names of the service have 1 to 1024 bytes", at: .init(file, text.span))
        }
        guard !ids.isEmpty, !recipients.isEmpty else { return nil }
        var own: [DecryptionKey] = []
        for text in keys {
            guard let bytes = keyFile(text.value), let key = DecryptionKey(pem: bytes), key.facts.kind == .rsa,
                key.facts.isStrong(minimumRSABits: 2_048)
            else {
                diagnostics.report(
                    .samlCertificate, "`\(text.value)` is no RSA key of at least 2048 bits in PEM without a passphrase",
                    at: .init(file, text.span))
                continue
            }
            own.append(key)
        }
        if own.count > 4 {
            diagnostics.report(
                .identityLimit, "a service has at most 4 decryption keys", at: node.location)
        }
        return ServiceIdentity(
            audiences: ids.map { CedarString($0.value) }, recipients: recipients.map { CedarString($0.value) },
            keys: own)
    }

    // MARK: Providers

    func provider(_ node: DocumentNode, _ mapping: ClaimMapping) -> IdentityProvider? {
        guard var reader = MappingReader(node, what: "a provider", into: diagnostics) else { return nil }
        let id = reader.requiredString("entity_id")
        var policy = ProviderPolicy.strict
        policy.crossChecks = reader.choice("cross_check", CrossCheckWord.self) != .off
        policy.checksCertificates = reader.choice("certificate_expiry", CertificateExpiryWord.self) == .refuse
        readBounds(&reader, &policy)
        readTolerances(&reader, &policy)
        let given = texts("certificates", &reader).flatMap { certificates($0, policy) }
        var mapping = mapping
        if let own = reader.value("claims"), let read = ClaimMapping.read(own, into: diagnostics) { mapping = read }
        let metadata = reader.value("metadata")
        reader.finish()
        guard let id else { return nil }
        if IdentityProvider.hasUnusualForm(id.value) {
            diagnostics.report(
                .samlProvider, "the entity id has 1 to 1024 bytes and no white space around it",
                at: .init(file, id.span))
        }
        var provider = IdentityProvider(entityID: CedarString(id.value), keys: given, policy: policy, mapping: mapping)
        if let metadata { readMetadata(metadata, &provider) }
        if provider.keys.isEmpty, provider.metadata == nil {
            diagnostics.report(
                .samlProvider, "the provider `\(id.value)` has no certificate that can be used",
                at: .init(file, id.span), help: "list its certificates in `certificates`, or name its `metadata`")
        }
        if provider.keys.count > 8 {
            diagnostics.report(.identityLimit, "a provider has at most 8 certificates", at: .init(file, id.span))
        }
        return provider
    }

    private func readBounds(_ reader: inout MappingReader, _ policy: inout ProviderPolicy) {
        func number(_ key: String, _ range: ClosedRange<Int64>) -> Int64? {
            guard let number = reader.integer(key) else { return nil }
            if range.contains(number.value) { return number.value }
            diagnostics.report(
                .identityLimit, "`\(key)` is from \(range.lowerBound) to \(range.upperBound)",
                at: .init(file, number.span))
            return nil
        }
        policy.clockSkew = number("clock_skew", 0...300) ?? policy.clockSkew
        policy.maximumAge = number("max_age", 1...31_622_400)
        policy.maximumAuthenticationAge = number("max_authentication_age", 1...31_622_400)
        if let bytes = number("max_message_bytes", 4_096...1_048_576) { policy.limits.maximumBytes = Int(bytes) }
        if let words = reader.distinctStrings("authentication_contexts") {
            policy.contexts = Set(words.map { CedarString($0.value) })
        }
        if let words = reader.distinctStrings("scopes") { policy.scopes = Set(words.map { CedarString($0.value) }) }
        if let bool = reader.bool("require_name_id") { policy.requiresNameID = bool.value }
        if let bool = reader.bool("check_name_qualifier") { policy.checksNameQualifier = bool.value }
        if let bool = reader.bool("merge_duplicate_attributes") { policy.mergesDuplicateAttributes = bool.value }
    }

    /// What a provider is tolerated: each by its name, and each with a warning.
    private func readTolerances(_ reader: inout MappingReader, _ policy: inout ProviderPolicy) {
        guard var tolerances = reader.mapping("tolerate") else { return }
        func flag(_ key: String, _ what: String) -> Bool {
            guard let bool = tolerances.bool(key), bool.value else { return false }
            diagnostics.report(
                .samlTolerance, "\(what) is accepted from this provider", severity: .warning,
                at: .init(file, bool.span), help: "ask the provider to change it, and remove `\(key)`")
            return true
        }
        if let text = tolerances.string("sha1_until") {
            if let end = SAMLInstant.parse(CedarString(text.value)) {
                policy.sha1Until = end
                diagnostics.report(
                    .samlTolerance, "SHA-1 is accepted from this provider until \(text.value)", severity: .warning,
                    at: .init(file, text.span), help: "forgeries with SHA-1 are feasible; keep the time short")
            } else {
                diagnostics.report(
                    .samlTolerance, "`sha1_until` is a time such as `2027-01-31T00:00:00Z`", at: .init(file, text.span))
            }
        }
        policy.allowsCBC = flag("cbc", "content in cipher block chaining")
        policy.allowsRSA15 = flag("rsa15", "RSA with PKCS #1 v1.5 padding for content keys")
        policy.allowsInclusiveCanonicalization = flag("inclusive_c14n", "inclusive canonicalization")
        policy.allowsEmptyReference = flag("empty_reference", "an empty reference")
        policy.toleratesElementOrder = flag("element_order", "another order of elements")
        policy.toleratesMissingDestination = flag("missing_destination", "a signed response without destination")
        policy.ignoresBearerNotBefore = flag("bearer_not_before", "`NotBefore` at a bearer confirmation")
        tolerances.finish()
    }

    func certificates(_ text: Spanned<String>, _ policy: ProviderPolicy) -> [PublicKey] {
        let isInline = text.value.utf8.starts(with: "-----BEGIN".utf8)
        guard let bytes = isInline ? Array(text.value.utf8) : keyFile(text.value),
            let list = CertificateText.read(bytes)
        else {
            diagnostics.report(
                .samlCertificate,
                isInline ? "the certificate cannot be read" : "`\(text.value)` is no certificate in PEM",
                at: .init(file, text.span), help: "name a file `keys/<name>.pem`, or write the certificate here")
            return []
        }
        return list.compactMap { key($0, policy, at: .init(file, text.span)) }
    }

    /// The key of a certificate; weak ones do not count, and expired ones are told of.
    func key(_ der: [UInt8], _ policy: ProviderPolicy, at place: Diagnostic.Location) -> PublicKey? {
        guard let key = PublicKey(certificate: der) else {
            diagnostics.report(
                .samlCertificate, "a certificate cannot be read, or its key is neither RSA nor on an elliptic curve",
                at: place)
            return nil
        }
        guard key.facts.isStrong(minimumRSABits: policy.minimumRSABits) else {
            diagnostics.report(
                .samlCertificate, "the key of a certificate is too weak: \(key.facts.kind.rawValue) \(key.facts.bits)",
                at: place, help: "RSA keys have at least 2048 bits; the curves are P-256, P-384 and P-521")
            return nil
        }
        if !key.facts.isCurrent(at: now) {
            diagnostics.report(
                .samlCertificate,
                "the certificate with the SHA-256 thumbprint \(key.facts.thumbprintText) is not valid now",
                severity: .warning, at: place,
                help: policy.checksCertificates
                    ? "messages signed with it are refused"
                    : "it counts all the same; `certificate_expiry: refuse` changes that")
        }
        return key
    }
}

extension IdentityProvider {
    /// Whether an entity id could never equal an issuer that is read.
    fileprivate static func hasUnusualForm(_ id: String) -> Bool {
        guard let first = id.utf8.first, let last = id.utf8.last else { return true }
        return id.utf8.count > 1_024 || first <= 0x20 || last <= 0x20
    }
}
