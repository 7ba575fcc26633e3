package import CedarSyntax
package import Documents
import JOSE

extension TenantTrust {
    /// The greatest number of issuers of a tenant.
    static let maximumIssuers = 100

    /// Reads the sections `oidc` and `claims` of a tenant's file.
    ///
    /// Findings go to the collector; the trust must not be used when it has errors.
    /// - Parameters:
    ///   - oidc: the section `oidc`.
    ///   - claims: the section `claims`: the mapping of all issuers that have none of their own.
    ///   - saml: the section `saml`, read.
    ///   - keyFile: the content of a file that `keys` names, relative to the application's folder; `nil` when there is
    ///     no such file.
    package static func read(
        tenant: String, oidc: DocumentNode?, claims: DocumentNode?, saml: (any ProtocolTrust)? = nil,
        keyFile: (String) -> [UInt8]?, into diagnostics: DiagnosticCollector
    ) -> TenantTrust? {
        let mapping = claims.flatMap { ClaimMapping.read($0, into: diagnostics) } ?? .standard
        guard let oidc else {
            if let saml { return TenantTrust(tenant: CedarString(tenant), issuers: [], saml: saml) }
            if let claims {
                diagnostics.report(
                    .identityContradiction,
                    "`claims` has no effect without an issuer in `oidc` or a provider in `saml`",
                    severity: .warning, at: claims.location)
            }
            return nil
        }
        guard var reader = MappingReader(oidc, what: "`oidc`", into: diagnostics) else { return nil }
        if !reader.contains("issuers") { reader.reportMissing("issuers") }
        let nodes = reader.sequence("issuers") ?? []
        let additions = reader.distinctStrings("caller_may_add") ?? []
        reader.finish()
        if nodes.count > maximumIssuers {
            diagnostics.report(
                .identityLimit, "a tenant can trust at most \(maximumIssuers) issuers", at: oidc.location)
        }
        var seen: Set<CedarString> = []
        var issuers: [TrustedIssuer] = []
        for node in nodes.prefix(maximumIssuers) {
            guard let issuer = TrustedIssuer.read(node, mapping, keyFile, into: diagnostics) else { continue }
            if seen.insert(issuer.issuer).inserted {
                issuers.append(issuer)
            } else {
                diagnostics.report(
                    .duplicateIssuer, "the issuer `\(issuer.issuer)` is listed twice", at: node.location,
                    help: "give one entry several `audiences`")
            }
        }
        checkAdditions(additions, issuers, oidc.file, diagnostics)
        return TenantTrust(
            tenant: CedarString(tenant), issuers: issuers,
            callerMayAdd: Set(additions.map { CedarString($0.value) }), saml: saml)
    }

    /// What a caller may add is never what a claim gives: it would be unclear whose word counts.
    private static func checkAdditions(
        _ additions: [Spanned<String>], _ issuers: [TrustedIssuer], _ file: SourceFile,
        _ diagnostics: DiagnosticCollector
    ) {
        let mapped = Set(issuers.flatMap { $0.mapping.attributes.map(\.name) })
        for addition in additions where mapped.contains(CedarString(addition.value)) {
            diagnostics.report(
                .identityContradiction,
                "`caller_may_add` lists `\(addition.value)`, and `claims` gives this attribute",
                at: .init(file, addition.span), help: "remove it from one of the two")
        }
    }

    /// Issuers that several tenants accept for the same audience, at least one of them without a claim that tells the
    /// tenants apart.
    ///
    /// A token of the other tenant's user would be good there. Named is the tenant that lacks the claim.
    package static func ambiguities(
        among trusts: [TenantTrust]
    ) -> [(issuer: TrustedIssuer, tenant: CedarString, other: CedarString)] {
        struct Acceptance: Hashable {
            let issuer: CedarString
            let audience: CedarString?
            let client: CedarString?
            let conditions: [ClaimCondition]
        }
        var first: [Acceptance: CedarString] = [:]
        var open: [Acceptance: (issuer: TrustedIssuer, tenant: CedarString)] = [:]
        var reported: Set<CedarString> = []
        var found: [(issuer: TrustedIssuer, tenant: CedarString, other: CedarString)] = []
        for trust in trusts {
            for issuer in trust.issuers.values.sorted(by: { $0.issuer < $1.issuer }) {
                for acceptance in issuer.acceptances(Acceptance.init) {
                    let isOpen = issuer.required.isEmpty
                    let named = isOpen ? (issuer, trust.tenant) : open[acceptance]
                    if let other = first[acceptance], let named, reported.insert(issuer.issuer).inserted {
                        found.append((named.0, named.1, isOpen ? other : trust.tenant))
                    }
                    if first[acceptance] == nil { first[acceptance] = trust.tenant }
                    if isOpen, open[acceptance] == nil { open[acceptance] = (issuer, trust.tenant) }
                }
            }
        }
        return found
    }
}

extension TrustedIssuer {
    /// What a token can be accepted for, one value each.
    fileprivate func acceptances<Acceptance>(
        _ make: (CedarString, CedarString?, CedarString?, [ClaimCondition]) -> Acceptance
    ) -> [Acceptance] {
        let byClient = tokens.contains(.id) ? clients.sorted() : []
        return audiences.sorted().map { make(issuer, $0, nil, []) } + byClient.map { make(issuer, nil, $0, []) }
            + (withoutAudience.map { [make(issuer, nil, nil, $0)] } ?? [])
    }

    /// Issuers whose tokens are made for everybody: `iss` alone says nothing about the customer.
    static let shared: [String] = [
        "https://accounts.google.com", "accounts.google.com", "https://token.actions.githubusercontent.com",
        "https://gitlab.com", "https://appleid.apple.com",
        "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
    ]

    /// Reads an entry of `issuers`.
    static func read(
        _ node: DocumentNode, _ mapping: ClaimMapping, _ keyFile: (String) -> [UInt8]?,
        into diagnostics: DiagnosticCollector
    ) -> TrustedIssuer? {
        guard var reader = MappingReader(node, what: "an issuer", into: diagnostics) else { return nil }
        let name = reader.requiredString("issuer")
        let keys = KeyOrigin.read(reader.value("keys"), keyFile, into: diagnostics)
        var issuer = TrustedIssuer(
            issuer: CedarString(name?.value ?? ""), keys: keys ?? .discovery, mapping: mapping)
        if let own = reader.value("claims"), let mapping = ClaimMapping.read(own, into: diagnostics) {
            issuer.mapping = mapping
        }
        issuer.readTokens(&reader, into: diagnostics)
        issuer.readConditions(&reader, into: diagnostics)
        issuer.readBounds(&reader, into: diagnostics)
        reader.finish()
        guard let name else { return nil }
        issuer.span = name.span
        issuer.check(name, node, into: diagnostics)
        return issuer
    }

    private mutating func readTokens(_ reader: inout MappingReader, into diagnostics: DiagnosticCollector) {
        if let words = reader.distinctStrings("tokens") {
            tokens = Set(words.compactMap { reader.choice(of: $0, key: "tokens", TokenKind.self) })
            if tokens.contains(.access), tokens.contains(.rfc9068) {
                diagnostics.report(
                    .identityContradiction, "`access` already takes every `rfc9068` token", at: reader.node.location,
                    help: "list one of the two")
            }
        }
        audiences = Self.texts("audiences", &reader)
        clients = Self.texts("clients", &reader)
        if reader.contains("authorized_parties") { authorizedParties = Self.texts("authorized_parties", &reader) }
        guard let names = reader.distinctStrings("algorithms") else { return }
        let file = reader.node.file
        algorithms = SignatureAlgorithmSet(
            names.compactMap { name in
                if let algorithm = SignatureAlgorithm(name: name.value) { return algorithm }
                diagnostics.report(
                    .unknownAlgorithm, "the algorithm `\(name.value)` is not supported", at: .init(file, name.span),
                    help: Suggestion.sentence(for: name.value, among: SignatureAlgorithm.names)
                        ?? "choose from \(SignatureAlgorithm.names.map { "`\($0)`" }.joined(separator: ", "))")
                return nil
            })
    }

    private static func texts(_ key: String, _ reader: inout MappingReader) -> Set<CedarString> {
        Set((reader.distinctStrings(key) ?? []).map { CedarString($0.value) })
    }

    private mutating func readConditions(_ reader: inout MappingReader, into diagnostics: DiagnosticCollector) {
        required = ClaimCondition.read(reader.entries("require") ?? [], into: diagnostics)
        if let members = reader.entries("without_audience") {
            let conditions = ClaimCondition.read(members, into: diagnostics)
            if conditions.isEmpty {
                diagnostics.report(
                    .audienceMissing, "`without_audience` needs a condition that stands in for the audience",
                    at: reader.node.location, help: "for example `client_id: [web]` and `token_use: access`")
            } else {
                withoutAudience = conditions
            }
        }
        requiresBinding = reader.bool("require_binding")?.value ?? false
    }

    private mutating func readBounds(_ reader: inout MappingReader, into diagnostics: DiagnosticCollector) {
        let file = reader.node.file
        func number(_ key: String, _ range: ClosedRange<Int64>, _ reader: inout MappingReader) -> Int64? {
            guard let number = reader.integer(key) else { return nil }
            if range.contains(number.value) { return number.value }
            diagnostics.report(
                .identityLimit, "`\(key)` is from \(range.lowerBound) to \(range.upperBound)",
                at: .init(file, number.span))
            return nil
        }
        clockSkew = number("clock_skew", 0...300, &reader) ?? clockSkew
        maximumLifetime = number("max_lifetime", 60...31_622_400, &reader) ?? maximumLifetime
        maximumAge = number("max_age", 1...31_622_400, &reader)
        proofWindow = number("proof_window", 5...3_600, &reader) ?? proofWindow
        if let bytes = number("max_token_bytes", 4_096...65_536, &reader) { limits.maximumTokenBytes = Int(bytes) }
    }

    private func check(_ name: Spanned<String>, _ node: DocumentNode, into diagnostics: DiagnosticCollector) {
        let place = Diagnostic.Location(node.file, name.span)
        if name.value.isEmpty || name.value.utf8.count > 1_024 {
            diagnostics.report(.issuerForm, "an issuer has 1 to 1024 bytes", at: place)
        }
        if case .discovery = keys, !KeyOrigin.isAddress(name.value) {
            diagnostics.report(
                .issuerForm, "`\(name.value)` is no address, so that its keys cannot be found", at: place,
                help: "begin with `https://`, or say where the keys are: `keys: {url: \"https://...\"}`")
        }
        let wantsAccess = tokens.contains(.access) || tokens.contains(.rfc9068)
        if wantsAccess, audiences.isEmpty, withoutAudience == nil {
            diagnostics.report(
                .audienceMissing, "the issuer `\(name.value)` has no `audiences`", at: place,
                help: "without them a token for any other service would be good here")
        }
        if tokens.contains(.id), clients.isEmpty {
            diagnostics.report(
                .audienceMissing, "the issuer `\(name.value)` has no `clients` whose ID tokens count", at: place)
        }
        let isShared = Self.shared.contains { CedarString($0) == issuer } || issuer.isMultiTenant
        if isShared, required.isEmpty {
            diagnostics.report(
                .sharedIssuer, "the issuer `\(name.value)` serves everybody, and nothing tells its customers apart",
                at: place,
                help: "add `require` with the claim of your organization, such as `hd`, `tid` or `repository_owner_id`")
        }
    }
}

extension CedarString {
    /// Whether an issuer of Entra ID is for accounts of any organization.
    fileprivate var isMultiTenant: Bool {
        ["common", "organizations", "consumers", "{tenantid}"].contains { part in
            utf8.starts(with: "https://login.microsoftonline.com/\(part)/".utf8)
        }
    }
}

extension ClaimCondition {
    /// Reads conditions: a claim and its value, or a list of values.
    static func read(_ members: [DocumentMember], into diagnostics: DiagnosticCollector) -> [ClaimCondition] {
        members.compactMap { member in
            let values = (member.value.elements ?? [member.value]).compactMap { node -> ClaimScalar? in
                switch node.value {
                case .string(let text): return .text(CedarString(text))
                case .integer(let integer): return .integer(integer)
                case .bool(let bool): return .bool(bool)
                case .null, .number, .sequence, .mapping:
                    diagnostics.report(
                        .claimForm, "a claim is compared with texts, whole numbers or truth values", at: node.location)
                    return nil
                }
            }
            guard !values.isEmpty else {
                diagnostics.report(
                    .claimForm, "`\(member.key.value)` has no value to compare with", at: member.value.location)
                return nil
            }
            return ClaimCondition(claim: CedarString(member.key.value), values: Set(values))
        }
    }
}

extension KeyOrigin {
    /// Whether a text can be an address of keys.
    ///
    /// Plain `http` is for tests on one machine; fetching refuses it elsewhere.
    static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
        return text.utf8.starts(with: "https://".utf8) || text.utf8.starts(with: "http://".utf8)
    }

    /// Reads `keys`: `discovery`, or a mapping with one of `url`, `file` and `inline`.
    ///
    /// Findings go to the collector.
    package static func read(
        _ node: DocumentNode?, _ keyFile: (String) -> [UInt8]?, into diagnostics: DiagnosticCollector
    ) -> KeyOrigin? {
        guard let node else { return nil }
        if case .string(let word) = node.value, CedarString(word) == "discovery" { return .discovery }
        guard var reader = MappingReader(node, what: "`keys`", into: diagnostics) else { return nil }
        let url = reader.string("url")
        let file = reader.string("file")
        let inline = reader.string("inline")
        reader.finish()
        switch (url, file, inline) {
        case (.some(let url), nil, nil):
            if isAddress(url.value) { return .address(url.value) }
            diagnostics.report(
                .issuerForm, "`\(url.value)` is no address of keys", at: .init(node.file, url.span),
                help: "begin with `https://`")
        case (nil, .some(let file), nil):
            if let bytes = keyFile(file.value) {
                return fixed(bytes, at: .init(node.file, file.span), into: diagnostics)
            }
            diagnostics.report(
                .keySetUnreadable, "there is no file `\(file.value)` in the application",
                at: .init(node.file, file.span))
        case (nil, nil, .some(let inline)):
            return fixed(Array(inline.value.utf8), at: .init(node.file, inline.span), into: diagnostics)
        default:
            diagnostics.report(
                .identityContradiction, "`keys` has one of `url`, `file` and `inline`", at: node.location)
        }
        return nil
    }

    /// Keys from the configuration: a set without a usable key is a mistake, a single unusable key worth a warning.
    private static func fixed(
        _ bytes: [UInt8], at place: Diagnostic.Location, into diagnostics: DiagnosticCollector
    ) -> KeyOrigin? {
        let set: JSONWebKeySet
        do {
            set = try JSONWebKeySet(parsing: bytes)
        } catch {
            diagnostics.report(.keySetUnreadable, "\(error)", at: place)
            return nil
        }
        for refusal in set.refusals {
            diagnostics.report(
                .keyRefused, "key \(refusal.index + 1) of the set is not used: \(refusal.reason.detail)",
                severity: .warning, at: place)
        }
        if set.keys.isEmpty {
            diagnostics.report(.keySetUnreadable, "the key set has no key that can be used", at: place)
            return nil
        }
        return .fixed(FixedKeySet(set))
    }
}
