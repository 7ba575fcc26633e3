import CedarSchema
import CedarSyntax
import Documents
import PublishedFormats
import StrictJSON
import Testing

/// The examples on the pages about codes: the wrong one gets the code, the right one does not.
@Suite("Examples on pages") struct PageExampleTests {
    /// Codes about policies, schemas and data whose examples cannot be run: bytes and sizes that no page can show, and
    /// what needs a command or a request.
    static let undriven: Set<Int> = [
        1004, 1016, 1017, 1112, 1190, 1213, 1290, 2004, 2016, 2017, 2046, 2047, 2070, 2103, 2104, 2105,
    ]

    /// Codes of documents whose examples the YAML reader runs.
    static let yaml: [Int] = [3004, 3006, 3010, 3011, 3012, 3013, 3014, 3015, 3018]

    static var run: [Int] {
        DiagnosticPage.all.map(\.number).filter { $0 < 3000 && !undriven.contains($0) } + yaml
    }

    @Test("examples", arguments: run)
    func example(number: Int) throws {
        let page = try #require(DiagnosticPage.page(of: number))
        let examples = PageExample.all(of: page)
        let wrong = try #require(examples.first { $0.role == .wrong })
        let right = try #require(examples.first { $0.role == .right })
        let schema = examples.first { $0.role == .given }?.text
        let level = page.text.firstMatch(of: /at level (\d):/).flatMap { Int($0.output.1) }
        let code = DiagnosticCode(number)
        let ofWrong = try Self.findings(wrong, number, schema, level)
        #expect(ofWrong.contains { $0.code == code }, "\(DiagnosticRenderer().render(ofWrong))")
        let ofRight = try Self.findings(right, number, schema, level)
        #expect(ofRight.isEmpty, "\(DiagnosticRenderer().render(ofRight))")
    }

    @Test("examples that cannot be run are descriptions", arguments: undriven.sorted())
    func described(number: Int) throws {
        let page = try #require(DiagnosticPage.page(of: number))
        #expect(PageExample.all(of: page).allSatisfy { $0.language == "text" })
    }

    @Test("policies on the pages about bundles are policies")
    func policies() {
        for page in DiagnosticPage.all where page.number >= 3000 {
            for example in PageExample.all(of: page) where example.language == "cedar" {
                let parsed = PolicyParser.parse(SourceFile(name: page.code, text: example.text))
                #expect(parsed.diagnostics.isEmpty && !parsed.policies.isEmpty, "\(page.code)")
            }
        }
    }

    @Test("YAML and JSON on the pages about bundles can be read")
    func documents() {
        for page in DiagnosticPage.all where page.number >= 3019 {
            for example in PageExample.all(of: page) where ["yaml", "json"].contains(example.language) {
                let file = SourceFile(name: page.code, text: example.text)
                let (node, findings) =
                    example.language == "yaml" ? DocumentParser.parseYAML(file) : DocumentParser.parseJSON(file)
                #expect(node != nil, "\(page.code)\n\(DiagnosticRenderer().render(findings))")
            }
        }
    }

    /// What is found in an example; of lints only what the page is about.
    private static func findings(
        _ example: PageExample, _ number: Int, _ schemaText: String?, _ level: Int?
    ) throws -> [Diagnostic] {
        let file = SourceFile(name: "example." + example.language, text: example.text)
        switch number {
        case ..<1100: return PolicyParser.parse(file).diagnostics
        case ..<1200: return PolicyJSONReader.parse(file).diagnostics
        case ..<2000:
            let parsed = PolicyParser.parse(file)
            guard parsed.diagnostics.isEmpty else { return parsed.diagnostics }
            let schema = try schemaText.map { text in
                let read = Schema.parse(files: [SourceFile(name: "example.cedarschema", text: text)])
                return try #require(read.schema, "\(DiagnosticRenderer().render(read.diagnostics))")
            }
            let policies = parsed.policies.map { PolicySource(policy: $0, file: file) }
            if number < 1400 {
                let validator = PolicyValidator(schema: try #require(schema), level: level)
                return validator.validate(policies).diagnostics
            }
            let linter = PolicyLinter(settings: LintSettings(all: .warning), schema: schema)
            return linter.lint(policies).filter { $0.code.number == number }
        case ..<2100: return Schema.parse(files: [file]).diagnostics
        case ..<3000: return try entityFindings(file, schemaText)
        default: return DocumentParser.parseYAML(file).diagnostics
        }
    }

    private static func entityFindings(_ file: SourceFile, _ schemaText: String?) throws -> [Diagnostic] {
        let text = schemaText ?? "entity User; entity Team in [Team];"
        let read = Schema.parse(files: [SourceFile(name: "example.cedarschema", text: text)])
        let reader = SchemaEntityReader(schema: try #require(read.schema))
        let document = try JSONDocument(parsing: file.bytes, limits: .request)
        do {
            _ = try reader.readStore(document.root)
            return []
        } catch {
            return [error.diagnostic(in: file)]
        }
    }
}
