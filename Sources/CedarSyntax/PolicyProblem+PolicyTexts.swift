/// The table of findings, second part: what surrounds the expressions of a policy.
extension PolicyProblem {
    // MARK: Parts of a policy around its expressions

    static func unknownEffect(_ word: String) -> PolicyProblem {
        PolicyProblem(
            .unknownEffect, "\(Self.found(word)) is not an effect",
            help: Suggestion.sentence(for: word, among: ["permit", "forbid"])
                ?? "a policy begins with `permit` or `forbid`")
    }

    static func unknownConditionKeyword(_ word: String) -> PolicyProblem {
        PolicyProblem(
            .unknownConditionKeyword, "\(Self.found(word)) does not begin a clause",
            help: Suggestion.sentence(for: word, among: ["when", "unless"])
                ?? "conditions are written `when { ... }` or `unless { ... }`")
    }

    static func emptyCondition(_ keyword: String) -> PolicyProblem {
        PolicyProblem(
            .emptyCondition, "this `\(keyword)` clause is empty",
            help: "put an expression between the braces, or remove the clause")
    }

    static func duplicateAnnotation(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .duplicateAnnotation, "the annotation \(Self.found("@" + name)) is given twice",
            help: "keep one of them")
    }

    static func missingScopeVariables(_ names: [String]) -> PolicyProblem {
        PolicyProblem(
            .missingScopeVariable, "the scope lacks \(names.map { "`\($0)`" }.joined(separator: " and "))",
            help: "a scope is `(principal, action, resource)`, each with its constraint if it has one")
    }

    static func extraScopeElement(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .extraScopeElement, "the scope has an element too many: \(Self.found(name))",
            help: "a scope is `(principal, action, resource)`; other conditions belong in a `when` clause")
    }

    static func misplacedScopeVariable(_ name: String, expected: String) -> PolicyProblem {
        PolicyProblem(
            .misplacedScopeVariable, "found `\(name)` where `\(expected)` belongs",
            help: "the order of a scope is always `(principal, action, resource)`")
    }

    static func unknownScopeVariable(_ name: String, expected: String) -> PolicyProblem {
        PolicyProblem(
            .unknownScopeVariable, "\(Self.found(name)) is not a variable of the scope",
            help: Suggestion.sentence(for: name, among: [expected]) ?? "`\(expected)` belongs here")
    }

    static func colonType(variable: String) -> PolicyProblem {
        PolicyProblem(
            .colonType, "a type constraint cannot be written with `:`",
            help: "write `\(variable) is T`")
    }

    static func unknownSlot(_ slot: String) -> PolicyProblem {
        PolicyProblem(
            .unknownSlot, "\(Self.found(slot)) is not a template slot",
            help: Suggestion.sentence(for: slot, among: ["?principal", "?resource"])
                ?? "the slots are `?principal` and `?resource`")
    }

    static func wrongSlot(_ slot: String, expected: String) -> PolicyProblem {
        PolicyProblem(.wrongSlot, "`\(slot)` cannot stand here", help: "the slot for this place is `\(expected)`")
    }

    static func slotInCondition(_ slot: String) -> PolicyProblem {
        PolicyProblem(
            .slotInCondition, "the template slot `\(slot)` can only stand in the scope",
            help: "use `\(slot.dropFirst())`, which the scope ties to the slot")
    }

    // MARK: Constraints of a scope

    static func scopeOperator(_ word: String, isAction: Bool) -> PolicyProblem {
        PolicyProblem(
            .scopeOperator, "\(Self.found(word)) is not possible in the scope",
            help: (isAction ? "the action can have `==` or `in`" : "a scope can have `==`, `in` and `is`")
                + "; other conditions belong in a `when` clause")
    }

    static func scopeOperand(_ found: String, expected: String) -> PolicyProblem {
        PolicyProblem(
            .scopeOperand, "expected \(expected), found \(found)",
            help: "an entity is written `Type::\"id\"`; conditions on anything else belong in a `when` clause")
    }

    static func scopeSet(isAction: Bool) -> PolicyProblem {
        PolicyProblem(
            .scopeSet, "one entity is needed here, not a set",
            help: isAction
                ? "a set of actions is written `action in [Action::\"a\", Action::\"b\"]`"
                : "write a policy for each entity, or a `when` clause with `in [...]`")
    }

    static var isWithEquals: PolicyProblem {
        PolicyProblem(
            .isWithEquals, "`is` and `==` cannot be used together",
            help: "`==` fixes the type already; for members of a group write `is T in G::\"id\"`")
    }

    static var isBehindOperand: PolicyProblem {
        PolicyProblem(
            .isBehindOperand, "`is` must come before `in`",
            help: "write `is T in G::\"id\"`")
    }

    static var actionType: PolicyProblem {
        PolicyProblem(
            .actionType, "`is` is not possible for the action",
            help: "name the actions with `==` or `in`, or move the test into a `when` clause")
    }

    static func notAnAction(_ uid: String) -> PolicyProblem {
        PolicyProblem(
            .notAnAction, "\(Self.found(uid)) is not an action",
            help: "the type of an action is `Action`, with a namespace or without")
    }

    static func actionSlot(_ slot: String) -> PolicyProblem {
        PolicyProblem(
            .actionSlot, "the action cannot be the template slot `\(slot)`",
            help: "only the principal and the resource of a template can be slots")
    }
}
