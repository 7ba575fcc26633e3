package import CedarSchema
import CedarSyntax
import Documents

/// How an application's policies and requests are checked against its schema: the section `validation` of
/// `bundle.yaml`.
package struct ValidationSettings: Sendable {
    /// The rules for policies.
    package var mode: PolicyValidator.Mode = .strict

    /// How far from the request policies may read entity data (Cedar RFC 76); `nil` for as far as they like.
    package var level: Int?

    /// Whether requests that do not fit the schema are denied.
    package var requests = true

    /// The highest level that can be asked for.
    package static let maximumLevel = 32

    /// The settings of a bundle that says nothing.
    package init() {}

    private enum Mode: String, CaseIterable {
        case strict, permissive
    }

    /// Reads the section.
    init(_ reader: inout MappingReader) {
        if let choice = reader.choice("mode", Mode.self) { mode = choice == .strict ? .strict : .permissive }
        if let number = reader.integer("level") {
            if (0...Int64(Self.maximumLevel)).contains(number.value) {
                level = Int(number.value)
            } else {
                reader.diagnostics.report(
                    .invalidLevel, "the level of validation is 0 to \(Self.maximumLevel), not \(number.value)",
                    at: .init(reader.node.file, number.span))
            }
        }
        if let flag = reader.bool("requests") { requests = flag.value }
    }
}
