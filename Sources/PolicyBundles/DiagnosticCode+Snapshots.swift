package import CedarSyntax

/// The codes of findings about an application as a whole: 3150 to 3199.
extension DiagnosticCode {
    /// V3150: a folder of applications without any.
    package static let noApplication = DiagnosticCode(3150)

    /// V3151: two applications with one name.
    package static let duplicateApplication = DiagnosticCode(3151)

    /// V3152: two policies with one id.
    package static let duplicatePolicyID = DiagnosticCode(3152)

    /// V3153: a policy id that policies cannot have.
    package static let invalidPolicyID = DiagnosticCode(3153)

    /// V3154: a `@code` that is not UPPER_SNAKE.
    package static let invalidReasonCode = DiagnosticCode(3154)

    /// V3155: a template in a policy file.
    package static let templateAmongPolicies = DiagnosticCode(3155)

    /// V3163: a policy without slots in a template file.
    package static let policyAmongTemplates = DiagnosticCode(3163)

    /// V3164: a link whose template or entities do not fit.
    package static let invalidLink = DiagnosticCode(3164)

    /// V3165: an application that is served and that a reload no longer finds.
    package static let applicationLost = DiagnosticCode(3165)

    /// V3166: a template that no link uses.
    package static let unlinkedTemplate = DiagnosticCode(3166)

    /// V3167: an annotation that looks like a misspelt one of ours.
    package static let misspeltAnnotation = DiagnosticCode(3167)

    /// V3168: a tenant that does not say which of several role models is its own.
    package static let ambiguousRoleModel = DiagnosticCode(3168)

    /// V3156: an action in a policy that the permission catalogue does not have.
    package static let unknownAction = DiagnosticCode(3156)

    /// V3157: an entity that has no Cedar form.
    package static let invalidEntity = DiagnosticCode(3157)

    /// V3158: a role among the stored entities.
    package static let storedRole = DiagnosticCode(3158)

    /// V3159: stored entities that are given twice or are their own ancestors.
    package static let inconsistentEntities = DiagnosticCode(3159)

    /// V3161: an id of an obligation or advice in the wrong form.
    package static let invalidDutyID = DiagnosticCode(3161)

    /// V3162: an obligation or advice that a policy names and nothing declares.
    package static let unknownDuty = DiagnosticCode(3162)

    /// V3170: a schema that declares what the server sets in the context, but not as the server sets it.
    package static let serverContextMismatch = DiagnosticCode(3170)

    /// V3171: a permission whose action the schema does not declare.
    package static let undeclaredPermission = DiagnosticCode(3171)

    /// V3172: an attribute of a tenant that no context of the schema declares.
    package static let undeclaredTenantAttribute = DiagnosticCode(3172)

    /// V3173: role tables without the entity types that they need in the schema.
    package static let roleTypesUndeclared = DiagnosticCode(3173)

    /// V3174: a level of validation that cannot be asked for.
    package static let invalidLevel = DiagnosticCode(3174)

    /// V3160: an attribute of a tenant that has no Cedar form.
    package static let invalidTenantAttribute = DiagnosticCode(3160)
}
