import CedarSchema
import CedarSyntax

/// What holds of schemas in Cedar syntax and in JSON.
enum SchemaProperties {
    /// Findings point into the file, and what is accepted survives translation into both formats.
    static func check(_ bytes: [UInt8], isJSON: Bool) throws(BrokenProperty) {
        let file = SourceFile(name: isJSON ? "fuzz.cedarschema.json" : "fuzz.cedarschema", bytes: bytes)
        let (schema, findings) = Schema.parse(files: [file])
        for start in stride(from: 0, to: findings.count, by: 100) {
            try PolicyProperties.checkFindings(Array(findings[start..<min(start + 100, findings.count)]), in: file)
        }
        try require((schema == nil) == findings.contains { $0.severity == .error }, "a schema or errors")
        guard let schema else { return }
        let fragment = isJSON ? SchemaJSONReader.read(file).fragment : SchemaTextParser.parse(file).fragment
        let json = SchemaJSONWriter.json(fragment)
        try checkSame(schema, SourceFile(name: "written.json", text: json), "JSON")
        let written = SchemaTextWriter.text(fragment)
        guard let text = written.text else {
            return try require(isJSON && !written.diagnostics.isEmpty, "Cedar syntax says what it said")
        }
        try checkSame(schema, SourceFile(name: "written.cedarschema", text: text), "Cedar syntax")
        checkPolicies(schema)
    }

    /// The validator bears any schema.
    private static func checkPolicies(_ schema: Schema) {
        for mode in [PolicyValidator.Mode.strict, .permissive] {
            _ = PolicyValidator(schema: schema, mode: mode, level: 1).validate(policies.policies, in: file)
        }
    }

    private static let file = SourceFile(
        name: "policies.cedar",
        text: """
            permit (principal, action, resource) when { principal has a && principal.a == resource };
            forbid (principal, action, resource) when { context.a < 1 || principal in resource || principal.hasTag("a") };
            permit (principal == ?principal, action, resource in ?resource) unless { principal.getTag("a").contains(1) };
            """)
    private static let policies = PolicyParser.parse(file)

    private static func checkSame(
        _ schema: Schema, _ file: SourceFile, _ format: String
    ) throws(BrokenProperty) {
        let (again, findings) = Schema.parse(files: [file])
        guard let again else {
            throw BrokenProperty(
                "\(format) is valid: \(findings.map(\.message)) \(file.text(in: .init(start: 0, end: file.bytes.count)))"
            )
        }
        let text = { file.text(in: SourceSpan(start: 0, end: file.bytes.count)) }
        try require(
            Set(again.entityTypes.keys) == Set(schema.entityTypes.keys), "\(format) keeps entity types: \(text())")
        try require(Set(again.actions.keys) == Set(schema.actions.keys), "\(format) keeps actions: \(text())")
        for (name, type) in schema.entityTypes {
            let new = again.entityTypes[name]
            try require(
                new?.parents == type.parents && new?.attributes == type.attributes && new?.tags == type.tags
                    && new?.enumeration == type.enumeration, "\(format) keeps \(name): \(text())")
        }
        for (uid, action) in schema.actions {
            let new = again.actions[uid]
            try require(
                new?.groups == action.groups && new?.context == action.context
                    && new.map { Set($0.principalTypes) } == Set(action.principalTypes)
                    && new.map { Set($0.resourceTypes) } == Set(action.resourceTypes),
                "\(format) keeps \(uid): \(text())")
        }
    }
}
