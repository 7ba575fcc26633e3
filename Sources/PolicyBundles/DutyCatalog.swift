package import CedarSyntax
import Documents
import StrictJSON

/// What `obligations.yaml` declares: the duties that policies can put on a gateway.
///
/// An obligation must be honoured, or the gateway must deny; advice may be ignored (XACML 3.0 section 2.12).
package struct DutyCatalog: Sendable {
    /// A duty as it is emitted in answers.
    package struct Duty: Sendable {
        /// Its id, unique within its kind.
        package let id: String

        /// Its type, as `step-up` or `notification`.
        package let type: String

        /// Its properties as a JSON object.
        package let properties: [UInt8]

        /// Makes a duty.
        package init(id: String, type: String, properties: [UInt8] = Array("{}".utf8)) {
            self.id = id
            self.type = type
            self.properties = properties
        }
    }

    /// The obligations by id.
    package private(set) var obligations: [CedarString: Duty] = [:]

    /// The advice by id.
    package private(set) var advice: [CedarString: Duty] = [:]

    /// No duties.
    package init() {}

    /// Reads an `obligations.yaml`.
    ///
    /// Findings go to the collector.
    init(_ file: SourceFile, into findings: DiagnosticCollector) {
        let (root, diagnostics) = DocumentParser.parseYAML(file)
        findings.append(diagnostics)
        guard let root, var reader = MappingReader(root, what: "`obligations.yaml`", into: findings) else { return }
        obligations = Self.duties(reader.entries("obligations") ?? [], what: "obligation", findings)
        advice = Self.duties(reader.entries("advice") ?? [], what: "advice", findings)
        reader.finish()
    }

    private static func duties(
        _ members: [DocumentMember], what: String, _ findings: DiagnosticCollector
    ) -> [CedarString: Duty] {
        var duties: [CedarString: Duty] = [:]
        for member in members {
            let id = member.key.value
            if !isID(id) {
                findings.report(
                    .invalidDutyID, "`\(id)` is not an id of \(what == "advice" ? "advice" : "an obligation")",
                    at: .init(member.value.file, member.key.span),
                    help: "an id is up to 64 of `a` to `z`, `0` to `9`, `_`, `-`, `.` and `:`")
            }
            guard var reader = MappingReader(member.value, what: "\(what) `\(id)`", into: findings) else { continue }
            let type = reader.requiredString("type")
            _ = reader.string("description")
            let properties = reader.entries("properties") ?? []
            reader.finish()
            guard let type else { continue }
            var writer = JSONWriter()
            DutyProperties.write(properties, to: &writer)
            duties[CedarString(id)] = Duty(id: id, type: type.value, properties: writer.bytes)
        }
        return duties
    }

    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x3A).contains($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
            }
    }
}

/// Properties of a duty from YAML to JSON.
///
/// Documents are bounded in depth, so recursion is.
private enum DutyProperties {
    static func write(_ members: [DocumentMember], to writer: inout JSONWriter) {
        writer.beginObject()
        for member in members {
            writer.key(member.key.value)
            write(member.value, to: &writer)
        }
        writer.endObject()
    }

    private static func write(_ node: DocumentNode, to writer: inout JSONWriter) {
        switch node.value {
        case .null: writer.null()
        case .bool(let bool): writer.bool(bool)
        case .integer(let integer): writer.integer(integer)
        case .number(let text): number(text, to: &writer)
        case .string(let text): writer.string(text)
        case .sequence(let elements):
            writer.beginArray()
            for element in elements { write(element, to: &writer) }
            writer.endArray()
        case .mapping(let members): write(members, to: &writer)
        }
    }

    /// YAML numbers such as `.5` or `+1.0` are not JSON numbers; those are written as strings.
    private static func number(_ text: String, to writer: inout JSONWriter) {
        if (try? JSONDocument(parsing: Array(text.utf8), limits: .request)) != nil {
            writer.raw(text.utf8)
        } else {
            writer.string(text)
        }
    }
}
