import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import Documents
import Residency

/// Builds the snapshot of one application, collecting findings on the way.
struct SnapshotBuilder {
    let findings = DiagnosticCollector()

    /// How policies are checked beyond what the bundles ask for.
    var options = BundleCheckOptions()

    /// The residency packs of the installation, which tenants' evidence is checked against.
    var residency: ResidencyPacks?

    /// What earlier loads compiled.
    var cache = CompilationCache()

    /// How long each stage takes.
    let stopwatch = LoadStopwatch()

    /// Builds from a folder; `nil` when the files have errors.
    func build(_ directory: String) -> PolicySnapshot? {
        stopwatch.begin(.files)
        let (files, diagnostics) = BundleFiles.read(directory: directory)
        stopwatch.begin(nil)
        findings.append(diagnostics)
        return files.flatMap(build)
    }

    /// Builds from files; `nil` when they have errors.
    func build(_ files: BundleFiles) -> PolicySnapshot? {
        var memory = cache.takeMemory(of: files.application)
        defer { cache.keep(memory, of: files.application) }
        defer { stopwatch.begin(nil) }
        return build(files, &memory)
    }

    private func build(_ files: BundleFiles, _ memory: inout LoadMemory) -> PolicySnapshot? {
        stopwatch.begin(.assembling)
        let (description, diagnostics) = BundleDescription.read(files)
        findings.append(diagnostics)
        memory.enter(LoadMemory.Surroundings(files: files.others, level: options.level))
        stopwatch.begin(.parsing)
        var policies = self.policies(files, &memory)
        stopwatch.begin(.assembling)
        guard let description else { return nil }
        refuseUnsupported(description.manifest, file: files.first(.manifest))

        let namespace = description.manifest.namespace?.value
        let roles = description.roles.map { RoleLowering(catalog: $0, namespace: namespace) }
        roles?.add(to: &policies, into: findings)
        addLinks(files, namespace, to: &policies)
        let schema = self.schema(files)
        let stored = storedEntities(files, schema, namespace)
        let actions = ActionCatalog(
            roles: roles, schema: schema, entities: stored, policies: policies,
            actionType: Name(unchecked: "Action").qualified(by: namespace), into: findings)
        let store = entityStore(
            stored + (roles?.entities ?? []) + Self.actions(of: schema, without: stored), files.first(.entities))
        let tenants = self.tenants(description, roles?.models ?? [:])

        let fitter = schema.map { RequestFitter(schema: $0, namespace: namespace) }
        var report: ValidationReport?
        if let fitter {
            let checks = SchemaChecks(fitter: fitter, description: description, findings: findings)
            let canCheckRoles = checks.checkRoleTypes()
            checks.checkPermissions()
            stopwatch.begin(.checking)
            report = checks.checkPolicies(
                policies, level: options.level, includingRoles: canCheckRoles, memory: &memory)
            stopwatch.begin(.assembling)
            checks.checkServerContext(tenants, actions)
            checks.checkClaims()
        }
        stopwatch.begin(.checking)
        lint(policies, description.manifest.lint, schema, besides: report, &memory)

        guard !findings.hasErrors, let store else { return nil }
        stopwatch.begin(.files)
        let version = files.version
        stopwatch.begin(.compiling)
        var snapshot = PolicySnapshot(
            application: description.manifest.name.value, version: version, namespace: namespace,
            policies: policies.policies, descriptions: policies.descriptions, entities: store, actions: actions,
            roleModels: roles?.models ?? [:], tenants: tenants, settings: settings(description.manifest),
            typeNames: Dictionary(
                description.manifest.types.map { (CedarString($0.name.value), $0.type.value.qualified(by: namespace)) },
                uniquingKeysWith: { first, _ in first }), schema: fitter, cache: cache)
        snapshot.residency = residency
        return snapshot
    }

    /// Looks for likely mistakes in what people wrote; permits that were lowered from roles have no author to tell.
    private func lint(
        _ policies: PolicyFiles, _ settings: LintSettings, _ schema: Schema?, besides report: ValidationReport?,
        _ memory: inout LoadMemory
    ) {
        let linter = PolicyLinter(
            settings: settings, schema: schema, guaranteedContext: ServerContext.guaranteedType)
        let serials = policies.authoredSerials
        let (diagnostics, alone) = linter.lint(
            policies.authored, besides: report, knowing: memory.lints(of: serials))
        memory.remember(alone, of: serials)
        findings.append(diagnostics)
    }

    /// The policies and templates of the application's files.
    private func policies(_ files: BundleFiles, _ memory: inout LoadMemory) -> PolicyFiles {
        var policies = PolicyFiles()
        let duties = files.first(.obligations).map { DutyCatalog($0, into: findings) } ?? DutyCatalog()
        for (stem, file) in files.policies {
            policies.add(.policies, of: file, stem: stem, duties: duties, memory: &memory, into: findings)
        }
        for (stem, file) in files.templates {
            policies.add(.templates, of: file, stem: stem, duties: duties, memory: &memory, into: findings)
        }
        memory.keep(Set(files.policies.map(\.source.name) + files.templates.map(\.source.name)))
        return policies
    }

    private func addLinks(_ files: BundleFiles, _ namespace: Name?, to policies: inout PolicyFiles) {
        if let file = files.first(.links) {
            for link in TemplateLink.read(file, namespace: namespace, into: findings) {
                policies.add(link, of: file, into: findings)
            }
        }
        policies.reportUnlinkedTemplates(into: findings)
    }

    private func storedEntities(_ files: BundleFiles, _ schema: Schema?, _ namespace: Name?) -> [Entity] {
        guard let file = files.first(.entities) else { return [] }
        let grantTypes = ["Role", "Permission"].map { Name(unchecked: $0).qualified(by: namespace) }
        return StoredEntities.read(file, schema: schema, grantTypes: grantTypes, into: findings)
    }

    /// The actions that a schema declares, but for those that are stored: these were found to be the same.
    private static func actions(of schema: Schema?, without stored: [Entity]) -> [Entity] {
        guard let schema else { return [] }
        let known = Set(stored.lazy.map(\.uid))
        return schema.actionEntities.filter { !known.contains($0.uid) }
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
        guard let file, let include = manifest.includes.first else { return }
        findings.report(
            .unsupportedKey, "`includes` is not supported by this version", at: .init(file, include.span),
            help: "remove it; it would have no effect")
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
