import CedarSyntax
package import Documents
import Identity
package import JOSE

/// Somebody whose signed statements count as evidence for a tenant.
package struct EvidenceSigner: Sendable {
    /// The `iss` of its statements.
    package let issuer: String

    /// The keys that it signs with.
    let keys: JSONWebKeySet

    /// The attributes that it may state something about: paths, each with everything below it.
    let scope: [String]

    /// What a statement can be about at most: what proves something, and nothing that describes the question.
    package static let scopes = ["data.volume", "destination.recipient", "transfer"]

    /// The greatest number of signers of a tenant.
    package static let maximumSigners = 16

    /// Makes a signer.
    package init(issuer: String, keys: JSONWebKeySet, scope: [String] = EvidenceSigner.scopes) {
        self.issuer = issuer
        self.keys = keys
        self.scope = scope
    }

    /// Whether it may state something about an attribute.
    func mayState(_ path: String) -> Bool {
        scope.contains { path.utf8.elementsEqual($0.utf8) || path.utf8.starts(with: "\($0).".utf8) }
    }

    /// Reads `evidence_signers` of a tenant's file; findings go to the collector.
    ///
    /// - Parameter keyFile: the content of a file of keys by its path in the application's folder.
    package static func read(
        _ nodes: [DocumentNode], keyFile: (String) -> [UInt8]?, into diagnostics: DiagnosticCollector
    ) -> [EvidenceSigner] {
        var signers: [EvidenceSigner] = []
        for node in nodes {
            guard var reader = MappingReader(node, what: "the signer of evidence", into: diagnostics) else { continue }
            let issuer = reader.requiredString("issuer")
            if !reader.contains("keys") { reader.reportMissing("keys") }
            let keyNode = reader.value("keys")
            let keys = KeyOrigin.read(keyNode, keyFile, into: diagnostics)
            let scope = reader.distinctStrings("may_state")
            reader.finish()
            for path in scope ?? [] where !isScope(path.value) {
                diagnostics.report(
                    .residencyEvidence, "no statement counts about `\(path.value)`", at: .init(node.file, path.span),
                    help: "statements are about \(scopes.map { "`\($0)`" }.joined(separator: ", ")), or a part of them")
            }
            guard let issuer, let keys, let keyNode else { continue }
            guard case .fixed(let set) = keys else {
                diagnostics.report(
                    .residencyEvidence, "the keys of `\(issuer.value)` are not in the configuration",
                    at: keyNode.location, help: "write `keys: {file: keys/<name>.json}`, or `keys: {inline: ...}`")
                continue
            }
            if signers.contains(where: { $0.issuer.utf8.elementsEqual(issuer.value.utf8) }) {
                diagnostics.report(
                    .residencyEvidence, "`\(issuer.value)` is already a signer", at: .init(node.file, issuer.span),
                    help: "write all of its keys into one set")
            }
            signers.append(
                EvidenceSigner(issuer: issuer.value, keys: set.keys, scope: scope?.map(\.value) ?? scopes))
        }
        if nodes.count > maximumSigners, let last = nodes.last {
            diagnostics.report(
                .residencyEvidence, "a tenant has at most \(maximumSigners) signers of evidence", at: last.location)
        }
        return signers
    }

    private static func isScope(_ path: String) -> Bool {
        EvidenceSigner(issuer: "", keys: JSONWebKeySet(keys: [])).mayState(path)
    }
}
