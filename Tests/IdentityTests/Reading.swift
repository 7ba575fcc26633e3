import CedarSyntax
import Documents
import Identity

/// Reads YAML as a tenant's file would be.
enum Reading {
    static func trust(_ yaml: String, files: [String: String] = [:]) -> (trust: TenantTrust?, codes: [String]) {
        let file = SourceFile(name: "acme.yaml", text: yaml)
        let (root, findings) = DocumentParser.parseYAML(file)
        let diagnostics = DiagnosticCollector()
        diagnostics.append(findings)
        func section(_ name: String) -> DocumentNode? { root?.members?.first { $0.key.value == name }?.value }
        let trust = TenantTrust.read(
            tenant: "acme", oidc: section("oidc"), claims: section("claims"),
            keyFile: { files[$0].map { Array($0.utf8) } }, into: diagnostics)
        return (trust, diagnostics.diagnostics.map { "\($0.severity == .error ? "" : "w:")\($0.code)" })
    }

    static func mapping(_ yaml: String) -> (mapping: ClaimMapping?, codes: [String]) {
        let (root, findings) = DocumentParser.parseYAML(SourceFile(name: "acme.yaml", text: yaml))
        let diagnostics = DiagnosticCollector()
        diagnostics.append(findings)
        let mapping = root.flatMap { ClaimMapping.read($0, into: diagnostics) }
        return (mapping, diagnostics.diagnostics.map { "\($0.code)" })
    }
}
