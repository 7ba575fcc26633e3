import CedarModel
import CedarSyntax
import Documents
import StrictJSON

/// A record of attributes in the JSON form in which a gateway sends it, checked as the native API checks it.
///
/// Suites are YAML, but mean exactly what a JSON body means. So their values are first written as JSON and then read
/// by the reader of requests; what that reader refuses is reported where it stands in the YAML.
struct AttributeJSON {
    /// The members in the order of the file, each value as JSON.
    private(set) var members: [(key: CedarString, json: [UInt8])] = []

    /// No attributes.
    static let empty = AttributeJSON()

    private init() {}

    /// Writes a mapping; what has no Cedar form is reported and left out.
    init(_ node: DocumentNode, what: String, into diagnostics: DiagnosticCollector) {
        guard let entries = node.members else {
            diagnostics.report(
                .wrongKind, "\(what) must be a mapping, but this is \(node.kindInWords)", at: node.location)
            return
        }
        for entry in entries {
            if ["__entity", "__extn", "__expr"].contains(where: { $0.utf8.elementsEqual(entry.key.value.utf8) }) {
                diagnostics.report(
                    .suiteInvalidValue, "\(what) must be a plain mapping, without `\(entry.key.value)`",
                    at: .init(node.file, entry.key.span))
                continue
            }
            var writer = PlacedWriter(diagnostics)
            writer.write(entry.value)
            guard writer.isComplete, Self.isValid(writer, entry.value, diagnostics) else { continue }
            members.append((CedarString(entry.key.value), writer.json.bytes))
        }
    }

    /// These attributes over others: where both have a key, the other one's value is dropped.
    func over(_ base: AttributeJSON) -> AttributeJSON {
        let keys = Set(members.map(\.key))
        var merged = self
        merged.members = base.members.filter { !keys.contains($0.key) } + members
        return merged
    }

    /// These attributes with one replaced or added.
    func setting(_ key: CedarString, _ json: [UInt8]) -> AttributeJSON {
        var changed = self
        changed.members.removeAll { $0.key == key }
        changed.members.append((key, json))
        return changed
    }

    /// Writes the record.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for member in members {
            writer.key(member.key.text)
            writer.raw(member.json)
        }
        writer.endObject()
    }

    /// A body may nest 32 levels, of which attributes stand in the third.
    private static let limits = JSONLimits(
        maximumBytes: JSONLimits.request.maximumBytes, maximumDepth: JSONLimits.request.maximumDepth - 3,
        maximumValues: JSONLimits.request.maximumValues)

    private static func isValid(
        _ writer: PlacedWriter, _ node: DocumentNode, _ diagnostics: DiagnosticCollector
    ) -> Bool {
        do {
            let document = try JSONDocument(parsing: writer.json.bytes, limits: limits)
            _ = try ValueReader(.strict).read(document.root)
            return true
        } catch let error as DataError {
            diagnostics.report(
                .suiteInvalidValue, error.message, at: .init(node.file, writer.place(of: error.start)))
        } catch let error as JSONError {
            diagnostics.report(
                .suiteInvalidValue, "this value cannot be part of a request: \(error.message)",
                at: .init(node.file, writer.place(of: error.offset)))
        } catch {
            diagnostics.report(.suiteInvalidValue, "this value cannot be part of a request", at: node.location)
        }
        return false
    }
}

/// Writes values of a document as JSON and keeps track of where they came from.
private struct PlacedWriter {
    private(set) var json = JSONWriter()

    /// Whether every value has a JSON form.
    private(set) var isComplete = true

    /// The length of the text before each value, which is at most a comma less than where the value begins.
    private var places: [(length: Int, span: SourceSpan)] = []
    private let diagnostics: DiagnosticCollector

    init(_ diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
    }

    /// Recursion is bounded by the depth limit of documents.
    mutating func write(_ node: DocumentNode) {
        places.append((json.bytes.count, node.span))
        switch node.value {
        case .null:
            refuse(node, "nothing is not a Cedar value", help: "leave the attribute out")
        case .number(let text):
            refuse(
                node, "`\(text)` is not an integer, and Cedar has no other numbers",
                help: "write a decimal as `{__extn: {fn: decimal, arg: \"1.5\"}}`")
        case .bool(let bool): json.bool(bool)
        case .integer(let integer): json.integer(integer)
        case .string(let text): json.string(text)
        case .sequence(let elements):
            json.beginArray()
            for element in elements { write(element) }
            json.endArray()
        case .mapping(let members):
            json.beginObject()
            for member in members {
                json.key(member.key.value)
                write(member.value)
            }
            json.endObject()
        }
    }

    /// The place of the innermost value that covers a byte of the text.
    func place(of offset: Int) -> SourceSpan {
        places.last { $0.length <= offset }?.span ?? SourceSpan(start: 0, end: 0)
    }

    private mutating func refuse(_ node: DocumentNode, _ fact: String, help: String) {
        json.null()
        isComplete = false
        diagnostics.report(.suiteInvalidValue, fact, at: node.location, help: help)
    }
}
