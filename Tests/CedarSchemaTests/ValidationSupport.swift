import CedarSchema
import CedarSyntax
import MarkedSource
import Testing

/// A policy text whose expected findings are marked: `▶` and `◀` around each place, nested or apart.
struct ValidationSource {
    let file: SourceFile
    let places: [SourceSpan]

    init(_ marked: String) {
        let source = MarkedSource(marked)
        file = SourceFile(name: "test.cedar", text: source.text)
        places = source.places
    }

    /// The policies of the text, which must parse.
    func policies() throws -> [Policy] {
        let parsed = PolicyParser.parse(file)
        try #require(parsed.diagnostics.isEmpty, "\(parsed.diagnostics.map(\.message))")
        return parsed.policies
    }
}

/// A row of a table: a policy, or the condition of one, and the codes of what is found in it.
struct ValidationCase: Sendable, CustomTestStringConvertible {
    var policy: String
    var codes: String

    init(_ policy: String, _ codes: String = "") {
        self.policy = policy
        self.codes = codes
    }

    var testDescription: String { policy }

    /// Validates and compares codes and, where the policy has marks, places.
    func check(
        _ schema: Schema, mode: PolicyValidator.Mode = .strict, level: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let isCondition = !policy.hasSuffix(";")
        let source = ValidationSource(
            isCondition ? "permit(principal is User, action == Action::\"view\", resource) when { \(policy) };" : policy
        )
        let report = PolicyValidator(schema: schema, mode: mode, level: level)
            .validate(try source.policies(), in: source.file)
        let found = report.diagnostics.map(\.code.description).joined(separator: " ")
        let messages = report.diagnostics.map { "\($0.code) \($0.message) (\($0.help ?? ""))" }
        #expect(found == codes, "\(messages)", sourceLocation: sourceLocation)
        #expect(
            report.isValid == !report.diagnostics.contains { $0.severity == .error }, sourceLocation: sourceLocation)
        if !source.places.isEmpty {
            let spans = report.diagnostics.compactMap { $0.location?.span }
            #expect(
                spans == source.places, "\(spans.map { source.file.text(in: $0) })", sourceLocation: sourceLocation)
        }
    }
}

extension Schema {
    /// The schema of a text, which must be valid.
    init(text: String) throws {
        let (schema, diagnostics) = Schema.parse(files: [SourceFile(name: "test.cedarschema", text: text)])
        self = try #require(schema, "\(diagnostics.map(\.message))")
    }

    /// A photo service with all kinds of types.
    static func photos() throws -> Schema {
        try Schema(
            text: """
                entity Team in [Team];
                entity User in [Team] {
                    name: String, level: Long, active: Bool, manager?: User, team?: Team, nick?: String,
                    address: { city: String, zip?: Long }, joined: datetime, quota: decimal, home: ipaddr
                } tags String;
                entity Robot { name: String, serial: Long } tags Long;
                entity Album in [Album];
                entity Photo in [Album] { owner: User, labels: Set<String>, viewers: Set<User>, size: Long };
                entity Stone;
                entity Color enum ["red", "green"];
                action readers;
                action view in [readers] appliesTo {
                    principal: [User, Robot], resource: Photo,
                    context: { mfa: Bool, device?: { kind: String, os?: String }, source?: ipaddr, now: datetime }
                };
                action edit appliesTo { principal: User, resource: [Photo, Album], context: { mfa: Bool } };
                """)
    }
}
