import CedarModel
import CedarSyntax
import Documents
import Identity
import Residency
import SAML

extension SnapshotBuilder {
    /// The tenants by id.
    ///
    /// An application without tenant files has the one tenant `default`, in UTC.
    func tenants(
        _ description: BundleDescription, _ models: [CedarString: RoleNames]
    ) -> [CedarString: Tenant] {
        // With a single role model there is nothing to choose.
        let onlyModel = description.roles.flatMap { $0.models.count == 1 ? $0.models.first?.name.value : nil }
        var clocks: [String: ZoneClock] = [:]
        var tenants: [CedarString: Tenant] = [:]
        for configuration in description.tenants {
            guard let clock = clocks[configuration.timeZone] ?? ZoneClock(name: configuration.timeZone) else {
                continue
            }
            clocks[configuration.timeZone] = clock
            let model = configuration.roleModel?.value ?? onlyModel
            if model == nil, let models = description.roles?.models, models.count > 1 {
                findings.report(
                    .ambiguousRoleModel,
                    "the tenant `\(configuration.id.value)` does not say which role model is its own",
                    at: .init(configuration.file, configuration.id.span),
                    help:
                        "write `role_model:` with one of \(models.map { "`\($0.name.value)`" }.joined(separator: ", "))"
                )
            }
            var tenant = Tenant(
                id: configuration.id.value, zone: clock, homeRegion: configuration.homeRegion?.value, roleModel: model,
                attributes: TenantAttributes.record(configuration.attributes?.members ?? [], into: findings),
                roleAssignments: assignments(
                    configuration, description.manifest, models[CedarString(model ?? "")]),
                trust: configuration.trust)
            tenant.residency = profile(configuration, keyFile: description.files.keySet)
            tenants[CedarString(configuration.id.value)] = tenant
            checkRoleNames(configuration, models[CedarString(model ?? "")])
        }
        reportSharedIssuers(description.tenants)
        reportSharedProviders(description.tenants)
        if description.tenants.isEmpty, let clock = ZoneClock(name: "UTC") {
            tenants["default"] = Tenant(
                id: "default", zone: clock, homeRegion: nil, roleModel: onlyModel, attributes: .empty,
                roleAssignments: RoleAssignments(), trust: nil)
        }
        return tenants
    }

    /// Roles that claims give must be roles of the tenant's model: otherwise they would grant nothing, unnoticed.
    private func checkRoleNames(_ configuration: TenantConfiguration, _ names: RoleNames?) {
        for mapping in configuration.mappings {
            guard let rule = mapping.roles else { continue }
            for (name, span) in rule.places.sorted(by: { $0.key < $1.key }) where names?.entities[name] == nil {
                findings.report(
                    .unknownRole, "the tenant's role model has no role `\(name)`", at: .init(configuration.file, span),
                    help: Suggestion.sentence(for: name.text, among: names?.entities.keys.map(\.text) ?? []))
            }
        }
    }

    private func profile(
        _ configuration: TenantConfiguration, keyFile: (String) -> [UInt8]?
    ) -> TenantProfile? {
        let what = "`residency` of the tenant `\(configuration.id.value)`"
        guard let node = configuration.residency, let reader = MappingReader(node, what: what, into: findings) else {
            return nil
        }
        return TenantProfile.read(
            reader, tenant: configuration.id.value, packs: residency, keyFile: keyFile, into: findings)
    }

    /// A token of one tenant's user must not be good at another tenant.
    private func reportSharedIssuers(_ tenants: [TenantConfiguration]) {
        for found in TenantTrust.ambiguities(among: tenants.compactMap(\.trust)) {
            guard let tenant = tenants.first(where: { CedarString($0.id.value) == found.tenant }) else { continue }
            findings.report(
                .sharedIssuer,
                "the tenants `\(found.tenant)` and `\(found.other)` accept the same tokens of `\(found.issuer.issuer)`",
                at: .init(tenant.file, found.issuer.span),
                help: "add `require` with the claim that tells the tenants apart, or give them audiences of their own")
        }
    }

    /// A SAML message for one tenant must not be good at another tenant.
    private func reportSharedProviders(_ tenants: [TenantConfiguration]) {
        var seen: [(tenant: TenantConfiguration, trust: SAMLTrust)] = []
        // Only tenants with a common recipient can be ambiguous, and mostly none has.
        var byRecipient: [CedarString: [Int]] = [:]
        for tenant in tenants {
            guard let trust = tenant.trust?.saml as? SAMLTrust else { continue }
            let candidates = Set(trust.service.recipients.flatMap { byRecipient[$0] ?? [] }).sorted()
            if let other = candidates.first(where: { seen[$0].trust.isAmbiguous(with: trust) }) {
                findings.report(
                    .samlService,
                    "the tenants `\(seen[other].tenant.id.value)` and `\(tenant.id.value)` accept the same SAML "
                        + "messages",
                    at: .init(tenant.file, tenant.id.span),
                    help: "give each tenant an entity id or recipients of its own")
            }
            for recipient in trust.service.recipients { byRecipient[recipient, default: []].append(seen.count) }
            seen.append((tenant, trust))
        }
    }

    private func assignments(
        _ configuration: TenantConfiguration, _ manifest: BundleManifest, _ names: RoleNames?
    ) -> RoleAssignments {
        var assignments = RoleAssignments()
        for assignment in configuration.roleAssignments {
            let mapped = manifest.types.first { CedarString($0.name.value) == CedarString(assignment.type.value) }
            guard let type = mapped?.type.value ?? Name(normalized: assignment.type.value) else {
                findings.report(
                    .bundleCedarName, "`\(assignment.type.value)` is not a Cedar name",
                    at: .init(configuration.file, assignment.type.span))
                continue
            }
            let holder = EntityUID(
                type: type.qualified(by: manifest.namespace?.value), id: CedarString(assignment.id.value))
            for role in assignment.roles {
                if let entity = names?.entities[CedarString(role.value)] {
                    assignments.assign(entity, to: holder)
                } else {
                    findings.report(
                        .unknownRole, "the tenant's role model has no role `\(role.value)`",
                        at: .init(configuration.file, role.span),
                        help: Suggestion.sentence(for: role.value, among: names?.entities.keys.map(\.text) ?? []))
                }
            }
        }
        return assignments
    }
}

extension TenantConfiguration {
    /// The different claim mappings of the issuers, in the order of the file.
    var mappings: [ClaimMapping] {
        var seen: Set<Int> = []
        let ofTokens = trust?.issuers.values.map(\.mapping) ?? []
        let ofMessages = (trust?.saml as? SAMLTrust)?.providers.values.map(\.mapping) ?? []
        return (ofTokens + ofMessages).sorted { $0.span.start < $1.span.start }
            .filter { seen.insert($0.span.start).inserted }
    }
}
