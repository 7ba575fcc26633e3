package import CedarSyntax
import Documents

/// What the tables of an application say: everything in its files but policies and entities.
package struct BundleDescription: Sendable {
    /// The files themselves.
    package let files: BundleFiles

    /// `bundle.yaml`.
    package let manifest: BundleManifest

    /// `roles.yaml`, where there is one.
    package let roles: RoleCatalog?

    /// The tenants in the order of their files.
    package let tenants: [TenantConfiguration]

    /// Reads the tables; without errors among the findings there is a description, otherwise none.
    ///
    /// That there is no `bundle.yaml` is a finding of ``BundleFiles/read(directory:limits:)`` and not repeated here.
    package static func read(
        _ files: BundleFiles
    ) -> (description: BundleDescription?, diagnostics: [Diagnostic]) {
        let diagnostics = DiagnosticCollector()
        let manifest = files.first(.manifest).flatMap { BundleManifest.read($0, into: diagnostics) }
        let roles = files.first(.roles).flatMap { RoleCatalog.read($0, into: diagnostics) }
        let tenants = files.tenants.compactMap { stem, source in
            TenantConfiguration.read(source, stem: stem, roles: roles, keyFile: files.keySet, into: diagnostics)
        }
        guard let manifest, !diagnostics.hasErrors else { return (nil, diagnostics.diagnostics) }
        return (
            BundleDescription(files: files, manifest: manifest, roles: roles, tenants: tenants),
            diagnostics.diagnostics
        )
    }
}
