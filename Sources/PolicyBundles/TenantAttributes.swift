import CedarModel
import CedarSyntax
import Documents

/// Turns the `attributes` of a tenant into a Cedar record.
enum TenantAttributes {
    /// Reads a mapping; anything that has no Cedar form is a finding at its place.
    static func record(_ members: [DocumentMember], into findings: DiagnosticCollector) -> Record {
        Record(
            members.compactMap { member in
                value(member.value, into: findings).map {
                    Record.Field(key: CedarString(member.key.value), value: $0)
                }
            })
    }

    private static func value(_ node: DocumentNode, into findings: DiagnosticCollector) -> Value? {
        switch node.value {
        case .bool(let bool): return .bool(bool)
        case .integer(let integer): return .long(integer)
        case .string(let text): return .string(CedarString(text))
        case .sequence(let elements): return .set(ValueSet(elements.compactMap { value($0, into: findings) }))
        case .mapping(let members): return .record(record(members, into: findings))
        case .null, .number:
            findings.report(
                .invalidTenantAttribute,
                "\(node.kindInWords) cannot be an attribute; Cedar knows whole numbers, texts, "
                    + "truth values, lists and mappings", at: node.location)
            return nil
        }
    }
}
