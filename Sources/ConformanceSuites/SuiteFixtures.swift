import CedarSyntax
import Documents
import StrictJSON

/// A principal or resource of a suite.
struct SuiteFixture {
    /// The name in the suite.
    let name: String

    /// The member of the request body; empty where the credential says who the principal is.
    let json: [UInt8]

    /// The member `credentials` of the request body; empty without any.
    var credentials: [UInt8] = []

    /// The claims of a token that is signed for each question.
    var claims: SuiteClaims?
}

/// The fixtures of one kind, and the groups of them.
struct SuiteFixtures {
    /// `principal` or `resource`.
    let kind: String

    private let diagnostics: DiagnosticCollector
    private var fixtures: [CedarString: SuiteFixture] = [:]
    private var groups: [CedarString: [CedarString]] = [:]
    private var names: [Spanned<String>] = []
    private var groupNames: [Spanned<String>] = []
    private var used: Set<CedarString> = []

    /// Names whose definition has mistakes: that they are used is right, so nothing is said about it.
    private var broken: Set<CedarString> = []

    /// Starts without fixtures.
    init(kind: String, into diagnostics: DiagnosticCollector) {
        self.kind = kind
        self.diagnostics = diagnostics
    }

    // MARK: - Reading

    /// Reads `principals` or `resources`.
    mutating func read(_ entries: [DocumentMember]) {
        for entry in entries {
            let name = CedarString(entry.key.value)
            names.append(entry.key)
            if let fixture = party(entry) {
                fixtures[name] = fixture
            } else {
                broken.insert(name)
            }
        }
    }

    /// Reads the groups of these fixtures.
    mutating func readGroups(_ entries: [DocumentMember]) {
        for entry in entries {
            let name = CedarString(entry.key.value)
            let file = entry.value.file
            guard fixtures[name] == nil, !broken.contains(name) else {
                diagnostics.report(
                    .ambiguousGroup, "`\(entry.key.value)` is the name of a \(kind) already",
                    at: .init(file, entry.key.span))
                continue
            }
            groupNames.append(entry.key)
            let members = SuiteNames.read(entry.value, what: "the group `\(entry.key.value)`", into: diagnostics)
            var known: [CedarString] = []
            for member in members ?? [] {
                let memberName = CedarString(member.value)
                if fixtures[memberName] != nil {
                    known.append(memberName)
                } else if !broken.contains(memberName) {
                    reportUnknown(member, file, among: names)
                }
            }
            if known.isEmpty { broken.insert(name) }
            groups[name] = known
        }
    }

    private func party(_ entry: DocumentMember) -> SuiteFixture? {
        let before = diagnostics.diagnostics.count
        let what = "the \(kind) `\(entry.key.value)`"
        guard var reader = MappingReader(entry.value, what: what, into: diagnostics) else { return nil }
        var fixture = SuiteFixture(name: entry.key.value, json: [])
        if kind == "principal" { readCredentials(&reader, &fixture) }
        // A credential says who the principal is.
        let isNamed = fixture.credentials.isEmpty || reader.contains("type") || reader.contains("id")
        let type = isNamed ? reader.requiredString("type") : reader.string("type")
        let id = isNamed ? reader.requiredString("id") : reader.string("id")
        let roles = kind == "principal" ? reader.distinctStrings("roles") : nil
        let attributes = reader.value("attributes").map { AttributeJSON($0, what: "`attributes`", into: diagnostics) }
        var parents: [(type: String, id: String)] = []
        for parent in reader.sequence("parents") ?? [] {
            guard var reference = MappingReader(parent, what: "a parent", into: diagnostics) else { continue }
            let type = reference.requiredString("type")
            let id = reference.requiredString("id")
            reference.finish()
            if let type, let id { parents.append((type.value, id.value)) }
        }
        reader.finish()
        guard diagnostics.diagnostics.count == before else { return nil }
        guard let type, let id else { return fixture }
        var writer = JSONWriter()
        writer.beginObject()
        writer.reference(type.value, id.value)
        if let attributes {
            writer.key("attributes")
            attributes.write(to: &writer)
        }
        if let roles {
            writer.key("roles")
            writer.beginArray()
            for role in roles { writer.string(role.value) }
            writer.endArray()
        }
        if !parents.isEmpty {
            writer.key("parents")
            writer.beginArray()
            for parent in parents {
                writer.beginObject()
                writer.reference(parent.type, parent.id)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        fixture = SuiteFixture(
            name: fixture.name, json: writer.bytes, credentials: fixture.credentials, claims: fixture.claims)
        return fixture
    }

    /// Reads `claims`, of which a token is made, or `credentials` as a request has them.
    private func readCredentials(_ reader: inout MappingReader, _ fixture: inout SuiteFixture) {
        let credentials = reader.sequence("credentials") ?? []
        if let claims = reader.entries("claims") {
            if !credentials.isEmpty {
                diagnostics.report(
                    .suiteInvalidValue, "\(reader.what) has both `claims` and `credentials`",
                    at: reader.node.location)
            }
            fixture.claims = SuiteClaims(claims)
            // The source puts the token in this place.
            fixture.credentials = Array(#"[{"type":"jwt","value":""}]"#.utf8)
            return
        }
        guard !credentials.isEmpty else { return }
        var writer = JSONWriter()
        writer.beginArray()
        for credential in credentials { ClaimJSON.write(credential, to: &writer) }
        writer.endArray()
        fixture.credentials = writer.bytes
    }

    // MARK: - Use

    /// What a name stands for: a fixture, or those of a group.
    ///
    /// Empty, with a finding, when the name stands for nothing.
    mutating func resolve(_ name: Spanned<String>, in file: SourceFile) -> [SuiteFixture] {
        let key = CedarString(name.value)
        used.insert(key)
        if let fixture = fixtures[key] { return [fixture] }
        if let group = groups[key] {
            used.formUnion(group)
            return group.compactMap { fixtures[$0] }
        }
        if !broken.contains(key) { reportUnknown(name, file, among: names + groupNames) }
        return []
    }

    /// Reports what no case has used.
    ///
    /// A group that nobody uses is reported for all of its fixtures.
    func reportUnused(in file: SourceFile) {
        var spared = used
        for group in groupNames where !used.contains(CedarString(group.value)) {
            spared.formUnion(groups[CedarString(group.value)] ?? [])
            diagnostics.report(
                .unusedGroup, "no case uses the group `\(group.value)` of \(kind)s", at: .init(file, group.span),
                help: "remove it, or write the case that it is for")
        }
        for name in names where !spared.contains(CedarString(name.value)) {
            diagnostics.report(
                .unusedFixture, "no case uses the \(kind) `\(name.value)`", at: .init(file, name.span),
                help: "remove it, or write the case that it is for")
        }
    }

    private func reportUnknown(_ name: Spanned<String>, _ file: SourceFile, among candidates: [Spanned<String>]) {
        diagnostics.report(
            .unknownFixture, "the suite has no \(kind) `\(name.value)`", at: .init(file, name.span),
            help: Suggestion.sentence(for: name.value, among: candidates.map(\.value))
                ?? "the names are under `\(kind)s` and `groups`")
    }
}

/// The groups of actions.
///
/// Whether an action exists is the application's to say.
struct SuiteActions {
    private var groups: [CedarString: [Spanned<String>]] = [:]
    private var groupNames: [Spanned<String>] = []
    private var used: Set<CedarString> = []
    private let diagnostics: DiagnosticCollector

    /// Starts without groups.
    init(into diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
    }

    /// Reads the groups of actions.
    mutating func readGroups(_ entries: [DocumentMember], isAction: (String) -> Bool) {
        for entry in entries {
            if isAction(entry.key.value) {
                diagnostics.report(
                    .ambiguousGroup, "`\(entry.key.value)` is the name of an action already",
                    at: .init(entry.value.file, entry.key.span))
                continue
            }
            groupNames.append(entry.key)
            groups[CedarString(entry.key.value)] =
                SuiteNames.read(entry.value, what: "the group `\(entry.key.value)`", into: diagnostics) ?? []
        }
    }

    /// What a name stands for: the actions of a group, or an action of that name.
    mutating func resolve(_ name: Spanned<String>) -> [Spanned<String>] {
        guard let group = groups[CedarString(name.value)] else { return [name] }
        used.insert(CedarString(name.value))
        return group
    }

    /// The names of the groups.
    var names: [String] { groupNames.map(\.value) }

    /// Reports the groups that no case has used.
    func reportUnused(in file: SourceFile) {
        for group in groupNames where !used.contains(CedarString(group.value)) {
            diagnostics.report(
                .unusedGroup, "no case uses the group `\(group.value)` of actions", at: .init(file, group.span),
                help: "remove it, or write the case that it is for")
        }
    }
}

/// Reads what may be one name or a list of names.
enum SuiteNames {
    /// The names, each once; `nil`, with a finding, when there is none.
    static func read(
        _ node: DocumentNode, what: String, into diagnostics: DiagnosticCollector
    ) -> [Spanned<String>]? {
        guard let elements = node.elements else {
            return MappingReader.text(node, what: what, into: diagnostics).map { [$0] }
        }
        if elements.isEmpty {
            diagnostics.report(.emptyList, "\(what) must name at least one thing", at: node.location)
            return nil
        }
        var seen: Set<CedarString> = []
        let names = elements.compactMap { element -> Spanned<String>? in
            guard let name = MappingReader.text(element, what: "an element of \(what)", into: diagnostics) else {
                return nil
            }
            if seen.insert(CedarString(name.value)).inserted { return name }
            diagnostics.report(.duplicateValue, "`\(name.value)` is listed twice in \(what)", at: element.location)
            return nil
        }
        return names.isEmpty ? nil : names
    }
}

extension JSONWriter {
    /// Writes the members `type` and `id`.
    fileprivate mutating func reference(_ type: String, _ id: String) {
        key("type")
        string(type)
        key("id")
        string(id)
    }
}
