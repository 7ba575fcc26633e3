import CedarSchema
import CedarSyntax
import Testing

/// What the validator finds in policies, by code, against one small schema.
@Suite struct ValidatorTests {
    static let schema = """
        entity Team;
        entity User in [Team] { age: Long, nickname?: String };
        entity Doc { owner: User, tags: Set<String> } tags String;
        entity Color enum ["red", "green"];
        action view, edit appliesTo { principal: User, resource: Doc, context: { mfa?: Bool } };
        """

    static func codes(_ condition: String, scope: String = "principal, action, resource") throws -> [String] {
        let parsed = Schema.parse(files: [SourceFile(name: "s.cedarschema", text: schema)])
        let file = SourceFile(name: "p.cedar", text: "permit (\(scope)) when { \(condition) };")
        let policies = PolicyParser.parse(file)
        #expect(policies.diagnostics.isEmpty)
        return PolicyValidator(schema: try #require(parsed.schema)).validate(policies.policies, in: file)
            .diagnostics.filter { $0.severity == .error }.map(\.code.description)
    }

    @Test(
        "policies that are sound",
        arguments: [
            "principal.age > 18", "principal has nickname && principal.nickname == \"x\"",
            "context has mfa && context.mfa", "resource.owner == principal", "resource.tags.contains(\"a\")",
            "resource.hasTag(\"k\") && resource.getTag(\"k\") == \"v\"", "principal in Team::\"sre\"",
            "false && principal.missing", "if principal has nickname then principal.nickname like \"a*\" else true",
        ])
    func accepts(condition: String) throws {
        #expect(try Self.codes(condition).isEmpty)
    }

    @Test(
        "policies with a mistake",
        arguments: [
            "principal.agee > 18", "principal.nickname == \"x\"", "context.mfa", "principal.age == \"x\"",
            "resource.getTag(\"k\") == \"v\"", "principal.age", "[].isEmpty()", "ip(\"bad\").isIpv4()",
            "resource.owner == \"x\"", "principal in Nobody::\"x\"", "Color::\"blue\" == Color::\"red\"",
            "principal has nickname || principal.nickname == \"x\"", "1 + \"a\" == 2",
        ])
    func refuses(condition: String) throws {
        #expect(try !Self.codes(condition).isEmpty)
    }

    @Test func scopesAreChecked() throws {
        #expect(try !Self.codes("true", scope: "principal, action == Action::\"vieww\", resource").isEmpty)
        #expect(try !Self.codes("true", scope: "principal == Usr::\"a\", action, resource").isEmpty)
        #expect(try !Self.codes("true", scope: "principal is Doc, action == Action::\"view\", resource").isEmpty)
    }
}
