import Testing

@testable import CedarSyntax

@Suite("Comments in the formatter") struct FormatterCommentTests {
    @Test(arguments: [
        // Outside policies: empty lines between comments are kept, one at most.
        ("// a", "// a\n"),
        (
            "// a  \n\n\n\n//b\t\npermit(principal,action,resource);",
            "// a\n\n//b\npermit (principal, action, resource);\n"
        ),
        ("\n// a\n\npermit(principal,action,resource);", "// a\n\npermit (principal, action, resource);\n"),
        (
            "permit(principal,action,resource);// a\n// b\nforbid(principal,action,resource);",
            "permit (principal, action, resource); // a\n\n// b\nforbid (principal, action, resource);\n"
        ),
        (
            "permit(principal,action,resource);\n// a\n\n\n// b",
            "permit (principal, action, resource);\n// a\n\n// b\n"
        ),
        ("permit(principal,action,resource);\r\n\r\n// a\r\n", "permit (principal, action, resource);\n\n// a\n"),
        // Line ends of all kinds end a comment.
        ("// a\rpermit(principal,action,resource);", "// a\npermit (principal, action, resource);\n"),
        // Around a policy's parts.
        (
            "@a// b\n// c\n@d(\"e\")permit// f\n(principal,action,resource)// g\n// h\nwhen{true}// i\n;// j",
            """
            @a // b
            // c
            @d("e")
            permit // f
            (principal, action, resource) // g
            // h
            when { true } // i
            ; // j

            """
        ),
        // In a scope.
        (
            "permit(principal,// a\naction==Action::\"b\",\n// c\nresource// d\n);",
            """
            permit (
              principal, // a
              action == Action::"b",
              // c
              resource // d
            );

            """
        ),
        // Behind and before operators.
        (
            "permit(principal,action,resource)when{context.a&& // b\ncontext.c// d\n&&\n// e\ncontext.f\n// g\n};",
            """
            permit (principal, action, resource)
            when
            {
              context.a && // b
              context.c // d
              &&
              // e
              context.f
              // g
            };

            """
        ),
        // Behind the last token of a group, which stays on its line.
        (
            "permit(principal,action,resource)when{(context.a||context.b) // c\n};",
            """
            permit (principal, action, resource)
            when
            {
              (context.a || context.b) // c
            };

            """
        ),
        // In lists, also where a trailing comma falls away.
        (
            "permit(principal,action,resource)when{[1, // a\n2 // b\n, // c\n].contains(\n// d\n1)};",
            """
            permit (principal, action, resource)
            when
            {
              [1, // a
               2 // b
               // c
              ].contains
                (
                  // d
                  1
                )
            };

            """
        ),
        (
            "permit(principal,action,resource)when{{a:1, // b\n}=={// c\n}};",
            """
            permit (principal, action, resource)
            when
            {
              {
                a: 1 // b
              } == { // c
              }
            };

            """
        ),
        // What looks like a comment in a string is none.
        (
            "permit(principal,action,resource)when{\"// a\"==\"b\"// c \"d\n};",
            """
            permit (principal, action, resource)
            when
            {
              "// a" == "b" // c "d
            };

            """
        ),
    ])
    func placement(_ text: String, _ layout: String) throws {
        #expect(try PolicyFormatter().text(text) == layout)
        #expect(try PolicyFormatter().text(layout) == layout)
    }
}
