import CedarSyntax

/// Comparisons, membership and arithmetic.
extension Typechecker {
    // MARK: - Equality

    /// Types that cannot meet are an error in the strict mode, unless the answer is known without looking at values.
    mutating func checkEqual(_ left: Int, _ right: Int, _ span: SourceSpan) -> TypeAnswer {
        let (leftAnswer, rightAnswer) = (check(left), check(right))
        let isSound = leftAnswer.isSound && rightAnswer.isSound
        guard let leftType = leftAnswer.type, let rightType = rightAnswer.type else {
            return TypeAnswer(literalEquality(left, right), isSound: false)
        }
        if case .entity(let names) = leftType, case .entity(let otherNames) = rightType,
            Set(names).isDisjoint(with: otherNames)
        {
            return TypeAnswer(.bool(false), isSound: isSound)
        }
        let type = literalEquality(left, right)
        // The type of a side with an error may be a guess.
        guard case .bool(nil) = type, isStrict, isSound else { return TypeAnswer(type, isSound: isSound) }
        return TypeAnswer(type, isSound: requireCompatible(leftType, rightType, span, .equality))
    }

    /// The equality of two literals is known; `action` is as good as a literal.
    private func literalEquality(_ left: Int, _ right: Int) -> ValidationType {
        if let entity = literalEntity(left), let other = literalEntity(right) { return .bool(entity == other) }
        guard isLiteral(left), isLiteral(right) else {
            // An entity and a literal of another type.
            let isMixed =
                isLiteral(left) && literalEntity(right) != nil || isLiteral(right) && literalEntity(left) != nil
            return .bool(isMixed ? false : nil)
        }
        return .bool(expression.nodes[left].shape == expression.nodes[right].shape)
    }

    func isLiteral(_ node: Int) -> Bool {
        switch expression.nodes[node].kind {
        case .bool, .long, .string, .entity: true
        default: false
        }
    }

    /// The entity that an expression names: a literal or the action of the environment.
    func literalEntity(_ node: Int) -> EntityUID? {
        switch expression.nodes[node].kind {
        case .entity(let uid): uid
        case .variable(.action): environment.action
        default: nil
        }
    }

    /// Where types must be compatible.
    enum Meeting {
        case equality, element, sets
    }

    /// Whether values of two types can be compared by the strict rules; reports it when not.
    mutating func requireCompatible(
        _ left: ValidationType, _ right: ValidationType, _ span: SourceSpan, _ meeting: Meeting
    ) -> Bool {
        if lattice.leastUpperBound(left, right) != nil { return true }
        let rule =
            switch meeting {
            case .equality: "both sides of a comparison must have one type"
            case .element: "`contains` can only find what has the type of the elements"
            case .sets: "both sets must have elements of one type"
            }
        reportIncompatible([left, right], span, rule)
        return false
    }

    /// Reports types that no type includes.
    mutating func reportIncompatible(_ types: [ValidationType], _ span: SourceSpan, _ rule: String) {
        var names: [String] = []
        for type in types where names.count < 4 {
            let name = "`\(type)`"
            if !names.contains(name) { names.append(name) }
        }
        var help: String?
        if types.contains(where: \.isEntity), types.contains(where: \.isString) {
            help = "an entity is written with its type, as in `User::\"alice\"`; its id alone is a string"
        } else if types.contains(where: \.isLong), types.contains(where: \.isString) {
            help = "a number is written without quotes"
        } else if names.count == 1 || types.allSatisfy(\.isRecord) {
            help = "records must have the same attributes, required or optional alike"
        }
        let found = names.count == 1 ? "\(names[0]) twice, differing inside" : names.joined(separator: " and ")
        findings.append(report(.incompatibleTypes, span, "\(rule), found \(found)", help: help))
    }

    // MARK: - Order and arithmetic

    mutating func checkOrdered(_ left: Int, _ right: Int) -> TypeAnswer {
        let (leftAnswer, rightAnswer) = (check(left), check(right))
        guard let leftType = leftAnswer.type, let rightType = rightAnswer.type else {
            return TypeAnswer(.anyBool, isSound: false)
        }
        let isSound = leftAnswer.isSound && rightAnswer.isSound
        switch (leftType, rightType) {
        case (.long, .long), (.extension(.datetime), .extension(.datetime)),
            (.extension(.duration), .extension(.duration)):
            return TypeAnswer(.anyBool, isSound: isSound)
        default: break
        }
        if leftType.isOrdered || rightType.isOrdered {
            let isLeftWrong = rightType.isLong || !leftType.isOrdered
            let (wrong, type, expected) = isLeftWrong ? (left, leftType, rightType) : (right, rightType, leftType)
            findings.append(
                report(
                    .unexpectedType, expression.nodes[wrong].span,
                    "expected a `\(expected)` to compare with the other side, found `\(type)`"))
        } else {
            for (node, type) in [(left, leftType), (right, rightType)] {
                let help =
                    if case .extension(.decimal) = type {
                        "decimals have `lessThan`, `lessThanOrEqual`, `greaterThan` and `greaterThanOrEqual`"
                    } else { nil as String? }
                findings.append(
                    report(
                        .unexpectedType, expression.nodes[node].span,
                        "expected a `Long`, `datetime` or `duration`, found `\(type)`", help: help))
            }
        }
        return TypeAnswer(.anyBool, isSound: false)
    }

    mutating func checkArithmetic(_ operands: [Int], isAddition: Bool) -> TypeAnswer {
        var isSound = true
        for operand in operands {
            let answer = expect(operand, "a `Long`", \.isLong) { type in
                if type.isString, isAddition { return "strings cannot be joined in a policy" }
                return type.isSet ? "sets cannot be united, intersected or subtracted in a policy" : nil
            }
            if !answer.isSound { isSound = false }
        }
        return TypeAnswer(.long, isSound: isSound)
    }

    // MARK: - Entities

    mutating func checkIsType(_ operand: Int, _ type: Name, _ ancestor: Int?, _ node: Int) -> TypeAnswer {
        let answer = expect(operand, "an entity", \.isEntity) { _ in "`is` tests the types of entities only" }
        var test: ValidationType = .anyBool
        if case .entity(let names) = answer.type {
            test = .bool(names == [type] ? true : names.contains(type) ? nil : false)
        }
        noteIsBranch(node, reached: ancestor != nil && !test.isFalse)
        guard let ancestor, !test.isFalse else {
            return TypeAnswer(test, isSound: answer.isSound && answer.type != nil)
        }
        let membership = checkWithin(operand, answer, ancestor)
        let isSound = answer.isSound && answer.type != nil && membership.isSound
        switch (test, membership.type) {
        case (_, .bool(false)): return TypeAnswer(.bool(false), isSound: isSound)
        case (_, .bool(true)): return TypeAnswer(test, isSound: isSound)
        case (.bool(true), .some(let type)): return TypeAnswer(type, isSound: isSound)
        default: return TypeAnswer(.anyBool, isSound: isSound)
        }
    }

    /// `left in right`, with the left side checked already.
    ///
    /// It is false for types that the schema does not relate, and known exactly for actions.
    mutating func checkWithin(_ left: Int, _ leftAnswer: TypeAnswer, _ right: Int) -> TypeAnswer {
        let leftAnswer = require(leftAnswer, expression.nodes[left].span, "an entity", \.isEntity) { type in
            type.isString || type.isLong ? "to find an element in a set, write `set.contains(element)`" : nil
        }
        let rightAnswer = expect(right, "an entity or a set of entities", Self.isEntityOrEntities) { type in
            if type.isSet { return "to find an element in a set, write `set.contains(element)`" }
            return type.isString ? "to find a text in a string, write `string like \"*text*\"`" : nil
        }
        guard leftAnswer.isSound, rightAnswer.isSound, let leftType = leftAnswer.type, let rightType = rightAnswer.type
        else { return TypeAnswer(.anyBool, isSound: false) }
        if let entity = literalEntity(left), entity.isAction, let groups = literalEntities(right) {
            let actions = groups.filter(\.isAction)
            guard actions.allSatisfy({ schema.actions[$0] != nil }) else {
                return TypeAnswer(.anyBool, isSound: false)
            }
            var isMember = false
            for action in actions where !isMember { isMember = relations.isMember(entity, of: action) }
            return TypeAnswer(.bool(isMember))
        }
        guard case .entity(let types) = leftType, let others = Self.entityTypes(in: rightType) else {
            return TypeAnswer(.anyBool)
        }
        for type in types {
            for other in others where relations.canBeMember(type, of: other) { return TypeAnswer(.anyBool) }
        }
        return TypeAnswer(.bool(false))
    }

    private static func isEntityOrEntities(_ type: ValidationType) -> Bool {
        if case .set(let element) = type { return element.isEntity || element.isNever }
        return type.isEntity
    }

    /// The types of an entity or of the elements of a set; `nil` when they are not known.
    private static func entityTypes(in type: ValidationType) -> [Name]? {
        switch type {
        case .entity(let names), .set(.entity(let names)): names
        default: nil
        }
    }

    /// The entities that an expression names: one, or a set written out.
    private func literalEntities(_ node: Int) -> [EntityUID]? {
        if let entity = literalEntity(node) { return [entity] }
        guard case .set(let elements) = expression.nodes[node].kind else { return nil }
        var entities: [EntityUID] = []
        for element in elements {
            guard let entity = literalEntity(element) else { return nil }
            entities.append(entity)
        }
        return entities
    }
}
