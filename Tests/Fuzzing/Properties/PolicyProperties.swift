import CedarSyntax
import StrictJSON

/// What holds of policies in text and in JSON.
enum PolicyProperties {
    /// Findings point into the text, and what has none can be written and read again.
    static func checkText(_ bytes: [UInt8]) throws(BrokenProperty) {
        let file = SourceFile(name: "fuzz.cedar", bytes: bytes)
        let parsed = PolicyParser.parse(file)
        try checkFindings(parsed.diagnostics, in: file)
        for policy in parsed.policies {
            try require(policy.span.start >= 0 && policy.span.end <= bytes.count, "a policy stands in its text")
            try require(policy.hasSameMeaning(as: policy), "a policy means what it means")
        }
        if parsed.diagnostics.isEmpty {
            try require(String(validating: bytes, as: UTF8.self) != nil, "accepted text is UTF-8")
            let written = PolicyTextWriter.text(of: parsed.policies)
            try checkSame(
                parsed.policies, PolicyParser.parse(SourceFile(name: "written.cedar", text: written)), "written")
        }
        let expression = PolicyParser.parseExpression(file)
        try checkFindings(expression.diagnostics, in: file)
        try require((expression.expression == nil) != expression.diagnostics.isEmpty, "an expression or findings")
        if let text = String(validating: bytes, as: UTF8.self), let uid = EntityUID(parsing: text) {
            try require(EntityUID(parsing: uid.description) == uid, "an entity id survives its description")
        }
    }

    /// What can be read can be written in both formats, and read again without a change.
    static func checkJSON(_ bytes: [UInt8]) throws(BrokenProperty) {
        let file = SourceFile(name: "fuzz.json", bytes: bytes)
        let parsed = PolicyJSONReader.parse(file)
        try checkFindings(parsed.diagnostics, in: file)
        guard let collection = parsed.collection else {
            return try require(!parsed.diagnostics.isEmpty, "what is refused has findings")
        }
        try require(parsed.diagnostics.isEmpty, "what has findings is refused")
        try checkCollection(collection)
    }

    /// Valid policies survive JSON.
    static func checkRoundTrip(_ bytes: [UInt8]) throws(BrokenProperty) {
        let parsed = PolicyParser.parse(SourceFile(name: "fuzz.cedar", bytes: bytes))
        guard parsed.diagnostics.isEmpty else { return }
        try checkCollection(PolicyCollection(policies: parsed.policies))
    }

    /// Valid policies can be formatted, at any width, and formatting again changes nothing.
    static func checkFormatter(_ bytes: [UInt8]) throws(BrokenProperty) {
        let file = SourceFile(name: "fuzz.cedar", bytes: bytes)
        let parsed = PolicyParser.parse(file)
        let sum = bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        for formatter in [PolicyFormatter(), PolicyFormatter(width: sum % 100 + 1, indent: sum % 7)] {
            let formatted = formatter.format(file)
            guard parsed.diagnostics.isEmpty else {
                try require(formatted.bytes == nil && !formatted.diagnostics.isEmpty, "invalid text is not formatted")
                return
            }
            guard let result = formatted.bytes else {
                throw BrokenProperty("valid text is formatted: \(formatted.diagnostics.map(\.message))")
            }
            let laidOut = SourceFile(name: "formatted.cedar", bytes: result)
            try require(formatter.format(laidOut).bytes == result, "formatting again changes nothing")
            try checkSame(parsed.policies, PolicyParser.parse(laidOut), "formatted")
        }
    }

    // MARK: Parts

    /// Every finding has a place in the file, and can be shown.
    static func checkFindings(_ findings: [Diagnostic], in file: SourceFile) throws(BrokenProperty) {
        try require(findings.count <= 100, "the number of findings is bounded")
        for (index, finding) in findings.enumerated() {
            guard let span = finding.location?.span else { throw BrokenProperty("no place: \(finding.message)") }
            for span in [span] + finding.labels.map(\.span) {
                try require(
                    span.start >= 0 && span.start <= span.end && span.end <= file.bytes.count,
                    "a finding points into its file: \(finding.message)")
            }
            // Showing costs more than all else, so that one finding is shown, any one.
            guard index == file.bytes.count % findings.count else { continue }
            let text = DiagnosticRenderer().render(finding)
            try require(!hasControlCharacters(text), "a finding has no control characters: \(finding.message)")
        }
    }

    /// Whether a text has control characters (C0, C1 and DEL) besides line feeds.
    private static func hasControlCharacters(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte < 0x20 && byte != 0x0A || byte == 0x7F { return true }
            if previous == 0xC2 && byte < 0xA0 { return true }
            previous = byte
        }
        return false
    }

    /// Policies survive JSON, and then text.
    private static func checkCollection(_ collection: PolicyCollection) throws(BrokenProperty) {
        var writer = JSONWriter()
        writer.policies(collection)
        let again = PolicyJSONReader.parse(SourceFile(name: "again.json", bytes: writer.bytes))
        guard let read = again.collection else {
            throw BrokenProperty("written JSON is valid: \(again.diagnostics.map(\.message)) \(writer.text)")
        }
        try require(read.policies.count == collection.policies.count, "JSON keeps all policies")
        try require(read.links.count == collection.links.count, "JSON keeps all links")
        var byID: [PolicyID: Policy] = [:]
        for policy in read.policies { byID[policy.id] = policy }
        for policy in collection.policies {
            try require(byID[policy.id]?.hasSameMeaning(as: policy) == true, "JSON keeps meaning: \(writer.text)")
        }
        let text = PolicyTextWriter.text(of: read.policies)
        try checkSame(read.policies, PolicyParser.parse(SourceFile(name: "again.cedar", text: text)), "translated")
    }

    private static func checkSame(
        _ policies: [Policy], _ parsed: ParsedPolicies, _ what: String
    ) throws(BrokenProperty) {
        try require(parsed.diagnostics.isEmpty, "\(what) text is valid: \(parsed.diagnostics.map(\.message))")
        try require(parsed.policies.count == policies.count, "\(what) text keeps all policies")
        for (policy, new) in zip(policies, parsed.policies) {
            try require(
                new.hasSameMeaning(as: policy), "\(what) text keeps meaning: \(PolicyTextWriter.text(of: [policy]))")
        }
    }
}
