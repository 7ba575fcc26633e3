import CedarSchema
import CedarSyntax
import PolicyBundles

/// Policies and schemas that were named on the command line, checked without a bundle around them.
struct CheckedFiles {
    /// What came of it.
    let outcome: CheckOutcome

    /// Reads and checks files.
    ///
    /// With schemas that have no errors, policies are validated against all of them together. - Throws:
    /// ``ExitStatus/invalidInput`` for a file that cannot be read.
    init(_ paths: [String], level: Int?) throws {
        let files = try Self.expand(paths).map(InputFile.read)
        let (schema, findings) = Self.schema(files.filter(Self.isSchema))
        var diagnostics = findings
        var policies: [PolicySource] = []
        for file in files where !Self.isSchema(file) {
            let parsed = PolicyParser.parse(file)
            diagnostics += parsed.diagnostics
            for var policy in parsed.policies {
                // Ids count from 0 in every file, and a report is by id.
                policy.id = CedarString("policy\(policies.count)")
                policies.append(PolicySource(policy: policy, file: file))
            }
        }
        let report = schema.map { PolicyValidator(schema: $0, level: level).validate(policies) }
        diagnostics += report?.diagnostics ?? []
        let linter = PolicyLinter(schema: schema, guaranteedContext: ServerContext.guaranteedType)
        diagnostics += linter.lint(policies, besides: report)
        let summary = "\(files.count) file\(files.count == 1 ? "" : "s") checked"
        outcome = CheckOutcome(diagnostics: diagnostics, summary: summary, path: \.name)
    }

    private static func expand(_ paths: [String]) -> [String] {
        paths.flatMap { path in
            let schemas = InputFile.expand([path], extension: "cedarschema")
            return schemas == [path] ? schemas : schemas + InputFile.expand([path], extension: "cedar")
        }
    }

    private static func isSchema(_ file: SourceFile) -> Bool {
        [".cedarschema", ".cedarschema.json"].contains { file.name.hasSuffix($0) }
    }

    private static func schema(_ files: [SourceFile]) -> (schema: Schema?, diagnostics: [Diagnostic]) {
        files.isEmpty ? (nil, []) : Schema.parse(files: files)
    }
}
