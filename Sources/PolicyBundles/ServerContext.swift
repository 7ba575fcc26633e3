import CedarModel
package import CedarSchema
package import CedarSyntax

/// The parts of the context that the server sets, and what a schema may say of them.
///
/// A schema declares what policies read of them; a decision is given no more than that. That the declared types are the
/// ones that the server sets is found when the bundle is loaded, because no request could mend it.
package enum ServerContext {
    /// The names that callers cannot set.
    package static let names: [CedarString] = ["now", "tenant", "permission", "credential"]

    /// The clock in a tenant's zone: `context.now`.
    package static let nowType = RecordType([
        "instant": .init(.extension(.datetime)), "date": .init(.extension(.datetime)), "hour": .init(.long),
        "minute": .init(.long), "day_of_week": .init(.long), "time_zone": .init(.string),
    ])

    /// What is known of the subject's credential: `context.credential`, in requests that have one.
    package static let credentialType = RecordType([
        "actor": .init(
            .record(RecordType(["issuer": .init(.string), "subject": .init(.string)])), isRequired: false),
        "authentication_class": .init(.string, isRequired: false),
        "authentication_time": .init(.extension(.datetime), isRequired: false),
        "client": .init(.string, isRequired: false), "expires": .init(.extension(.datetime)),
        "groups_known": .init(.bool), "is_delegated": .init(.bool), "is_key_bound": .init(.bool),
        "issued_at": .init(.extension(.datetime), isRequired: false), "issuer": .init(.string),
        "methods": .init(.set(.string)), "roles_known": .init(.bool), "second_factor": .init(.bool),
        "subject": .init(.string),
    ])

    /// What is in the context of every request, so that policies need not test for it, and what is in optional parts.
    package static let guaranteedType = RecordType([
        "now": .init(.record(nowType)), "tenant": .init(.record(RecordType(["id": .init(.string)]))),
        "credential": .init(.record(credentialType), isRequired: false),
    ])

    /// What is wrong with what a schema declares for the actions of an application; one finding for all actions of
    /// which the same is true.
    static func problems(
        of fitter: RequestFitter, tenants: [Tenant], permission: Name, hasPermission: (EntityUID) -> Bool
    ) -> [String] {
        var actions: [String: [EntityUID]] = [:]
        // Most actions declare the same of the tenant.
        var tenantProblems: [RecordType: [String]] = [:]
        for (uid, action) in fitter.schema.actions where !action.principalTypes.isEmpty {
            let declared = action.context.attributes
            var problems: [String] = []
            if let now = declared["now"], let problem = mismatch(now.type, .record(nowType)) {
                problems.append("`context.now`\(problem)")
            }
            if let credential = declared["credential"],
                let problem = mismatch(credential.type, .record(credentialType))
            {
                problems.append("`context.credential`\(problem)")
            }
            if let type = declared["permission"] {
                if type.type != .entity(permission) {
                    problems.append("`context.permission` is the entity type `\(permission)`")
                } else if type.isRequired, !hasPermission(uid) {
                    problems.append(
                        "`context.permission` is required, but no permission of `roles.yaml` stands for the action")
                }
            }
            if let type = declared["tenant"] {
                let own = RecordType(["tenant": type])
                let known = own.isSmall ? tenantProblems[own] : nil
                let found = known ?? tenants.compactMap { tenantProblem($0, fitter, own, type.type) }
                // Comparing large types could cost more than what is saved.
                if known == nil, own.isSmall { tenantProblems[own] = found }
                problems += found
            }
            for problem in problems { actions[problem, default: []].append(uid) }
        }
        return actions.sorted { $0.key < $1.key }.map { problem, uids in
            let first = uids.min().map { "action `\($0)`" } ?? ""
            return "\(problem) (\(first)\(uids.count > 1 ? " and \(uids.count - 1) more" : ""))"
        }
    }

    private static func tenantProblem(
        _ tenant: Tenant, _ fitter: RequestFitter, _ own: RecordType, _ declared: SchemaType
    ) -> String? {
        let value = RequestFitter.cut(.record(tenant.contextValue), to: declared)
        return fitter.problem(of: fitter.fit(["tenant": value], to: own), as: own, owner: "tenant `\(tenant.id)`").map {
            "`context`: \($0.message)"
        }
    }

    /// The names of tenant attributes that any action's context declares; `nil` when none declares attributes at all.
    static func tenantAttributes(of schema: Schema) -> Set<CedarString>? {
        var names: Set<CedarString>?
        for action in schema.actions.values {
            guard case .record(let tenant) = action.context.attributes["tenant"]?.type,
                case .record(let declared) = tenant.attributes["attributes"]?.type
            else { continue }
            names = (names ?? []).union(declared.attributes.keys)
        }
        return names
    }

    /// Why a declared type is not the one that is set, less what the declaration leaves out; `nil` when it is.
    private static func mismatch(_ declared: SchemaType, _ given: SchemaType) -> String? {
        guard case .record(let record) = declared, case .record(let fields) = given else {
            return declared == given ? nil : " has another type than the server sets"
        }
        for (name, attribute) in record.attributes.sorted(by: { $0.key < $1.key }) {
            guard let field = fields.attributes[name] else {
                if attribute.isRequired { return ".\(name) is required, but the server does not set it" }
                continue
            }
            if attribute.isRequired, !field.isRequired {
                return ".\(name) is required, but not every credential has it"
            }
            if let problem = mismatch(attribute.type, field.type) { return ".\(name)\(problem)" }
        }
        return nil
    }
}
