import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import Documents
import Identity

/// Checks everything in an application against its schema.
struct SchemaChecks {
    let fitter: RequestFitter
    let description: BundleDescription
    let findings: DiagnosticCollector

    private var schema: Schema { fitter.schema }
    private var namespace: Name? { description.manifest.namespace?.value }

    /// Whether the role tables can be expressed in the schema's types.
    ///
    /// Policies lowered from them are not checked otherwise: every one would repeat the same finding.
    func checkRoleTypes() -> Bool {
        guard let roles = description.roles, !roles.models.isEmpty else { return true }
        let names = (role: qualified("Role"), permission: qualified("Permission"))
        if let role = schema.entityTypes[names.role], schema.entityTypes[names.permission] != nil,
            role.parents.contains(names.permission)
        {
            return true
        }
        findings.report(
            .roleTypesUndeclared,
            "the schema does not declare the entities that stand for roles: `\(names.role)`, a member of "
                + "`\(names.permission)`",
            at: .init(roles.file, SourceSpan(start: 0, end: 0)),
            help: "declare `entity Permission;` and `entity Role in [Permission];`"
                + (namespace.map { " in `namespace \($0)`" } ?? "") + ", and principals `in [Role]`")
        return false
    }

    /// Every permission needs its action; reports those that have none.
    func checkPermissions() {
        guard let roles = description.roles, let permissions = roles.permissions else { return }
        let actions = schema.actions.keys.filter { $0.type == qualified("Action") }.map(\.id.text).sorted()
        for permission in permissions {
            let uid = EntityUID(type: qualified("Action"), id: CedarString(permission.id.value))
            guard schema.actions[uid] == nil else { continue }
            findings.report(
                .undeclaredPermission, "the schema declares no action `\(permission.id.value)`",
                at: .init(roles.file, permission.id.span),
                help: Suggestion.sentence(for: permission.id.value, among: actions)
                    ?? "declare it, or remove the permission")
        }
    }

    /// Checks policies, templates and links.
    func checkPolicies(
        _ policies: PolicyFiles, level: Int?, includingRoles: Bool, memory: inout LoadMemory
    ) -> ValidationReport {
        let settings = description.manifest.validation
        let validator = PolicyValidator(schema: schema, mode: settings.mode, level: level ?? settings.level)
        let serials = includingRoles ? policies.serials : policies.authoredSerials
        let (report, found) = validator.validate(
            includingRoles ? policies.sources : policies.authored, links: policies.links,
            knowing: { memory.verdicts[serials[$0]] })
        memory.remember(found, of: serials)
        findings.append(report.diagnostics)
        return report
    }

    /// Checks what the server sets in the context, and what tenants bring to it.
    func checkServerContext(_ tenants: [CedarString: Tenant], _ actions: ActionCatalog) {
        let permitted = Set(actions.names.compactMap { actions[$0.text] }.filter { $0.permission != nil }.map(\.uid))
        let ordered = tenants.sorted { $0.key < $1.key }.map(\.value)
        for problem in ServerContext.problems(
            of: fitter, tenants: ordered, permission: qualified("Permission"), hasPermission: permitted.contains)
        {
            findings.report(
                .serverContextMismatch, problem,
                at: description.files.schemas.first.map { .init($0, SourceSpan(start: 0, end: 0)) },
                help:
                    "the server sets `now`, `tenant`, `permission` and `credential`; declare what policies read of them"
            )
        }
        guard let declared = ServerContext.tenantAttributes(of: schema) else { return }
        for tenant in description.tenants {
            for member in tenant.attributes?.members ?? [] where !declared.contains(CedarString(member.key.value)) {
                findings.report(
                    .undeclaredTenantAttribute,
                    "no context of the schema declares the tenant attribute `\(member.key.value)`",
                    at: .init(tenant.file, member.key.span),
                    help: Suggestion.sentence(for: member.key.value, among: declared.sorted().map(\.text)))
            }
        }
    }

    /// Checks that what claims become fits the schema.
    func checkClaims() {
        for tenant in description.tenants {
            for mapping in tenant.mappings {
                mapping.check(against: schema, entityType: entityType, in: tenant.file, into: findings)
            }
        }
    }

    /// The entity type for a type in the words of requests.
    private func entityType(_ text: String) -> Name? {
        let mapped = description.manifest.types.first { CedarString($0.name.value) == CedarString(text) }
        return (mapped?.type.value ?? Name(normalized: text))?.qualified(by: namespace)
    }

    private func qualified(_ basename: String) -> Name { Name(unchecked: basename).qualified(by: namespace) }
}
