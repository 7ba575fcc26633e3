package import CedarSyntax

/// The codes of findings about the files of an application: 31xx the bundle, 32xx its roles, 33xx its tenants.
extension DiagnosticCode {
    // MARK: Files

    /// V3101: a folder or file that cannot be read.
    package static let bundleUnreadable = DiagnosticCode(3101)

    /// V3102: a symbolic link that leads out of the application's folder.
    package static let bundleLinkOutside = DiagnosticCode(3102)

    /// V3103: more or larger files than the limits allow.
    package static let bundleTooLarge = DiagnosticCode(3103)

    /// V3104: a file of the bundle format that this version does not carry out.
    package static let bundleFileUnsupported = DiagnosticCode(3104)

    /// V3105: a file that looks as if it belonged to the bundle but would not be read, by its name or place.
    package static let bundleFileMisplaced = DiagnosticCode(3105)

    /// V3106: a file that has no meaning in a bundle.
    package static let bundleFileUnknown = DiagnosticCode(3106)

    /// V3107: a folder without `bundle.yaml`.
    package static let bundleManifestMissing = DiagnosticCode(3107)

    // MARK: Manifest

    /// V3110: a name of an application, tenant, role or region in the wrong form.
    package static let bundleNameForm = DiagnosticCode(3110)

    /// V3111: a namespace or type that is no Cedar name.
    package static let bundleCedarName = DiagnosticCode(3111)

    /// V3112: an application that includes itself.
    package static let bundleIncludesItself = DiagnosticCode(3112)

    // MARK: Permissions and roles

    /// V3201: a permission that the catalogue does not have.
    package static let unknownPermission = DiagnosticCode(3201)

    /// V3202: a permission name in the wrong form.
    package static let permissionForm = DiagnosticCode(3202)

    /// V3203: an alias that is a permission of its own.
    package static let aliasIsPermission = DiagnosticCode(3203)

    /// V3204: an alias of two permissions.
    package static let duplicateAlias = DiagnosticCode(3204)

    /// V3205: a role that the model does not have.
    package static let unknownRole = DiagnosticCode(3205)

    /// V3206: a role that inherits itself, directly or through others.
    package static let roleCycle = DiagnosticCode(3206)

    /// V3207: a permission that a role lists twice, perhaps under two names.
    package static let duplicateGrant = DiagnosticCode(3207)

    /// V3208: roles that grant more permissions in all than the limit.
    package static let tooManyGrants = DiagnosticCode(3208)

    // MARK: Tenants

    /// V3301: a tenant whose id is not the name of its file.
    package static let tenantFileName = DiagnosticCode(3301)

    /// V3302: a time zone that is not known.
    package static let unknownTimeZone = DiagnosticCode(3302)

    /// V3303: a role model that the application does not have.
    package static let unknownRoleModel = DiagnosticCode(3303)
}
