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
        let application = BundleFiles.application(inFolder: directory)
        return remembering(application) { memory in
            stopwatch.begin(.files)
            let (files, diagnostics) = BundleFiles.read(directory: directory, knowing: memory.lastFiles)
            memory.lastFiles = files
            findings.append(diagnostics)
            return files.flatMap { build($0, &memory) }
        }
    }

    /// Builds from files; `nil` when they have errors.
    func build(_ files: BundleFiles) -> PolicySnapshot? {
        remembering(files.application) { build(files, &$0) }
    }

    /// Runs a load with what is remembered of an application, and keeps that for the next one.
    private func remembering(
        _ application: String, _ load: (inout LoadMemory) -> PolicySnapshot?
    ) -> PolicySnapshot? {
        var memory = cache.takeMemory(of: application)
        defer {
            stopwatch.begin(nil)
            cache.keep(memory, of: application)
        }
        return load(&memory)
    }

    private func build(_ files: BundleFiles, _ memory: inout LoadMemory) -> PolicySnapshot? {
        stopwatch.begin(.assembling)
        memory.enter(LoadMemory.Surroundings(files, level: options.level, hasPacks: residency != nil))
        let description = recall(\.description, &memory, while: Self.isLasting) {
            let (description, diagnostics) = BundleDescription.read(files.others)
            findings.append(diagnostics)
            return description
        }
        var policies = self.policies(files, &memory)
        guard let description else { return nil }
        refuseUnsupported(description.manifest, file: files.first(.manifest))

        let namespace = description.manifest.namespace?.value
        let roles = description.roles.map { RoleLowering(catalog: $0, namespace: namespace) }
        policies.add(recall(\.roles, &memory) { roles?.permits ?? [] }, into: findings)
        addLinks(files, namespace, to: &policies, &memory)
        let schema = recall(\.schema, &memory) { self.schema(files) }
        let stored = recall(\.stored, &memory) { storedEntities(files, schema, namespace) }
        let actions = recall(\.actions, &memory, while: { _ in schema != nil }) {
            ActionCatalog(
                roles: roles, schema: schema, entities: stored, policies: policies,
                actionType: Name(unchecked: "Action").qualified(by: namespace), into: findings)
        }
        let store = recall(\.store, &memory) {
            entityStore(
                stored + (roles?.entities ?? []) + Self.actions(of: schema, without: stored), files.first(.entities))
        }
        let models = roles?.models ?? [:]
        let tenants = recall(\.tenants, &memory, while: { _ in residency == nil && Self.isLasting(description) }) {
            self.tenants(description, models)
        }
        let fitter = schema.map { RequestFitter(schema: $0, namespace: namespace) }
        let report = fitter.map { check(policies, tenants, actions, $0, description, &memory) }
        stopwatch.begin(.checking)
        lint(policies, description.manifest.lint, schema, besides: report, &memory)

        guard !findings.hasErrors, let store else { return nil }
        stopwatch.begin(.files)
        let version = files.version(knowing: &memory.versions)
        stopwatch.begin(.compiling)
        var snapshot = PolicySnapshot(
            application: description.manifest.name.value, version: version, namespace: namespace,
            policies: policies.policies, descriptions: policies.descriptions, entities: store, actions: actions,
            roleModels: models, tenants: tenants, settings: settings(description.manifest),
            typeNames: Dictionary(
                description.manifest.types.map { (CedarString($0.name.value), $0.type.value.qualified(by: namespace)) },
                uniquingKeysWith: { first, _ in first }), schema: fitter, cache: cache)
        snapshot.residency = residency
        return snapshot
    }

    /// What is remembered of other files than policies, with its findings, or what is made of them now.
    ///
    /// - Parameter isLasting: whether a value is good for as long as the files stay the same.
    private func recall<Value: Sendable>(
        _ place: WritableKeyPath<LoadMemory, LoadMemory.Remembered<Value>?>, _ memory: inout LoadMemory,
        while isLasting: (Value) -> Bool = { _ in true }, _ make: () -> Value
    ) -> Value {
        if let known = memory[keyPath: place] {
            findings.append(known.findings)
            return known.value
        }
        let start = findings.diagnostics.count
        let value = make()
        // Findings that are not shown would be missing when there is room for them again.
        if !findings.isTruncated, isLasting(value) {
            memory[keyPath: place] = .init(value: value, findings: Array(findings.diagnostics[start...]))
        }
        return value
    }

    private static func isLasting(_ description: BundleDescription?) -> Bool {
        description.map { !$0.tenants.contains(where: \.dependsOnTime) } ?? false
    }

    /// Checks everything against the schema.
    private func check(
        _ policies: PolicyFiles, _ tenants: [CedarString: Tenant], _ actions: ActionCatalog, _ fitter: RequestFitter,
        _ description: BundleDescription, _ memory: inout LoadMemory
    ) -> ValidationReport {
        let checks = SchemaChecks(fitter: fitter, description: description, findings: findings)
        let canCheckRoles = recall(\.roleTypes, &memory) { checks.checkRoleTypes() }
        recall(\.permissions, &memory) { checks.checkPermissions() }
        stopwatch.begin(.checking)
        let report = checks.checkPolicies(
            policies, level: options.level, includingRoles: canCheckRoles, memory: &memory)
        stopwatch.begin(.assembling)
        let areTenantsLasting = memory.tenants != nil
        recall(\.context, &memory, while: { _ in areTenantsLasting }) {
            checks.checkServerContext(tenants, actions)
            checks.checkClaims()
        }
        return report
    }

    /// Looks for likely mistakes in what people wrote; permits that were lowered from roles have no author to tell.
    private func lint(
        _ policies: PolicyFiles, _ settings: LintSettings, _ schema: Schema?, besides report: ValidationReport?,
        _ memory: inout LoadMemory
    ) {
        let linter = PolicyLinter(
            settings: settings, schema: schema, guaranteedContext: ServerContext.guaranteedType)
        let serials = policies.authoredSerials
        let (diagnostics, found) = linter.lint(
            policies.authored, besides: report, knowing: { memory.lints[serials[$0]] })
        memory.remember(found, of: serials)
        findings.append(diagnostics)
    }

    /// The policies and templates of the application's files.
    private func policies(_ files: BundleFiles, _ memory: inout LoadMemory) -> PolicyFiles {
        var policies = PolicyFiles()
        policies.reserveCapacity(memory.policyCount)
        let duties = recall(\.duties, &memory) {
            files.first(.obligations).map { DutyCatalog($0, into: findings) } ?? DutyCatalog()
        }
        let all =
            files.policies.map { ($0, PolicyFiles.Content.policies) }
            + files.templates.map { ($0, PolicyFiles.Content.templates) }
        for ((stem, file), content) in all {
            if let known = memory.file(file, isTemplates: content == .templates, stem: stem) {
                policies.add(known, into: findings)
                continue
            }
            stopwatch.begin(.parsing)
            let read = PolicyFiles.read(content, of: file, stem: stem, duties: duties, memory: &memory)
            stopwatch.begin(.assembling)
            memory.remember(read)
            policies.add(read, into: findings)
        }
        memory.keep(Set(all.map(\.0.source.name)))
        return policies
    }

    private func addLinks(
        _ files: BundleFiles, _ namespace: Name?, to policies: inout PolicyFiles, _ memory: inout LoadMemory
    ) {
        if let file = files.first(.links) {
            let links = recall(\.links, &memory) { TemplateLink.read(file, namespace: namespace, into: findings) }
            for link in links { policies.add(link, of: file, into: findings) }
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
