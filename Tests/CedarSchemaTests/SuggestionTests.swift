import CedarSchema
import CedarSyntax
import Testing

/// Misspelt names get "did you mean", wherever they stand.
@Suite("Suggestions") struct SuggestionTests {
    static let schema = """
        namespace App {
          entity Team;
          entity User in [Team] { age: Long, address: { street: String } } tags String;
          entity Document { owner: User };
          entity Color enum ["red", "green"];
          action reading;
          action read, edit in [reading] appliesTo { principal: User, resource: Document, context: { verified: Bool } };
        }
        """

    @Test(
        "in policies against a schema",
        arguments: [
            ("permit (principal is App::Usr, action, resource);", "`App::User`"),
            ("permit (principal is User, action, resource);", "`App::User`"),
            (#"permit (principal == App::Uzer::"a", action, resource);"#, "`App::User`"),
            (#"permit (principal in App::Taem::"a", action, resource);"#, "`App::Team`"),
            (#"permit (principal, action == App::Action::"raed", resource);"#, #"`App::Action::"read"`"#),
            (#"permit (principal, action == Action::"read", resource);"#, #"`App::Action::"read"`"#),
            (#"permit (principal, action in [App::Action::"readign"], resource);"#, #"`App::Action::"reading"`"#),
            ("permit (principal, action, resource) when { principal.aeg > 1 };", "`age`"),
            (#"permit (principal, action, resource) when { principal.address.stret == "a" };"#, "`street`"),
            ("permit (principal, action, resource) when { resource.ownr == principal };", "`owner`"),
            ("permit (principal, action, resource) when { context.verfied };", "`verified`"),
            ("permit (principal, action, resource) when { principal is App::Docment };", "`App::Document`"),
            (#"permit (principal, action, resource) when { App::Color::"rde" == App::Color::"red" };"#, "`red`"),
        ])
    func policies(text: String, meant: String) throws {
        let schema = try #require(Schema.parse(files: [SourceFile(name: "s.cedarschema", text: Self.schema)]).schema)
        let file = SourceFile(name: "p.cedar", text: text)
        let parsed = PolicyParser.parse(file)
        try #require(parsed.diagnostics.isEmpty)
        let findings = PolicyValidator(schema: schema).validate(parsed.policies, in: file).diagnostics
        #expect(findings.contains { $0.help == "did you mean \(meant)?" }, "\(DiagnosticRenderer().render(findings))")
    }

    @Test(
        "in the text of policies",
        arguments: [
            ("premit (principal, action, resource);", "`permit`"),
            ("permit (principle, action, resource);", "`principal`"),
            ("permit (principal, action, resource) whne { true };", "`when`"),
            ("permit (principal == ?principle, action, resource);", "`?principal`"),
            ("permit (principal, action, resource) when { resorce.a };", "`resource`"),
            (#"permit (principal, action, resource) when { datetim("a") == 1 };"#, "`datetime`"),
            ("permit (principal, action, resource) when { resource.tags.contain(1) };", "`contains`"),
            ("permit (principal, action, resource) when { context.ip.isInRnage(context.b) };", "`isInRange`"),
            ("permit (principal, action, resource) when { resource.hastag(\"a\") };", "`hasTag`"),
        ])
    func syntax(text: String, meant: String) {
        let findings = PolicyParser.parse(SourceFile(name: "p.cedar", text: text)).diagnostics
        #expect(findings.contains { $0.help == "did you mean \(meant)?" }, "\(DiagnosticRenderer().render(findings))")
    }

    @Test(
        "in schemas",
        arguments: [
            ("entity User { a: Lnog };", "`Long`"), ("entity User { a: Boolean };", "`Bool`"),
            ("entity User { a: ipadr };", "`ipaddr`"), ("entity User in [Taem]; entity Team;", "`Team`"),
            ("entity User { a: Adress }; type Address = { b: Long };", "`Address`"),
            ("action read in [reding]; action reading;", "`reading`"),
            ("entity User; entity Doc; action a appliesTo { principal: Usr, resource: Doc };", "`User`"),
            ("entity User; entity Doc; action a appliesTo { prinicpal: User, resource: Doc };", "`principal`"),
            ("entiy User;", "`entity`"),
            ("namespace App { entity User; } entity Team { a: User };", "`App::User`"),
        ])
    func schemas(text: String, meant: String) {
        let findings = Schema.parse(files: [SourceFile(name: "s.cedarschema", text: text)]).diagnostics
        #expect(
            findings.contains { $0.help?.contains("did you mean \(meant)") == true },
            "\(DiagnosticRenderer().render(findings))")
    }

    @Test(
        "in schemas in JSON",
        arguments: [
            (#"{"": {"entityTypes": {"A": {"memberOfType": []}}, "actions": {}}}"#, "`memberOfTypes`"),
            (#"{"": {"entityTypes": {"A": {"memberOfTypes": ["Tema"]}, "Team": {}}, "actions": {}}}"#, "`Team`"),
            (
                #"{"": {"entityTypes": {"A": {"tags": {"type": "Extension", "name": "decimla"}}}, "actions": {}}}"#,
                "`decimal`"
            ),
            (#"{"": {"entityType": {}, "entityTypes": {}, "actions": {}}}"#, "`entityTypes`"),
        ])
    func schemasInJSON(text: String, meant: String) {
        let findings = Schema.parse(files: [SourceFile(name: "s.json", text: text)]).diagnostics
        #expect(
            findings.contains { $0.help?.contains("did you mean \(meant)") == true },
            "\(DiagnosticRenderer().render(findings))")
    }
}
