/// The table of findings, first part: characters, literals and the grammar.
extension PolicyProblem {
    // MARK: Characters and literals

    static var singleQuote: PolicyProblem {
        PolicyProblem(.invalidCharacter, "`'` cannot begin a string", help: "write strings in double quotes")
    }

    static var loneQuestionMark: PolicyProblem {
        PolicyProblem(
            .invalidCharacter, "`?` without a name",
            help: "a template slot is written `?principal` or `?resource`, without a space")
    }

    static var byteOrderMark: PolicyProblem {
        PolicyProblem(
            .invalidCharacter, "a byte order mark is not allowed",
            help: "save the file as UTF-8 without a byte order mark")
    }

    static func invalidCharacter(_ scalar: Unicode.Scalar) -> PolicyProblem {
        let codePoint = codePoint(scalar)
        // A character that nobody can see, or that would be taken for a quote of the message, has only its number.
        let isPlain =
            switch scalar.properties.generalCategory {
            case .control, .format, .unassigned, .privateUse, .nonspacingMark, .enclosingMark: false
            default: scalar != "`"
            }
        return PolicyProblem(
            .invalidCharacter, "\(isPlain ? "`\(scalar)` (\(codePoint))" : codePoint) is not allowed here",
            help: "names have only the letters a to z and A to Z, digits and `_`; other text belongs in string "
                + "literals")
    }

    static var unterminatedString: PolicyProblem {
        PolicyProblem(.unterminatedString, "this string is not closed", help: "end it with `\"`")
    }

    static var starEscape: PolicyProblem {
        PolicyProblem(
            .invalidEscape, "`\\*` is not a valid escape here",
            help: "only the pattern of `like` has `\\*`; in other strings write `*`")
    }

    static func invalidEscape(_ escape: String) -> PolicyProblem {
        PolicyProblem(
            .invalidEscape, "\(Self.found(escape)) is not a valid escape",
            help: "the escapes are `\\n`, `\\r`, `\\t`, `\\0`, `\\\\`, `\\\"`, `\\'`, `\\x00` to `\\x7f` and "
                + "`\\u{...}`; a backslash itself is written `\\\\`")
    }

    static var carriageReturn: PolicyProblem {
        PolicyProblem(
            .invalidEscape, "a string literal cannot contain a carriage return as it is",
            help: "write `\\r`, or save the file with plain line feeds")
    }

    static var escapedLineEnd: PolicyProblem {
        PolicyProblem(
            .invalidEscape, "a backslash cannot stand at the end of a line in a string",
            help: "write `\\n` for a line feed")
    }

    static var invalidEncoding: PolicyProblem {
        PolicyProblem(.invalidEncoding, "this is not UTF-8", help: "save the file as UTF-8")
    }

    static func foreignComment(_ opener: String) -> PolicyProblem {
        PolicyProblem(.foreignComment, "`\(opener)` does not begin a comment", help: "write comments as `// ...`")
    }

    static func integerTooLarge(_ digits: String) -> PolicyProblem {
        PolicyProblem(
            .integerTooLarge, "the integer \(Self.found(digits)) is too large",
            help: "integers go from -9223372036854775808 to 9223372036854775807")
    }

    private static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    // MARK: Grammar

    static func unexpected(expected: String, found: String) -> PolicyProblem {
        PolicyProblem(.unexpectedToken, "expected \(expected), found \(found)")
    }

    static func conditionBehindSemicolon(_ keyword: String) -> PolicyProblem {
        PolicyProblem(
            .unexpectedToken, "a policy cannot begin with `\(keyword)`",
            help: "the policy before ended with its `;`: remove that to add a clause to it")
    }

    static var missingSemicolon: PolicyProblem {
        PolicyProblem(.missingSemicolon, "this policy has no `;` at its end", help: "end every policy with `;`")
    }

    static var singleEquals: PolicyProblem {
        PolicyProblem(.singleEquals, "`=` is not a valid operator", help: "compare with `==`")
    }

    static func foreignOperator(_ word: String, use: String) -> PolicyProblem {
        PolicyProblem(.foreignOperator, "`\(word)` is not a valid operator", help: "write `\(use)`")
    }

    static func reservedWord(_ word: String) -> PolicyProblem {
        PolicyProblem(
            .reservedWord, "`\(word)` is a reserved word and cannot be a name", help: "choose another name")
    }

    static func reservedAttribute(_ word: String) -> PolicyProblem {
        PolicyProblem(
            .reservedWord, "`\(word)` is a reserved word and needs quotes as an attribute",
            help: "write `[\"\(word)\"]` behind a value, and `\"\(word)\"` in a record or behind `has`")
    }

    static func reservedName(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .reservedName, "\(Self.found(name)) is reserved: names cannot have a `__cedar` component",
            help: "choose another name")
    }

    static func nestingTooDeep(_ limit: Int) -> PolicyProblem {
        PolicyProblem(
            .nestingTooDeep, "this expression nests more than \(limit) levels deep",
            help: "split it into several `when` and `unless` clauses or policies")
    }

    static func tooManyErrors(_ count: Int) -> PolicyProblem {
        PolicyProblem(
            .tooManyErrors, "there are more than \(count) errors; the rest of the file is not read",
            help: "correct the errors above first")
    }

    static func unclosed(_ expected: String, found: String) -> PolicyProblem {
        PolicyProblem(.unclosed, "expected \(expected), found \(found)")
    }
}
