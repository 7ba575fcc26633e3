import Testing

@testable import CedarSyntax

@Suite("Layout of the formatter") struct FormatterTests {
    /// A text and its layout.
    struct Case: CustomTestStringConvertible {
        var text: String
        var width = 80
        var indent = 2
        var layout: String

        var testDescription: String { text }
    }

    @Test(arguments: scopes + clauses + operands + files)
    func layout(_ example: Case) throws {
        let formatter = PolicyFormatter(width: example.width, indent: example.indent)
        #expect(try formatter.text(example.text) == example.layout)
        #expect(try formatter.text(example.layout) == example.layout)
    }

    static let scopes: [Case] = [
        Case(text: "permit(principal,action,resource);", layout: "permit (principal, action, resource);\n"),
        Case(text: "permit(principal,action,resource,);", layout: "permit (principal, action, resource);\n"),
        Case(
            text: #"forbid(principal is User,action==Action::"a",resource in(?resource),);"#,
            layout: """
                forbid (
                  principal is User,
                  action == Action::"a",
                  resource in (?resource)
                );

                """),
        Case(
            text: #"permit(principal in ?principal,action in[Action::"a",A::Action::"b",],resource is X in Y :: "z");"#,
            layout: """
                permit (
                  principal in ?principal,
                  action in [Action::"a", A::Action::"b"],
                  resource is X in Y::"z"
                );

                """),
        Case(
            text: #"permit(principal,action in[Action::"first",Action::"second"],resource is Kind in Folder::"long");"#,
            width: 30,
            layout: """
                permit (
                  principal,
                  action in
                    [Action::"first",
                     Action::"second"],
                  resource is Kind in
                    Folder::"long"
                );

                """),
        Case(
            text: #"permit(principal is A in B::"b",action in [],resource)when{1};"#, width: 3,
            layout: """
                permit
                (
                  principal
                    is
                    A
                  in
                    B::"b",
                  action
                  in
                    [],
                  resource
                )
                when
                {
                  1
                };

                """),
    ]

    static let clauses: [Case] = [
        Case(
            text: "@a @ b ( \"x\" )permit(principal,action,resource)when{true}unless{1<2}when{a::\"b\"in principal};",
            layout: """
                @a
                @b("x")
                permit (principal, action, resource)
                when { true }
                unless { 1 < 2 }
                when { a::"b" in principal };

                """),
        Case(
            text: "permit(principal,action,resource)when{principal.first&&(principal.second||!resource.third)};",
            width: 36,
            layout: """
                permit (principal, action, resource)
                when
                {
                  principal.first &&
                  (principal.second ||
                   !resource.third)
                };

                """),
        Case(
            text: "permit(principal,action,resource)when{principal.first&&principal.second};", width: 41, indent: 4,
            layout: """
                permit (principal, action, resource)
                when
                { principal.first && principal.second };

                """),
        Case(
            text: "permit(principal,action,resource)when{if principal.first then resource.second else{}};", width: 38,
            layout: """
                permit (principal, action, resource)
                when
                {
                  if
                    principal.first
                  then
                    resource.second
                  else
                    {}
                };

                """),
    ]

    /// What stands in a clause that does not fit on a line of 30 columns.
    private static func operand(_ text: String, _ layout: String) -> Case {
        let inside = layout.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
        return Case(
            text: "permit(principal,action,resource)when{\(text)};", width: 40,
            layout: "permit (principal, action, resource)\nwhen\n{\n" + inside.joined(separator: "\n") + "\n};\n")
    }

    static let operands: [Case] = [
        operand(
            "context.firstAttribute.secondAttribute[\"third attribute\"]",
            """
            context.firstAttribute
              .secondAttribute
              ["third attribute"]
            """),
        operand(
            "context.firstAttribute.isInRange(ip(\"10.0.0.0/8\"),).isEmpty()",
            """
            context.firstAttribute
              .isInRange
              (
                ip("10.0.0.0/8")
              )
              .isEmpty
              ()
            """),
        operand(
            "[\"first element\",\"second element\",[],].contains(1)",
            """
            ["first element",
             "second element",
             []].contains
              (
                1
              )
            """),
        operand(
            "{firstField:1,\"second field\":{a:2},thirdField:3,}=={}",
            """
            {
              firstField: 1,
              "second field": { a: 2 },
              thirdField: 3
            } == {}
            """),
        operand(
            "1000000000000+2000000000000*3000000000000- -4",
            """
            1000000000000 +
            2000000000000 * 3000000000000 -
            -4
            """),
        operand(
            "context.attribute has anAttribute.another",
            """
            context.attribute
            has
            anAttribute.another
            """),
        operand(
            "context.attribute is Namespace::Kind in Folder::\"x\"",
            """
            context.attribute is Namespace::Kind
            in Folder::"x"
            """),
        operand(
            "resource.path like\"/a/very/long/path/*\"&&!!true",
            """
            resource.path
            like
            "/a/very/long/path/*" &&
            !!true
            """),
        operand(
            "\"\u{4E00}\u{4E00}\u{4E00}\u{4E00}\u{4E00}\u{4E00}\u{4E00}\u{4E00}\"=="
                + "\"e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}\"&&false",
            "\"\u{4E00}\u{4E00}\u{4E00}\u{4E00}\u{4E00}\u{4E00}\u{4E00}\u{4E00}\" == "
                + "\"e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}\" &&\nfalse"),
    ]

    static let files: [Case] = [
        Case(text: "", layout: ""),
        Case(text: " \n\n", layout: ""),
        Case(
            text: "permit(principal,action,resource);forbid(principal,action,resource);\n\n\n",
            layout: "permit (principal, action, resource);\n\nforbid (principal, action, resource);\n"),
        Case(
            text: "permit(principal,action,resource)when{\"a\n\n\tb\"==\"\"};",
            layout: "permit (principal, action, resource)\nwhen { \"a\n\n\tb\" == \"\" };\n"),
    ]

    @Test func refusesFilesWithErrors() {
        let formatted = PolicyFormatter().format(SourceFile(name: "a.cedar", text: "permit(principal, action);"))
        #expect(formatted.bytes == nil)
        #expect(formatted.diagnostics.map(\.code) == [.missingScopeVariable])
    }

    @Test func keepsToBoundsOfItsOptions() {
        let formatter = PolicyFormatter(width: -5, indent: 1_000)
        #expect(formatter.width == 1)
        #expect(formatter.indent == 16)
    }

    /// Long chains and deep nesting take time and stack in proportion to the text at most.
    @Test(arguments: [
        Array(repeating: "principal.a", count: 8_000).joined(separator: " || "),
        "[" + Array(repeating: "1", count: 8_000).joined(separator: ",") + "]",
        "context" + String(repeating: ".a", count: 8_000),
        "context has a" + String(repeating: ".a", count: 8_000),
        String(repeating: "(", count: 250) + "1" + String(repeating: ")", count: 250),
        String(repeating: "[", count: 250) + "1" + String(repeating: "]", count: 250),
        String(repeating: "{a:", count: 250) + "1" + String(repeating: "}", count: 250),
        String(repeating: "if 1 then 2 else ", count: 250) + "3",
    ])
    func hostile(_ condition: String) throws {
        let text = try PolicyFormatter().text("permit(principal,action,resource)when{\(condition)};")
        #expect(try PolicyFormatter().text(text) == text)
    }
}

extension PolicyFormatter {
    /// The formatted text of a valid text.
    func text(_ text: String) throws -> String {
        let formatted = format(SourceFile(name: "test.cedar", text: text))
        #expect(formatted.diagnostics.map(\.message) == [])
        return String(decoding: try #require(formatted.bytes), as: UTF8.self)
    }
}
