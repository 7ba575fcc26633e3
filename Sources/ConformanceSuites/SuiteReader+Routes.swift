import CedarModel
import CedarSyntax
import Documents
import PolicyBundles
import Residency
import StrictJSON

extension SuiteReader {
    /// Reads a suite about where data may be: it names a residency pack in the place of a bundle.
    ///
    /// `request` holds what the requests of all cases have in common, member by member.
    mutating func readRoutes(_ reader: inout MappingReader) {
        let pack = reader.requiredString("pack")
        if let pack, let packs = applications?.snapshots.compactMap(\.residency).first, packs.packs[pack.value] == nil {
            diagnostics.report(
                .suiteUnknownBundle, "there is no residency pack `\(pack.value)`", at: .init(file, pack.span),
                help: Suggestion.sentence(for: pack.value, among: packs.packs.keys.sorted()))
        }
        let defaults = SuiteCircumstances(&reader, for: nil)
        let common = reader.value("request").map { AttributeJSON($0, what: "`request`", into: diagnostics) } ?? .empty
        for node in reader.sequence("cases") ?? [] {
            guard var members = MappingReader(node, what: "the case", into: diagnostics) else { continue }
            let name = takeName(&members) ?? ""
            let refs = refs(&members)
            let now = SuiteCircumstances(&members, over: defaults, for: nil).now
            if !members.contains("request") { members.reportMissing("request") }
            let request = members.value("request").map { AttributeJSON($0, what: "`request`", into: diagnostics) }
            let expectation = RoutingExpectation.read(&members)
            members.finish()
            guard let pack, let request, let expectation else { continue }
            var body = request.over(common)
            if let now {
                var writer = JSONWriter()
                writer.string(now)
                body = body.setting("now", writer.bytes)
            }
            var writer = JSONWriter()
            body.write(to: &writer)
            addRoute(
                name: name, refs: refs, at: node.span, pack: pack.value, now: now, body: writer.bytes, expectation)
        }
    }

    private mutating func addRoute(
        name: String, refs: [String], at span: SourceSpan, pack: String, now: String?, body: [UInt8],
        _ expectation: SuiteExpectation
    ) {
        let question = SuiteQuestion(
            application: "", tenant: "", principal: "", action: "route", resource: pack, now: now, body: body,
            claims: nil, pack: pack)
        cases.append(
            SuiteCase(
                suite: self.name, name: name, refs: refs, file: file.name, position: file.position(at: span.start),
                question: question, expectation: expectation))
    }
}

extension RoutingExpectation {
    /// The members that an expectation can have.
    static let members = [
        "decision", "allowed_regions", "primary", "backup", "mirrors", "endpoint", "endpoints", "storage_class",
        "denied", "reasons", "obligations", "warnings", "hints", "mechanism_used", "mechanism_required",
        "mechanism_expires", "regimes",
    ]

    /// Reads `expect` of a case about a route.
    static func read(_ reader: inout MappingReader) -> SuiteExpectation? {
        guard let node = reader.value("expect") else {
            if !reader.contains("expect") { reader.reportMissing("expect") }
            return nil
        }
        return read(node, reader.diagnostics)
    }

    /// Reads what is expected of a route.
    static func read(_ node: DocumentNode, _ diagnostics: DiagnosticCollector) -> SuiteExpectation? {
        guard var members = MappingReader(node, what: "what is expected of the route", into: diagnostics) else {
            return nil
        }
        for key in Self.members { _ = members.member(key) }
        members.finish()
        guard let decision = members.choice("decision", SuiteExpectation.Decision.self) else {
            if !members.contains("decision") { members.reportMissing("decision") }
            return nil
        }
        var writer = JSONWriter()
        AttributeJSON(node, what: "what is expected of the route", into: diagnostics).write(to: &writer)
        guard let document = try? JSONDocument(parsing: writer.bytes, limits: .bundle) else { return nil }
        var expectation = SuiteExpectation(decision)
        expectation.route = RoutingExpectation(document.root)
        return expectation
    }
}
