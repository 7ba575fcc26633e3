import CedarModel
import CedarSyntax
import Documents
import PolicyBundles

/// The tenant, time and context of a case: what the suite says, and over it what the case says.
struct SuiteCircumstances {
    var tenant: String?
    var now: String?
    var context = AttributeJSON.empty

    /// Nothing said yet.
    init() {}

    /// Reads the three keys over the ones that apply otherwise.
    init(
        _ reader: inout MappingReader, over base: SuiteCircumstances = SuiteCircumstances(),
        for snapshot: PolicySnapshot?
    ) {
        let diagnostics = reader.diagnostics
        let file = reader.node.file
        self = base
        if let tenant = reader.string("tenant") {
            Self.check(tenant, file, snapshot, diagnostics)
            self.tenant = tenant.value
        }
        if let now = reader.string("now") {
            if Datetime(rfc3339: now.value) == nil {
                diagnostics.report(
                    .suiteInvalidTime, "`\(now.value)` is not a time", at: .init(file, now.span),
                    help: "write it as in `2026-11-21T10:00:00Z`; an offset as in `+01:00`")
            }
            self.now = now.value
        }
        if let node = reader.value("context") {
            for member in node.members ?? [] where member.key.value.utf8.elementsEqual("now".utf8) {
                diagnostics.report(
                    .suiteReservedContext, "the server sets `context.now`", at: .init(file, member.key.span),
                    help: "write `now:` beside `context:`; `context.time` is for times of your own")
            }
            context = AttributeJSON(node, what: "`context`", into: diagnostics).over(base.context)
        }
    }

    private static func check(
        _ tenant: Spanned<String>, _ file: SourceFile, _ snapshot: PolicySnapshot?, _ diagnostics: DiagnosticCollector
    ) {
        guard let snapshot, snapshot.tenants[CedarString(tenant.value)] == nil else { return }
        let names = snapshot.tenants.keys.sorted().map(\.text)
        diagnostics.report(
            .suiteUnknownTenant, "application `\(snapshot.application)` has no tenant `\(tenant.value)`",
            at: .init(file, tenant.span), help: Suggestion.sentence(for: tenant.value, among: names))
    }
}
