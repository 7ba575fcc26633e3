import CedarSyntax
import Testing

/// The example of the module's documentation, as it stands there.
@Suite struct DocumentationExampleTests {
    @Test func parsing() {
        let text = """
            @id("owner") permit (principal, action, resource) when { resource.owner == principal };
            permit (principal, action, resource) when { principal = resource };
            """
        let parsed = PolicyParser.parse(SourceFile(name: "notes.cedar", text: text))
        let names = parsed.policies.map { $0.annotation("id") ?? $0.id }
        let findings = DiagnosticRenderer().render(parsed.diagnostics)

        #expect(names == ["owner"])
        #expect(
            findings == """
                error[V1012]: `=` is not a valid operator
                  --> notes.cedar:2:55
                   |
                 2 | permit (principal, action, resource) when { principal = resource };
                   |                                                       ^
                   = help: compare with `==`

                """)
    }
}
