import CedarSyntax
import Foundation
import Testing

@testable import CedarSchema

/// What a schema means as a text, so that schemas can be compared.
func summary(_ schema: Schema) -> String {
    var lines: [String] = []
    for (name, type) in schema.entityTypes.sorted(by: { $0.key < $1.key }) {
        var line = "entity \(name)"
        if !type.parents.isEmpty { line += " in \(type.parents.sorted().map(\.path).joined(separator: ", "))" }
        if !type.attributes.attributes.isEmpty { line += " \(summary(type.attributes))" }
        if let tags = type.tags { line += " tags \(summary(tags))" }
        if let ids = type.enumeration { line += " enum \(ids.map { StringLiteral.quote($0.text) })" }
        lines.append(line)
    }
    for (uid, action) in schema.actions.sorted(by: { $0.key < $1.key }) {
        var line = "action \(uid)"
        if !action.groups.isEmpty { line += " in \(action.groups.sorted())" }
        line += " principal \(action.principalTypes) resource \(action.resourceTypes)"
        lines.append(line + " context \(summary(action.context))")
    }
    return lines.joined(separator: "\n")
}

/// A type as a text.
func summary(_ type: SchemaType) -> String {
    switch type {
    case .bool: "Bool"
    case .long: "Long"
    case .string: "String"
    case .entity(let name): "entity \(name)"
    case .extension(let type): type.rawValue
    case .set(let element): "Set<\(summary(element))>"
    case .record(let record): summary(record)
    }
}

/// A record as a text.
func summary(_ record: RecordType) -> String {
    let attributes = record.attributes.sorted { $0.key < $1.key }.map { name, attribute in
        "\(name)\(attribute.isRequired ? "" : "?"): \(summary(attribute.type))"
    }
    return "{\(attributes.joined(separator: ", "))}"
}

extension Schema {
    /// Reads schemas in Cedar syntax that are given as texts.
    static func parse(_ texts: String...) -> (schema: Schema?, diagnostics: [Diagnostic]) {
        parse(files: texts.enumerated().map { SourceFile(name: "\($0.offset).cedarschema", text: $0.element) })
    }

    /// Reads a schema in JSON that is given as a text.
    static func parse(json: String) -> (schema: Schema?, diagnostics: [Diagnostic]) {
        parse(files: [SourceFile(name: "test.cedarschema.json", text: json)])
    }
}

/// The codes of findings, as the tables write them.
func schemaCodes(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(\.code.description).joined(separator: " ")
}

/// The places of findings in the order of the file.
func schemaPlaces(_ diagnostics: [Diagnostic]) -> [SourceSpan] {
    diagnostics.compactMap { $0.location?.span }.sorted { ($0.start, -$0.end) < ($1.start, -$1.end) }
}

/// The content of a fixture.
func schemaFixture(_ name: String) throws -> String {
    let file = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
    return try String(contentsOf: file, encoding: .utf8)
}
