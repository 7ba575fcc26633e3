import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import Documents

/// Builds the snapshot of one application, collecting findings on the way.
struct SnapshotBuilder {
    let findings = DiagnosticCollector()

    /// How policies are checked beyond what the bundles ask for.
    var options = BundleCheckOptions()

    /// Builds from a folder; `nil` when the files have errors.
    func build(_ directory: String) -> PolicySnapshot? {
        let (files, diagnostics) = BundleFiles.read(directory: directory)
        findings.append(diagnostics)
        return files.flatMap(build)
    }

    /// Builds from files; `nil` when they have errors.
    func build(_ files: BundleFiles) -> PolicySnapshot? {
        let (description, diagnostics) = BundleDescription.read(files)
        findings.append(diagnostics)
        var policies = PolicyFiles()
        let duties = files.first(.obligations).map { DutyCatalog($0, into: findings) } ?? DutyCatalog()
        for (stem, file) in files.policies {
            policies.add(.policies, of: file, stem: stem, duties: duties, into: findings)
        }
        for (stem, file) in files.templates {
            policies.add(.templates, of: file, stem: stem, duties: duties, into: findings)
        }
        guard let description else { return nil }
        refuseUnsupported(description.manifest, file: files.first(.manifest))

        let namespace = description.manifest.namespace?.value
        let roles = description.roles.map { RoleLowering(catalog: $0, namespace: namespace) }
        roles?.add(to: &policies, into: findings)
        if let file = files.first(.links) {
            for link in TemplateLink.read(file, namespace: namespace, into: findings) {
                policies.add(link, of: file, into: findings)
            }
        }
        policies.reportUnlinkedTemplates(into: findings)
        let schema = self.schema(files)
        var entities =
            files.first(.entities).map {
                StoredEntities.read(
                    $0, schema: schema, grantTypes: ["Role", "Permission"].map { Name(unchecked: $0).qualified(by: namespace) },
                    into: findings)
            } ?? []
        let actions = ActionCatalog(
            roles: roles, schema: schema, entities: entities, policies: policies,
            actionType: Name(unchecked: "Action").qualified(by: namespace), into: findings)
        entities += roles?.entities ?? []
        if let schema {
            let stored = Set(entities.lazy.map(\.uid))
            entities += schema.actionEntities.filter { !stored.contains($0.uid) }
        }
        let store = entityStore(entities, files.first(.entities))
        let tenants = self.tenants(description, roles?.models ?? [:])

        let fitter = schema.map { RequestFitter(schema: $0, namespace: namespace) }
        if let fitter {
            let checks = SchemaChecks(fitter: fitter, description: description, findings: findings)
            let canCheckRoles = checks.checkRoleTypes()
            checks.checkPermissions()
            checks.checkPolicies(policies, level: options.level, includingRoles: canCheckRoles)
            checks.checkServerContext(tenants, actions)
        }

        guard !findings.hasErrors, let store else { return nil }
        return PolicySnapshot(
            application: description.manifest.name.value, version: files.version, namespace: namespace,
            policies: policies.policies, descriptions: policies.descriptions, entities: store, actions: actions,
            roleModels: roles?.models ?? [:], tenants: tenants, settings: settings(description.manifest),
            typeNames: Dictionary(
                description.manifest.types.map { (CedarString($0.name.value), $0.type.value.qualified(by: namespace)) },
                uniquingKeysWith: { first, _ in first }), schema: fitter)
    }

    /// The schema of the application's files; `nil` when there are none, or with errors.
    private func schema(_ files: BundleFiles) -> Schema? {
        guard !files.schemas.isEmpty else { return nil }
        let (schema, diagnostics) = Schema.parse(files: files.schemas)
        findings.append(diagnostics)
        return schema
    }

    /// Keys of the format that would have no effect yet: what they demand must not be dropped silently.
    private func refuseUnsupported(_ manifest: BundleManifest, file: SourceFile?) {
        guard let file else { return }
        for (key, span) in [("includes", manifest.includes.first?.span), ("lint", manifest.lint.first?.check.span)] {
            guard let span else { continue }
            findings.report(
                .unsupportedKey, "`\(key)` is not supported by this version", at: .init(file, span),
                help: "remove it; it would have no effect")
        }
    }

    private func entityStore(_ entities: [Entity], _ file: SourceFile?) -> EntityStore? {
        do {
            return try EntityStore(entities)
        } catch {
            findings.report(
                .inconsistentEntities, "\(error)", at: file.map { .init($0, SourceSpan(start: 0, end: 0)) })
            return nil
        }
    }

    /// The tenants by id.
    ///
    /// An application without tenant files has the one tenant `default`, in UTC.
    private func tenants(
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
                    help: "write `role_model:` with one of \(models.map { "`\($0.name.value)`" }.joined(separator: ", "))")
            }
            tenants[CedarString(configuration.id.value)] = Tenant(
                id: configuration.id.value, zone: clock, homeRegion: configuration.homeRegion?.value, roleModel: model,
                attributes: TenantAttributes.record(configuration.attributes?.members ?? [], into: findings),
                roleAssignments: assignments(
                    configuration, description.manifest, models[CedarString(model ?? "")]))
        }
        if description.tenants.isEmpty, let clock = ZoneClock(name: "UTC") {
            tenants["default"] = Tenant(
                id: "default", zone: clock, homeRegion: nil, roleModel: onlyModel, attributes: .empty,
                roleAssignments: RoleAssignments())
        }
        return tenants
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

    private func settings(_ manifest: BundleManifest) -> DecisionSettings {
        var settings = DecisionSettings()
        settings.validatesRequests = manifest.validation.requests
        settings.errorHandling = manifest.onError
        settings.assertedPrincipals = manifest.assertedPrincipals?.value ?? false
        settings.callerMayAssert = manifest.callerMayAssert
        settings.authoritative = AuthoritativeAttributes(manifest.authoritative.map { CedarString($0.value) })
        return settings
    }
}

extension Name {
    /// The name in a namespace: a name that is qualified already stays as it is.
    func qualified(by namespace: Name?) -> Name {
        guard let namespace, self.namespace == nil else { return self }
        return Name(unchecked: "\(namespace)::\(self)")
    }
}
