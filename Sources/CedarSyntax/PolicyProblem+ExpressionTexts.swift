/// The table of findings, third part: expressions.
extension PolicyProblem {
    // MARK: Expressions

    static func unknownVariable(_ name: String) -> PolicyProblem {
        PolicyProblem(.unknownVariable, "there is no variable \(Self.found(name))", help: Self.helpForVariable(name))
    }

    static var chainedRelation: PolicyProblem {
        PolicyProblem(
            .chainedRelation, "relational operators cannot be used in a row",
            help: "say with parentheses which comes first, or join two comparisons with `&&`")
    }

    static var remainder: PolicyProblem {
        PolicyProblem(.unsupportedArithmetic, "there is no remainder operator", help: "integers have `+`, `-` and `*`")
    }

    static var division: PolicyProblem {
        PolicyProblem(
            .unsupportedArithmetic, "there is no division",
            help: "integers have `+`, `-` and `*`; comments begin with `//`")
    }

    static func fraction(_ found: String) -> PolicyProblem {
        PolicyProblem(
            .unexpectedToken, "expected an attribute or a method behind `.`, found \(found)",
            help: "numbers are integers; a decimal is written `decimal(\"1.5\")`")
    }

    static var mixedUnary: PolicyProblem {
        PolicyProblem(.mixedUnary, "`!` and `-` cannot be mixed", help: "put the inner one in parentheses")
    }

    static func tooManyUnary(_ sign: String) -> PolicyProblem {
        PolicyProblem(
            .tooManyUnary, "there are more than four `\(sign)` in a row",
            help: "two of them cancel out")
    }

    static func invalidHas(_ found: String) -> PolicyProblem {
        PolicyProblem(
            .invalidHas, "expected an attribute behind `has`, found \(found)",
            help: "write `has a`, `has a.b` or `has \"any text\"`; a string cannot be followed by `.`")
    }

    static func invalidLike(_ found: String) -> PolicyProblem {
        PolicyProblem(
            .invalidLike, "expected a string literal behind `like`, found \(found)",
            help: "a pattern is one string literal, with `*` for any text; it cannot be computed")
    }

    static func invalidIs(_ found: String) -> PolicyProblem {
        PolicyProblem(
            .invalidIs, "expected an entity type behind `is`, found \(found)",
            help: "a type is written as `User` or `App::User`, without quotes and parentheses")
    }

    static var invalidIndex: PolicyProblem {
        PolicyProblem(
            .invalidIndex, "an index must be a string literal",
            help: "write `[\"name\"]`; a tag with a computed name is read with `getTag(...)`, and a member of a set "
                + "is found with `contains(...)`")
    }

    static func argumentCount(_ method: CoreMethod, found: Int) -> PolicyProblem {
        PolicyProblem(
            .argumentCount,
            "`\(method.rawValue)` takes \(Self.arguments(method.argumentCount)), found \(found)")
    }

    static func duplicateKey(_ key: String) -> PolicyProblem {
        PolicyProblem(.duplicateKey, "the record has the key \(Self.found(key)) twice", help: "keep one of them")
    }

    static func invalidKey(_ found: String) -> PolicyProblem {
        PolicyProblem(
            .invalidKey, "expected a record key, found \(found)",
            help: "a key is an identifier or a string literal, followed by `:`")
    }

    static var bareConditional: PolicyProblem {
        PolicyProblem(
            .bareConditional, "an `if` expression needs parentheses here",
            help: "write `(if ... then ... else ...)`")
    }

    static func entityRecord(_ type: String) -> PolicyProblem {
        PolicyProblem(
            .entityRecord, "an entity cannot be written with braces",
            help: "write \(Self.found(type + "::\"id\""))")
    }

    static func namespacedAttribute(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .namespacedAttribute, "\(Self.found(name)) cannot be an attribute, as it has a namespace",
            help: "write a string literal if this is really the name of the attribute")
    }

    // MARK: Calls

    static func unknownFunction(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .unknownFunction, "there is no function \(Self.found(name))",
            help: Suggestion.sentence(for: name, among: Self.functions)
                ?? "the functions are `ip`, `decimal`, `datetime` and `duration`")
    }

    static func unknownMethod(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .unknownMethod, "there is no method \(Self.found(name))",
            help: Suggestion.sentence(for: name, among: Self.methods)
                ?? "attributes are read without parentheses, as in `principal.name`")
    }

    static func functionAsMethod(_ name: String) -> PolicyProblem {
        PolicyProblem(.functionAsMethod, "`\(name)` is a function, not a method", help: "write `\(name)(...)`")
    }

    static func methodAsFunction(_ name: String) -> PolicyProblem {
        PolicyProblem(.methodAsFunction, "`\(name)` is a method, not a function", help: "write `value.\(name)(...)`")
    }

    static func notCallable(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .notCallable, "\(Self.found(name)) cannot be called",
            help: "calls are written `function(...)` or `value.method(...)`")
    }

    private static let functions = ExtensionFunction.allCases.filter(\.isConstructor).map(\.rawValue)

    private static let methods =
        CoreMethod.allCases.map(\.rawValue) + ExtensionFunction.allCases.filter { !$0.isConstructor }.map(\.rawValue)

    private static func helpForVariable(_ name: String) -> String {
        if name.utf8.contains(0x3A) {
            return "an entity is written \(found(name + "::\"id\"")), and a type stands only behind `is`"
        }
        if let sentence = Suggestion.sentence(for: name, among: ["principal", "action", "resource", "context"]) {
            return sentence
        }
        if ExtensionFunction(rawValue: name)?.isConstructor == true {
            return "a function is called with arguments, as in `\(name)(\"...\")`"
        }
        return "the variables are `principal`, `action`, `resource` and `context`; a text needs double quotes, and an "
            + "entity is written \(found(name + "::\"id\""))"
    }

    private static func arguments(_ count: Int) -> String {
        switch count {
        case 0: "no argument"
        case 1: "one argument"
        default: "\(count) arguments"
        }
    }
}
