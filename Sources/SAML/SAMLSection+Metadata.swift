import CedarSyntax
import Documents
import Identity

extension SAMLSection {
    /// Reads `metadata` of a provider: a file of the application, whose keys are taken now, or an address that is
    /// fetched from.
    func readMetadata(_ node: DocumentNode, _ provider: inout IdentityProvider) {
        guard var reader = MappingReader(node, what: "`metadata`", into: diagnostics) else { return }
        let path = reader.string("file")
        let url = reader.string("url")
        let signers = texts("signed_by", &reader).flatMap { certificates($0, .strict) }
        let mustBeSigned = reader.contains("signed_by")
        let allowsUnsigned = reader.bool("allow_unsigned")
        reader.finish()
        switch (path, url) {
        case (.some(let path), nil):
            if let allowsUnsigned {
                diagnostics.report(
                    .identityContradiction, "`allow_unsigned` is for metadata with a `url`",
                    at: .init(file, allowsUnsigned.span),
                    help: "a file need not be signed: it is trusted for where it lies")
            }
            readFile(path, signers: mustBeSigned ? signers : nil, &provider)
        case (nil, .some(let url)):
            let place = Diagnostic.Location(file, url.span)
            if !provider.keys.isEmpty {
                diagnostics.report(
                    .identityContradiction, "a provider has `certificates`, or metadata with a `url`, and not both",
                    at: place, help: "otherwise a key that the metadata revokes would go on to count")
            }
            guard mustBeSigned != (allowsUnsigned?.value ?? false) else {
                diagnostics.report(
                    .samlMetadata,
                    mustBeSigned
                        ? "metadata that must be signed cannot be allowed to be unsigned"
                        : "fetched metadata must be signed, and nothing says by whom",
                    at: place, help: "name the publisher's certificates in `signed_by`")
                return
            }
            if let allowsUnsigned, allowsUnsigned.value {
                diagnostics.report(
                    .samlTolerance, "the metadata of this provider need not be signed", severity: .warning,
                    at: .init(file, allowsUnsigned.span),
                    help: "whoever controls the address or its certificate says which keys count; use `signed_by`")
            }
            guard Self.isAddress(url.value) else {
                diagnostics.report(
                    .samlMetadata, "`\(url.value)` is no address of metadata", at: place,
                    help: "begin with `https://`")
                return
            }
            // Without a usable signer, which was reported, nothing is to be taken for signed.
            provider.metadata = MetadataOrigin(
                address: CedarString(url.value), signers: mustBeSigned ? signers : nil)
        default:
            diagnostics.report(
                .identityContradiction, "`metadata` has one of `file` and `url`", at: node.location)
        }
    }

    /// Whether a text can be an address: plain `http` is for tests on one machine; fetching refuses it elsewhere.
    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
        return text.utf8.starts(with: "https://".utf8) || text.utf8.starts(with: "http://".utf8)
    }

    private func readFile(_ path: Spanned<String>, signers: [PublicKey]?, _ provider: inout IdentityProvider) {
        let place = Diagnostic.Location(file, path.span)
        guard let bytes = keyFile(path.value) else {
            diagnostics.report(.samlMetadata, "there is no file `\(path.value)` in the application", at: place)
            return
        }
        do throws(VerificationFailure) {
            let metadata = try Metadata(parsing: bytes, signedBy: signers, at: now)
            guard let found = metadata.providers.first(where: { $0.entityID == provider.entityID }) else {
                throw VerificationFailure(.samlIssuerMismatch, "it does not have this provider")
            }
            if let end = found.validUntil, end <= now {
                diagnostics.report(
                    .samlMetadata, "the metadata is not valid any more", severity: .warning, at: place,
                    help: "messages of the provider are refused until there is newer metadata")
            }
            provider.validUntil = found.validUntil
            provider.keys += found.certificates.compactMap { key($0, provider.policy, at: place) }
        } catch {
            diagnostics.report(.samlMetadata, "the metadata cannot be used: \(error.detail)", at: place)
        }
    }
}
