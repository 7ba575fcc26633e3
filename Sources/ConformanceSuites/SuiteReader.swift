import CedarSyntax
import Documents
import PolicyBundles
import StrictJSON

/// Reads one suite file.
///
/// All mistakes of the file are found in one run.
struct SuiteReader {
    let file: SourceFile
    let diagnostics: DiagnosticCollector
    let applications: Applications?
    let limits: SuiteLimits

    var snapshot: PolicySnapshot?
    var name = ""
    var application = ""
    var defaults = SuiteCircumstances()
    var principals: SuiteFixtures
    var resources: SuiteFixtures
    var actions: SuiteActions
    var cases: [SuiteCase] = []
    var matrices: [SuiteMatrix] = []

    /// The names of cases and matrices so far.
    var names: [CedarString: SourceSpan] = [:]
    private var reportedActions: Set<SourceSpan> = []
    private var isFull = false
    private var lacksTenant = false

    /// Prepares to read a file.
    ///
    /// Without applications, what only they know is not checked.
    init(
        _ file: SourceFile, applications: Applications?, limits: SuiteLimits, into diagnostics: DiagnosticCollector
    ) {
        self.file = file
        self.applications = applications
        self.limits = limits
        self.diagnostics = diagnostics
        principals = SuiteFixtures(kind: "principal", into: diagnostics)
        resources = SuiteFixtures(kind: "resource", into: diagnostics)
        actions = SuiteActions(into: diagnostics)
    }

    /// The suite; it must not be used when there are errors.
    ///
    /// `nil` when the file is no suite at all.
    mutating func read() -> (suite: Suite, name: Spanned<String>)? {
        let (root, findings) = DocumentParser.parseYAML(file)
        diagnostics.append(findings)
        guard let root, var reader = MappingReader(root, what: "the suite", into: diagnostics) else { return nil }
        let name = reader.requiredString("suite")
        self.name = name?.value ?? ""
        if reader.contains("pack") {
            readRoutes(&reader)
            reader.finish()
            guard let name else { return nil }
            let suite = Suite(name: self.name, file: file.name, application: "", cases: cases, matrices: [])
            return (suite, name)
        }
        readApplication(&reader)
        defaults = SuiteCircumstances(&reader, for: snapshot)
        principals.read(reader.entries("principals") ?? [])
        resources.read(reader.entries("resources") ?? [])
        if var groups = reader.mapping("groups") {
            principals.readGroups(groups.entries("principals") ?? [])
            let catalog = snapshot?.actions
            actions.readGroups(groups.entries("actions") ?? []) { catalog?[$0] != nil }
            resources.readGroups(groups.entries("resources") ?? [])
            groups.finish()
        }
        for node in reader.sequence("cases") ?? [] { readCase(node) }
        for node in reader.sequence("matrices") ?? [] { readMatrix(node) }
        reader.finish()
        principals.reportUnused(in: file)
        actions.reportUnused(in: file)
        resources.reportUnused(in: file)
        if lacksTenant, let snapshot, snapshot.tenants["default"] == nil {
            diagnostics.report(
                .suiteUnknownTenant, "a case names no tenant, and `\(application)` has no tenant `default`",
                at: .init(file, SourceSpan(start: root.span.start, end: root.span.start)),
                help: "write `tenant:` for the suite or for the case")
        }
        guard let name else { return nil }
        let suite = Suite(
            name: self.name, file: file.name, application: application, cases: cases, matrices: matrices)
        return (suite, name)
    }

    private mutating func readApplication(_ reader: inout MappingReader) {
        guard let bundle = reader.requiredString("bundle") else { return }
        application = bundle.value
        guard let applications else { return }
        snapshot = applications.snapshot(named: bundle.value)
        guard snapshot == nil else { return }
        let names = applications.snapshots.map(\.application)
        diagnostics.report(
            .suiteUnknownBundle, "there is no application `\(bundle.value)`", at: .init(file, bundle.span),
            help: Suggestion.sentence(for: bundle.value, among: names)
                ?? "the applications are \(names.map { "`\($0)`" }.joined(separator: ", "))")
    }

    // MARK: - Parts of cases and matrices

    /// The name of a case or matrix, which no other may have.
    mutating func takeName(_ reader: inout MappingReader) -> String? {
        guard let name = reader.requiredString("name") else { return nil }
        if name.value.isEmpty {
            diagnostics.report(.caseName, "a name cannot be empty", at: .init(file, name.span))
        } else if let first = names[CedarString(name.value)] {
            diagnostics.report(
                .caseName, "the suite has a case or matrix `\(name.value)` already", at: .init(file, name.span),
                labels: [.init(first, "the first one")])
        } else {
            names[CedarString(name.value)] = name.span
        }
        return name.value
    }

    /// `ref`: a text or a list of texts.
    func refs(_ reader: inout MappingReader) -> [String] {
        guard let value = reader.value("ref") else { return [] }
        return SuiteNames.read(value, what: "`ref`", into: diagnostics)?.map(\.value) ?? []
    }

    /// The names under a key that must be there.
    func requiredNames(_ key: String, _ reader: inout MappingReader) -> [Spanned<String>] {
        if !reader.contains(key) { reader.reportMissing(key) }
        guard let value = reader.value(key) else { return [] }
        return SuiteNames.read(value, what: "`\(key)`", into: diagnostics) ?? []
    }

    /// The fixtures that names stand for, each once, in the order of the names.
    static func distinct(_ fixtures: [SuiteFixture]) -> [SuiteFixture] {
        var seen: Set<CedarString> = []
        return fixtures.filter { seen.insert(CedarString($0.name)).inserted }
    }

    /// Reports an action that the application does not have, unless that is what is being tested.
    mutating func checkAction(_ action: Spanned<String>, _ expectation: SuiteExpectation?) {
        guard let snapshot, snapshot.actions[action.value] == nil else { return }
        if expectation?.names(code: "UNKNOWN_ACTION") ?? true { return }
        guard reportedActions.insert(action.span).inserted else { return }
        // A group is what the word most likely was meant for: the suite was written with its groups in mind.
        let candidates = actions.names + snapshot.actions.names.sorted().map(\.text)
        diagnostics.report(
            .suiteUnknownAction, "application `\(application)` has no action `\(action.value)`",
            at: .init(file, action.span),
            help: Suggestion.sentence(for: action.value, among: candidates)
                ?? "a case that tests just this expects the code `UNKNOWN_ACTION`")
    }

    /// Adds a case and gives its index; `nil` beyond the limit.
    mutating func add(
        name: String, refs: [String], at span: SourceSpan, principal: SuiteFixture, action: String,
        resource: SuiteFixture, _ circumstances: SuiteCircumstances, data: AttributeJSON? = nil,
        _ expectation: SuiteExpectation
    ) -> Int? {
        guard cases.count < limits.maximumCases else {
            if !isFull {
                diagnostics.report(
                    .suiteTooManyCases, "a suite may stand for \(limits.maximumCases) cases, and this one has more",
                    at: .init(file, span))
            }
            isFull = true
            return nil
        }
        if circumstances.tenant == nil { lacksTenant = true }
        let tenant = circumstances.tenant ?? "default"
        let question = SuiteQuestion(
            application: application, tenant: tenant, principal: principal.name, action: action,
            resource: resource.name, now: circumstances.now,
            body: body(tenant, principal, action, resource, circumstances, data), claims: principal.claims)
        cases.append(
            SuiteCase(
                suite: self.name, name: name, refs: refs, file: file.name, position: file.position(at: span.start),
                question: question, expectation: expectation))
        return cases.count - 1
    }

    private func body(
        _ tenant: String, _ principal: SuiteFixture, _ action: String, _ resource: SuiteFixture,
        _ circumstances: SuiteCircumstances, _ data: AttributeJSON?
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("application")
        writer.string(application)
        writer.key("tenant")
        writer.string(tenant)
        if !principal.json.isEmpty {
            writer.key("principal")
            writer.raw(principal.json)
        }
        if !principal.credentials.isEmpty {
            writer.key("credentials")
            writer.raw(principal.credentials)
        }
        writer.key("action")
        writer.beginObject()
        writer.key("id")
        writer.string(action)
        writer.endObject()
        writer.key("resource")
        writer.raw(resource.json)
        writer.key("context")
        circumstances.contextWithClock.write(to: &writer)
        if let data {
            writer.key("data")
            data.write(to: &writer)
        }
        writer.endObject()
        return writer.bytes
    }
}

extension SuiteCircumstances {
    /// The context as it is sent: a time set by the suite travels as `context.now`.
    var contextWithClock: AttributeJSON {
        guard let now else { return context }
        var writer = JSONWriter()
        writer.string(now)
        return context.setting("now", writer.bytes)
    }
}
