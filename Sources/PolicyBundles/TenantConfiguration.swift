package import CedarSyntax
package import Documents
import Foundation
package import Identity
import SAML

/// What `tenants/<tenant>.yaml` says about a tenant.
package struct TenantConfiguration: Sendable {
    /// Its id, which is the name of its file without ending.
    package let id: Spanned<String>

    /// The IANA name of its time zone; `UTC` when the file does not say.
    package let timeZone: String

    /// The region where its data is at home.
    package let homeRegion: Spanned<String>?

    /// The role model that its role names belong to.
    package let roleModel: Spanned<String>?

    /// What policies may read about it: a mapping.
    package let attributes: DocumentNode?

    /// The roles that the file gives to principals and groups.
    package let roleAssignments: [RoleAssignment]

    /// Whom the tenant trusts to say who somebody is: `oidc` and `claims`; `nil` when it trusts nobody.
    package let trust: TenantTrust?

    /// Where its data may be, and the evidence for it.
    package let residency: DocumentNode?

    /// The file, for places.
    package let file: SourceFile

    /// Whether the same file can say something else at another time: certificates and metadata expire.
    let dependsOnTime: Bool

    /// Reads a tenant's file.
    ///
    /// Findings go to the collector; the tenant must not be used when it has errors.
    ///
    /// - Parameters:
    ///   - stem: the name of the file without ending.
    ///   - roles: the roles of the application, `nil` when it has none.
    ///   - keyFile: the content of a file of keys by its path in the application's folder.
    package static func read(
        _ file: SourceFile, stem: String, roles: RoleCatalog?, keyFile: (String) -> [UInt8]? = { _ in nil },
        into diagnostics: DiagnosticCollector
    ) -> TenantConfiguration? {
        let (root, findings) = DocumentParser.parseYAML(file)
        diagnostics.append(findings)
        guard let root, var reader = MappingReader(root, what: "the tenant `\(stem)`", into: diagnostics) else {
            return nil
        }
        let id = reader.requiredString("id")
        if let id { checkID(id, stem, file, diagnostics) }
        let zone = reader.string("time_zone")
        if let zone { checkZone(zone, file, diagnostics) }
        let region = reader.string("home_region")
        if let region { _ = BundleNameForm.region.check(region, in: file, into: diagnostics) }
        let model = reader.string("role_model")
        if let model { checkModel(model, roles, file, diagnostics) }
        let attributes = reader.mapping("attributes")?.node
        let assignments = RoleAssignment.read(reader.sequence("role_assignments") ?? [], into: diagnostics)
        let claims = reader.value("claims")
        let section = reader.value("saml")
        let saml = section.flatMap { section in
            // What is wrong with the mapping is reported where the issuers are read.
            SAMLTrust.read(
                tenant: id?.value ?? stem, section,
                mapping: claims.flatMap { ClaimMapping.read($0, into: DiagnosticCollector()) } ?? .standard,
                keyFile: keyFile, now: Int64(Date().timeIntervalSince1970 * 1_000), into: diagnostics)
        }
        let trust = TenantTrust.read(
            tenant: id?.value ?? stem, oidc: reader.value("oidc"), claims: claims, saml: saml, keyFile: keyFile,
            into: diagnostics)
        let residency = reader.mapping("residency")?.node
        for section in ["overlay"] { reader.refuse(section) }
        reader.finish()
        guard let id else { return nil }
        return TenantConfiguration(
            id: id, timeZone: zone?.value ?? "UTC", homeRegion: region, roleModel: model, attributes: attributes,
            roleAssignments: assignments, trust: trust, residency: residency, file: file,
            dependsOnTime: section != nil)
    }

    private static func checkID(
        _ id: Spanned<String>, _ stem: String, _ file: SourceFile, _ diagnostics: DiagnosticCollector
    ) {
        guard BundleNameForm.tenant.check(id, in: file, into: diagnostics) else { return }
        if CedarString(id.value) == CedarString(stem) { return }
        diagnostics.report(
            .tenantFileName, "the file `\(stem).yaml` cannot describe the tenant `\(id.value)`",
            at: .init(file, id.span), help: "rename the file to `\(id.value).yaml`, or write `id: \(stem)`")
    }

    /// Only names of the form `Area/Place`, and `UTC`: abbreviations mean different zones to different people.
    private static func checkZone(
        _ zone: Spanned<String>, _ file: SourceFile, _ diagnostics: DiagnosticCollector
    ) {
        let isName = zone.value.utf8.contains(UInt8(ascii: "/")) && TimeZone(identifier: zone.value) != nil
        if isName || zone.value == "UTC" { return }
        diagnostics.report(
            .unknownTimeZone, "there is no time zone `\(zone.value)`", at: .init(file, zone.span),
            help: Suggestion.sentence(for: zone.value, among: TimeZone.knownTimeZoneIdentifiers)
                ?? "write an IANA name such as `Europe/Berlin`, or `UTC`")
    }

    private static func checkModel(
        _ model: Spanned<String>, _ roles: RoleCatalog?, _ file: SourceFile, _ diagnostics: DiagnosticCollector
    ) {
        if roles?.model(named: model.value) != nil { return }
        let names = roles?.models.map(\.name.value) ?? []
        diagnostics.report(
            .unknownRoleModel, "the application has no role model `\(model.value)`", at: .init(file, model.span),
            help: names.count <= 1_000 ? Suggestion.sentence(for: model.value, among: names) : nil)
    }
}
