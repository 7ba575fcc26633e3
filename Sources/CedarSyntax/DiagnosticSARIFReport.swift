import StrictJSON

/// Findings in the Static Analysis Results Interchange Format (SARIF 2.1.0), for code scanning.
package struct DiagnosticSARIFReport {
    /// What is said about a code.
    package struct Rule {
        /// One line.
        package var title: String

        /// All of it, in Markdown.
        package var page: String

        /// Makes a rule.
        package init(title: String, page: String) {
            self.title = title
            self.page = page
        }
    }

    /// The version of the program.
    package var version: String

    /// What is said about a code.
    package var rule: (DiagnosticCode) -> Rule?

    /// The name of a file from the top of the repository.
    package var path: (SourceFile) -> String

    /// Makes a report.
    package init(
        version: String, rule: @escaping (DiagnosticCode) -> Rule?, path: @escaping (SourceFile) -> String = \.name
    ) {
        self.version = version
        self.rule = rule
        self.path = path
    }

    /// The log with all findings.
    package func bytes(_ diagnostics: [Diagnostic]) -> [UInt8] {
        let codes = Set(diagnostics.map(\.code)).sorted { $0.number < $1.number }
        let indexes = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($0.element, $0.offset) })
        var writer = JSONWriter(pretty: true)
        writer.beginObject()
        writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        writer.member("version", "2.1.0")
        writer.key("runs")
        writer.beginArray()
        writer.beginObject()
        writer.key("tool")
        writer.beginObject()
        writer.key("driver")
        writer.beginObject()
        writer.member("name", "verdict")
        writer.member("version", version)
        writer.key("rules")
        writer.beginArray()
        for code in codes { write(code, &writer) }
        writer.endArray()
        writer.endObject()
        writer.endObject()
        writer.member("columnKind", "unicodeCodePoints")
        writer.key("results")
        writer.beginArray()
        for diagnostic in diagnostics { write(diagnostic, indexes[diagnostic.code] ?? 0, &writer) }
        writer.endArray()
        writer.endObject()
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private func write(_ code: DiagnosticCode, _ writer: inout JSONWriter) {
        let rule = rule(code)
        writer.beginObject()
        writer.member("id", code.description)
        writer.key("shortDescription")
        writer.message(rule?.title ?? code.description)
        writer.key("help")
        writer.beginObject()
        writer.member("text", rule?.page ?? "run `verdict explain-code \(code)`")
        if let page = rule?.page { writer.member("markdown", page) }
        writer.endObject()
        writer.endObject()
    }

    private func write(_ diagnostic: Diagnostic, _ index: Int, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ruleId", diagnostic.code.description)
        writer.key("ruleIndex")
        writer.integer(index)
        // The levels of the format are called like the severities.
        writer.member("level", diagnostic.severity.rawValue)
        writer.key("message")
        writer.message(([diagnostic.message] + [diagnostic.help].compactMap(\.self)).joined(separator: "\n"))
        writer.key("locations")
        writer.beginArray()
        if let location = diagnostic.location {
            writer.beginObject()
            write(location, &writer)
            writer.endObject()
        }
        writer.endArray()
        if let location = diagnostic.location, !diagnostic.labels.isEmpty {
            writer.key("relatedLocations")
            writer.beginArray()
            for (number, label) in diagnostic.labels.enumerated() {
                writer.beginObject()
                writer.key("id")
                writer.integer(number)
                write(.init(location.file, label.span), &writer)
                writer.key("message")
                writer.message(label.text)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
    }

    private func write(_ location: Diagnostic.Location, _ writer: inout JSONWriter) {
        writer.key("physicalLocation")
        writer.beginObject()
        writer.key("artifactLocation")
        writer.beginObject()
        writer.member("uri", Self.reference(path(location.file)))
        writer.endObject()
        writer.key("region")
        writer.beginObject()
        let (start, end) = (location.position, location.endPosition)
        for (name, value) in [
            ("startLine", start.line), ("startColumn", start.column), ("endLine", end.line), ("endColumn", end.column),
        ] {
            writer.key(name)
            writer.integer(value)
        }
        writer.endObject()
        writer.endObject()
    }

    /// A path as a URI reference (RFC 3986 section 4.1): relative paths stay relative, absolute ones are of the `file`
    /// scheme.
    static func reference(_ path: String) -> String {
        var reference = path.utf8.first == 0x2F ? "file://" : ""
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F:
                reference.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                reference += byte < 0x10 ? "%0" + digits : "%" + digits
            }
        }
        return reference
    }
}

extension JSONWriter {
    /// Writes a member whose value is a text.
    fileprivate mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    /// Writes a message object.
    fileprivate mutating func message(_ text: String) {
        beginObject()
        member("text", text)
        endObject()
    }
}
