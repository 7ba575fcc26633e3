/// A machine-readable description of something that people or programs write for Verdict or read from it.
///
/// The documents are files in `Formats`, embedded when the program is built, so that it can print the formats that it
/// understands itself.
package enum PublishedFormat: String, CaseIterable, Sendable {
    /// The HTTP API (OpenAPI 3.1).
    case openapi
    /// `bundle.yaml` (JSON Schema 2020-12, as are all that follow).
    case bundle
    /// `roles.yaml`.
    case roles
    /// `tenants/<tenant>.yaml`.
    case tenant
    /// `obligations.yaml`.
    case obligations
    /// `links.yaml`.
    case links
    /// The suites of `verdict test`.
    case suite
    /// `residency/regions.yaml`.
    case regions
    /// `residency/jurisdictions.yaml`.
    case jurisdictions
    /// `residency/adequacy.yaml`.
    case adequacy

    /// The name of the document's file.
    package var fileName: String { self == .openapi ? "openapi.json" : "\(rawValue).schema.json" }

    /// What the document describes, in a few words.
    package var summary: String {
        switch self {
        case .openapi: "the HTTP API: decisions, AuthZEN, operations (OpenAPI 3.1)"
        case .bundle: "bundle.yaml (JSON Schema 2020-12)"
        case .roles: "roles.yaml (JSON Schema 2020-12)"
        case .tenant: "tenants/<tenant>.yaml (JSON Schema 2020-12)"
        case .obligations: "obligations.yaml (JSON Schema 2020-12)"
        case .links: "links.yaml (JSON Schema 2020-12)"
        case .suite: "suites for `verdict test` (JSON Schema 2020-12)"
        case .regions: "residency/regions.yaml (JSON Schema 2020-12)"
        case .jurisdictions: "residency/jurisdictions.yaml (JSON Schema 2020-12)"
        case .adequacy: "residency/adequacy.yaml (JSON Schema 2020-12)"
        }
    }

    /// The document, byte for byte as the file has it: JSON with a line end behind it.
    package var bytes: [UInt8] {
        switch self {
        case .openapi: PackageResources.openapi_json
        case .bundle: PackageResources.bundle_schema_json
        case .roles: PackageResources.roles_schema_json
        case .tenant: PackageResources.tenant_schema_json
        case .obligations: PackageResources.obligations_schema_json
        case .links: PackageResources.links_schema_json
        case .suite: PackageResources.suite_schema_json
        case .regions: PackageResources.regions_schema_json
        case .jurisdictions: PackageResources.jurisdictions_schema_json
        case .adequacy: PackageResources.adequacy_schema_json
        }
    }
}
