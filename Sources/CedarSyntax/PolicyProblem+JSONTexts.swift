import StrictJSON

/// The table of findings: policies in JSON.
extension PolicyProblem {
    static func json(_ error: JSONError) -> PolicyProblem {
        PolicyProblem(.policyJSONSyntax, error.message)
    }

    static func jsonKind(_ what: String, expected: String, found: JSONNode) -> PolicyProblem {
        let kind =
            switch found.kind {
            case .null: "null"
            case .bool: "a boolean"
            case .number: "a number"
            case .string: "a string"
            case .array: "an array"
            case .object: "an object"
            }
        return PolicyProblem(.policyJSONKind, "\(what) must be \(expected), not \(kind)")
    }

    static func jsonMissing(_ member: String, of what: String) -> PolicyProblem {
        PolicyProblem(.policyJSONMissingMember, "\(what) has no member `\(member)`")
    }

    static func jsonUnknownMember(_ member: String, of what: String, known: [String]) -> PolicyProblem {
        PolicyProblem(
            .policyJSONUnknownMember, "\(what) cannot have the member \(found(member))",
            help: Suggestion.sentence(for: member, among: known)
                ?? "the members are " + known.map { "`\($0)`" }.joined(separator: ", "))
    }

    static func jsonExcluded(_ member: String, by other: String, of what: String) -> PolicyProblem {
        PolicyProblem(.policyJSONUnknownMember, "\(what) cannot have both `\(member)` and `\(other)`")
    }

    static func jsonWord(_ word: String, as what: String, known: [String]) -> PolicyProblem {
        PolicyProblem(
            .policyJSONUnknownWord, "\(found(word)) is not \(what)",
            help: Suggestion.sentence(for: word, among: known)
                ?? "known are " + known.map { "`\($0)`" }.joined(separator: ", "))
    }

    static func jsonOperator(_ word: String, known: [String]) -> PolicyProblem {
        PolicyProblem(
            .policyJSONUnknownWord, "\(found(word)) is not an operator or function",
            help: Suggestion.sentence(for: word, among: known))
    }

    static func jsonOperatorCount(_ count: Int) -> PolicyProblem {
        PolicyProblem(
            .policyJSONKind, "an expression must be an object with one member, not with \(count)",
            help: "the name of the member is the operator, as in `{\"Value\": 1}`")
    }

    static func jsonName(_ text: String, as what: String) -> PolicyProblem {
        PolicyProblem(
            .policyJSONName, "\(found(text)) is not \(what)",
            help: "names are identifiers, joined by `::` without spaces; reserved words and `__cedar` are not allowed")
    }

    static func jsonAnnotationName(_ text: String) -> PolicyProblem {
        PolicyProblem(
            .policyJSONName, "\(found(text)) is not the name of an annotation",
            help: "the names of annotations have only the letters a to z and A to Z, digits and `_`")
    }

    static var jsonNull: PolicyProblem {
        PolicyProblem(.policyJSONValue, "Cedar has no `null`", help: "leave the attribute out and test it with `has`")
    }

    static func jsonNumber(_ text: String) -> PolicyProblem {
        PolicyProblem(
            .policyJSONValue, "\(found(text)) is not an integer of 64 bits",
            help: "decimal numbers are written `{\"decimal\": [{\"Value\": \"1.5\"}]}`")
    }

    static var jsonExpressionEscape: PolicyProblem {
        PolicyProblem(.policyJSONEscape, "`__expr` is no longer supported", help: "write the expression in this format")
    }

    static func jsonEscape(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .policyJSONEscape, "`\(name)` must be the only member of its object",
            help: "a record with an attribute of this name is written with `Record`")
    }

    static func jsonMethodWithoutReceiver(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .policyJSONValue, "the method `\(name)` needs the value it is called on",
            help: "it is the first element of the array")
    }

    static var jsonEmptyPath: PolicyProblem {
        PolicyProblem(.policyJSONValue, "`attr` must name at least one attribute")
    }

    static func jsonDuplicateID(_ id: String) -> PolicyProblem {
        PolicyProblem(.policyJSONDuplicateID, "the id \(found(id)) is used twice")
    }

    static func jsonMisplaced(isTemplate: Bool) -> PolicyProblem {
        isTemplate
            ? PolicyProblem(
                .policyJSONMisplaced, "a static policy cannot have slots", help: "move it to `templates`, and link it")
            : PolicyProblem(
                .policyJSONMisplaced, "a template must have a slot", help: "move it to `staticPolicies`")
    }

    static func jsonUnknownTemplate(_ id: String, known: [String]) -> PolicyProblem {
        PolicyProblem(
            .policyJSONLink, "there is no template \(found(id))", help: Suggestion.sentence(for: id, among: known))
    }

    static func jsonMissingSlot(_ slot: String, of template: String) -> PolicyProblem {
        PolicyProblem(.policyJSONLink, "the link gives no entity for `\(slot)` of the template \(found(template))")
    }

    static func jsonExtraSlot(_ slot: String, of template: String) -> PolicyProblem {
        PolicyProblem(.policyJSONLink, "the template \(found(template)) has no slot `\(slot)`")
    }

    static func linkInPolicyText(_ id: String) -> PolicyProblem {
        PolicyProblem(
            .linkInPolicyText, "policy text cannot express the link \(found(id))",
            help: "links stand beside the policies, in `links.yaml` of a bundle")
    }
}
