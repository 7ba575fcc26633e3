import MarkedSource
import Testing

@testable import CedarSyntax

@Suite struct PolicyParserTests {
    @Test("valid files have no findings", arguments: AcceptedPolicies.files)
    func acceptsFile(_ text: String) {
        let parsed = PolicyParser.parse(text)
        #expect(parsed.diagnostics.map(\.message) == [])
    }

    @Test("valid expressions have no findings", arguments: AcceptedPolicies.expressions)
    func acceptsExpression(_ text: String) throws {
        let parsed = PolicyParser.parse("permit(principal,action,resource) when { \(text) };")
        #expect(parsed.diagnostics.map(\.message) == [])
        let lone = PolicyParser.parseExpression(text)
        let condition = try #require(parsed.policies.first?.conditions.first)
        #expect(lone.expression.map(shape) == shape(condition.body))
    }

    @Test("findings of expressions have the code and the place", arguments: RejectedExpressions.table)
    func rejectsExpression(_ expected: (codes: String, source: String)) {
        let prefix = "permit(principal,action,resource) when { "
        let source = MarkedSource(prefix + expected.source + " };")
        let parsed = PolicyParser.parse(source.text)
        #expect(codes(parsed.diagnostics) == expected.codes)
        #expect(places(parsed.diagnostics) == source.places)
        #expect(parsed.policies.count < max(1, parsed.diagnostics.count))
    }

    @Test("findings of policies have the code and the place", arguments: RejectedPolicies.table)
    func rejectsPolicy(_ expected: (codes: String, source: String)) {
        let source = MarkedSource(expected.source)
        let parsed = PolicyParser.parse(source.text)
        #expect(codes(parsed.diagnostics) == expected.codes)
        #expect(places(parsed.diagnostics) == source.places)
    }

    @Test func messagesHaveOneStyle() {
        let sources =
            RejectedPolicies.table.map(\.source)
            + RejectedExpressions.table.map { "permit(principal, action, resource) when { \($0.source) };" }
        for source in sources {
            for finding in PolicyParser.parse(MarkedSource(source).text).diagnostics {
                #expect(!finding.message.hasSuffix(".") && finding.help?.hasSuffix(".") != true)
                #expect(finding.message.utf8.count < 160)
                #expect(finding.message.unicodeScalars.count { $0 == "`" }.isMultiple(of: 2))
            }
        }
    }

    @Test func numbersPoliciesAndTemplatesInOneSequence() {
        let parsed = PolicyParser.parse(
            """
            permit(principal, action, resource);
            forbid(principal == ?principal, action, resource in ?resource);
            permit(principal, action, resource) when { nonsense };
            permit(principal, action, resource);
            """)
        #expect(parsed.policies.map(\.id) == ["policy0", "policy1", "policy3"])
        #expect(parsed.policies.map(\.effect) == [.permit, .forbid, .permit])
        #expect(parsed.policies.map(\.slots) == [[], [.principal, .resource], []])
        #expect(codes(parsed.diagnostics) == "V1040")
    }

    @Test func readsAllPartsOfAPolicy() throws {
        let text = """
            // a comment
            @id("first") @if
            permit(
                principal is App::User in App::Group::"g\\u{31}",
                action in [Action::"view", App::Action::"edit",],
                resource == ?resource,
            )
            when { true }
            unless { false };
            """
        let policy = try #require(PolicyParser.parse(text).policies.first)
        #expect(policy.annotation("id") == "first")
        #expect(policy.annotation("if") == "")
        #expect(policy.annotation("other") == nil)
        #expect(policy.conditions.map(\.kind) == [.when, .unless])
        guard case .isTypeWithin(let type, .entity(let group)) = policy.principal,
            case .withinAny(let actions) = policy.action, case .equal(.slot(let slot)) = policy.resource
        else {
            Issue.record("the scope has another form")
            return
        }
        #expect(type.value.path == "App::User")
        #expect(group.value.description == #"App::Group::"g1""#)
        #expect(actions.map(\.value.description) == [#"Action::"view""#, #"App::Action::"edit""#])
        #expect(slot.value == .resource)

        let file = SourceFile(name: "", text: text)
        #expect(file.text(in: policy.span).hasPrefix("@id"))
        #expect(file.text(in: policy.span).hasSuffix("};"))
        #expect(file.text(in: group.span) == #"App::Group::"g\u{31}""#)
        #expect(file.text(in: slot.span) == "?resource")
        #expect(file.text(in: policy.annotations[0].valueSpan) == #""first""#)
        #expect(file.text(in: policy.annotations[1].valueSpan) == "if")
        #expect(policy.conditions.map { file.text(in: $0.span) } == ["when { true }", "unless { false }"])
    }

    @Test func rejectsBytesThatAreNotUTF8() {
        let policy = Array("permit(principal,action,resource);".utf8)
        let inComment = PolicyParser.parse(SourceFile(name: "", bytes: Array("// ".utf8) + [0xFF, 0x0A] + policy))
        #expect(codes(inComment.diagnostics) == "V1004")
        let overlong: [UInt8] = [0xC0, 0xAF]
        let text = Array(#"@a("x"#.utf8) + overlong + Array(#"")"#.utf8) + policy
        let inString = PolicyParser.parse(SourceFile(name: "", bytes: text))
        #expect(codes(inString.diagnostics) == "V1004")
        #expect(inString.policies.isEmpty)
    }

    @Test func anEmptyFileIsValid() {
        for text in ["", " \n\t", "// only a comment", "\u{2003}\u{A0}"] {
            let parsed = PolicyParser.parse(text)
            #expect(parsed.policies.isEmpty && parsed.diagnostics.isEmpty)
        }
    }

    @Test func aLoneExpressionMustEndWithTheFile() {
        #expect(codes(PolicyParser.parseExpression("1 + 2 }").diagnostics) == "V1010")
        #expect(codes(PolicyParser.parseExpression("").diagnostics) == "V1010")
        #expect(PolicyParser.parseExpression("ip()").expression != nil)
    }
}
