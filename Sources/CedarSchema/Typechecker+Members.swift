import CedarModel
import CedarSyntax

/// Attributes, methods and extension functions.
extension Typechecker {
    // MARK: - Members

    /// A base and the steps behind it, one after the other; chains may be long, so that there is no recursion.
    mutating func checkMember(_ base: Int, _ steps: [CheckedExpression.MemberStep], _ node: Int) -> TypeAnswer {
        count(steps.count)
        var answer = check(base)
        var span = expression.nodes[base].span
        for (index, step) in steps.enumerated() {
            noteReceiver(node, step: index, answer.type)
            switch step.kind {
            case .attribute(let name):
                let isContext =
                    if index == 0, case .variable(.context) = expression.nodes[base].kind { true } else { false }
                answer = checkAttribute(name, of: answer, step, span, isContext: isContext)
            case .method(let method, let arguments):
                answer = checkMethod(method, arguments, of: answer, step, span)
            case .extensionMethod(let function, let arguments):
                answer = checkCall(function, (answer, span), arguments, step.span)
            }
            span = step.span
        }
        return answer
    }

    private mutating func checkAttribute(
        _ name: CedarString, of receiver: TypeAnswer, _ step: CheckedExpression.MemberStep, _ span: SourceSpan,
        isContext: Bool
    ) -> TypeAnswer {
        let receiver = require(receiver, span, "an entity or a record", Self.isEntityOrRecord)
        guard let type = receiver.type else { return TypeAnswer(nil, isSound: false) }
        guard let attribute = lattice.attribute(name, of: type) else {
            reportUnknownAttribute(name, of: type, owner(type, isContext: isContext), step.span)
            return TypeAnswer(nil, isSound: false)
        }
        if attribute.isRequired || isKnown(.attribute(of: step.receiver, name)) {
            return TypeAnswer(attribute.type, isSound: receiver.isSound)
        }
        findings.append(
            report(
                .uncheckedAttribute, step.span,
                "attribute `\(name.fieldName)` of \(owner(type, isContext: isContext)) is optional and may be absent",
                help: "test it first: `... has \(name.fieldName) && ...`"))
        return TypeAnswer(attribute.type, isSound: false)
    }

    /// What an attribute belongs to, for messages; types may be large, so it is written only when something is found.
    private func owner(_ type: ValidationType, isContext: Bool) -> String {
        isContext ? "the context of `\(environment.action.excerpt)`" : "`\(type)`"
    }

    mutating func reportUnknownAttribute(
        _ name: CedarString, of type: ValidationType, _ owner: String, _ span: SourceSpan
    ) {
        let lattice = lattice
        let help = budget.explain { () -> String? in
            let names = lattice.attributeNames(of: type)
            let candidates = names.prefix(ValidationBudget.candidates).map(\.text)
            if let sentence = Suggestion.sentence(for: name.text, among: candidates) { return sentence }
            if lattice.canHave(name, in: type) {
                return "only some values of this type have it; test which one it is first"
            }
            if names.isEmpty { return nil }
            let list = names.prefix(6).map { "`\($0.fieldName)`" }.joined(separator: ", ")
            return "it has \(list)" + (names.count > 6 ? " and \(names.count - 6) more" : "")
        }
        findings.append(
            report(.unknownAttribute, span, "\(owner) has no attribute `\(name.fieldName)`", help: help))
    }

    // MARK: - Methods

    private mutating func checkMethod(
        _ method: CoreMethod, _ arguments: [Int], of receiver: TypeAnswer, _ step: CheckedExpression.MemberStep,
        _ span: SourceSpan
    ) -> TypeAnswer {
        switch method {
        case .isEmpty:
            let set = requireSet(receiver, span) { $0.isString ? "compare a string with `\"\"`" : nil }
            return TypeAnswer(.anyBool, isSound: set.isSound)
        case .contains:
            let set = requireSet(receiver, span, help: Self.setHelp)
            let element = check(arguments[0])
            var isSound = set.isSound && element.isSound
            if isStrict, isSound, case .set(let type) = set.type, let other = element.type,
                !requireCompatible(type, other, step.span, .element)
            {
                isSound = false
            }
            return TypeAnswer(.anyBool, isSound: isSound)
        case .containsAll, .containsAny:
            let set = requireSet(receiver, span, help: Self.setHelp)
            let other = expect(arguments[0], "a set", \.isSet) { _ in "one element is found with `contains`" }
            var isSound = set.isSound && other.isSound
            if isStrict, isSound, let type = set.type, let otherType = other.type,
                !requireCompatible(type, otherType, step.span, .sets)
            {
                isSound = false
            }
            return TypeAnswer(.anyBool, isSound: isSound)
        case .hasTag: return checkHasTag(arguments[0], of: receiver, step, span)
        case .getTag: return checkGetTag(arguments[0], of: receiver, step, span)
        }
    }

    private mutating func requireSet(
        _ answer: TypeAnswer, _ span: SourceSpan, help: (ValidationType) -> String?
    ) -> TypeAnswer {
        require(answer, span, "a set", \.isSet, help: help)
    }

    private static func setHelp(_ type: ValidationType) -> String? {
        if type.isEntity { return "whether an entity is a member of another is tested with `in`" }
        if type.isRecord { return "whether a record has an attribute is tested with `has`" }
        return type.isString ? "to find a text in a string, write `string like \"*text*\"`" : nil
    }

    private mutating func checkHasTag(
        _ key: Int, of receiver: TypeAnswer, _ step: CheckedExpression.MemberStep, _ span: SourceSpan
    ) -> TypeAnswer {
        let entity = require(receiver, span, "an entity", \.isEntity)
        let keyAnswer = expect(key, "a `String`", \.isString)
        guard let type = entity.type else { return TypeAnswer(nil, isSound: false) }
        let capability = Capability.tag(of: step.receiver, key: expression.nodes[key].shape)
        let value: Bool? = lattice.tagTypes(of: type).isEmpty ? false : isKnown(capability) ? true : nil
        return TypeAnswer(
            .bool(value), isSound: entity.isSound && keyAnswer.isSound, capabilities: [capability])
    }

    private mutating func checkGetTag(
        _ key: Int, of receiver: TypeAnswer, _ step: CheckedExpression.MemberStep, _ span: SourceSpan
    ) -> TypeAnswer {
        let entity = require(receiver, span, "an entity", \.isEntity)
        let keyAnswer = expect(key, "a `String`", \.isString)
        guard let type = entity.type else { return TypeAnswer(nil, isSound: false) }
        guard isKnown(.tag(of: step.receiver, key: expression.nodes[key].shape)) else {
            findings.append(
                report(
                    .uncheckedTag, step.span, "the tag of `\(type)` may be absent",
                    help: "test it first, with the same key: `... .hasTag(...) && ...`"))
            return TypeAnswer(nil, isSound: false)
        }
        let types = lattice.tagTypes(of: type)
        if types.isEmpty {
            findings.append(
                report(
                    .tagsNotDeclared, step.span, "entities of type `\(type)` have no tags",
                    help: "declare them in the schema: `entity ... tags ...;`"))
            return TypeAnswer(nil, isSound: false)
        }
        guard let bound = lattice.leastUpperBound(of: types) else {
            reportIncompatible(types, step.span, "the tags of an entity must have one type")
            return TypeAnswer(nil, isSound: false)
        }
        return TypeAnswer(bound, isSound: entity.isSound && keyAnswer.isSound)
    }

    // MARK: - Extension functions

    /// A function with its arguments, the receiver of a method first.
    ///
    /// Literals are read here and now.
    mutating func checkCall(
        _ function: ExtensionFunction, _ receiver: (answer: TypeAnswer, span: SourceSpan)?, _ arguments: [Int],
        _ span: SourceSpan
    ) -> TypeAnswer {
        let problems = findings.count
        let count = arguments.count + (receiver == nil ? 0 : 1)
        if count != function.argumentCount {
            let (expected, actual) =
                receiver == nil ? (function.argumentCount, count) : (function.argumentCount - 1, count - 1)
            findings.append(
                report(
                    .wrongArgumentCount, span,
                    "`\(function.rawValue)` takes \(Self.arguments(expected)), found \(actual)"))
        }
        if function.isConstructor { checkConstructor(function, arguments, span) }
        let isCallable = findings.count == problems
        var isSound = isCallable
        if let receiver {
            let answer =
                isCallable
                ? require(receiver.answer, receiver.span, "a `\(function.parameters[0])`", function.matches(0))
                : receiver.answer
            if !answer.isSound { isSound = false }
        }
        for (index, argument) in arguments.enumerated() {
            let position = index + (receiver == nil ? 0 : 1)
            let answer =
                isCallable
                ? expect(argument, "a `\(function.parameters[position])`", function.matches(position)) : check(argument)
            if !answer.isSound { isSound = false }
        }
        return TypeAnswer(function.result, isSound: isSound)
    }

    private mutating func checkConstructor(_ function: ExtensionFunction, _ arguments: [Int], _ span: SourceSpan) {
        if let first = arguments.first, case .string(let text) = expression.nodes[first].kind {
            do {
                _ = try function.apply(to: [.string(text)])
            } catch {
                findings.append(
                    report(.invalidExtensionLiteral, expression.nodes[first].span, Self.reason(of: error)))
            }
        }
        if isStrict, !arguments.allSatisfy(isLiteral) {
            findings.append(
                report(
                    .computedConstructor, span, "`\(function.rawValue)` must be called with a literal",
                    help: "give the attribute the type `\(function.extensionName)` in the schema, in place of `String`")
            )
        }
    }

    static func reason(of error: EvaluationError) -> String {
        if case .extensionFailure(_, let message) = error.reason { return message }
        return "\(error)"
    }

    private static func arguments(_ count: Int) -> String {
        switch count {
        case 0: "no argument"
        case 1: "1 argument"
        default: "\(count) arguments"
        }
    }
}

extension ExtensionFunction {
    /// The types of the arguments, the receiver of a method first.
    var parameterTypes: [SchemaType] {
        switch self {
        case .ip, .decimal, .datetime, .duration: [.string]
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast: [.extension(.ipaddr)]
        case .isInRange: [.extension(.ipaddr), .extension(.ipaddr)]
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual:
            [.extension(.decimal), .extension(.decimal)]
        case .offset: [.extension(.datetime), .extension(.duration)]
        case .durationSince: [.extension(.datetime), .extension(.datetime)]
        case .toDate, .toTime: [.extension(.datetime)]
        case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: [.extension(.duration)]
        }
    }

    fileprivate var parameters: [ValidationType] { parameterTypes.map(ValidationType.init) }

    /// Whether a type is that of a parameter.
    fileprivate func matches(_ position: Int) -> (ValidationType) -> Bool {
        let parameter = parameters[position]
        return { type in
            switch (parameter, type) {
            case (.string, .string): true
            case (.extension(let expected), .extension(let found)): expected == found
            default: false
            }
        }
    }

    /// The type of the result.
    fileprivate var result: ValidationType {
        switch self {
        case .ip: .extension(.ipaddr)
        case .decimal: .extension(.decimal)
        case .datetime, .offset, .toDate: .extension(.datetime)
        case .duration, .durationSince, .toTime: .extension(.duration)
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast, .isInRange: .anyBool
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual: .anyBool
        case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: .long
        }
    }
}
