import CedarSyntax

/// Checks the conditions of a policy in one request environment after the other (reference validator, typechecking).
///
/// Errors do not stop it: it goes on with what is still known, so that one run finds all mistakes. Branches that never
/// run in an environment are not checked there.
struct Typechecker {
    let expression: CheckedExpression
    let isStrict: Bool
    var lattice: TypeLattice
    var relations: SchemaRelations

    /// The environment that is being checked.
    private(set) var environment: RequestEnvironment
    private(set) var context: RecordType = RecordType()

    /// The errors of the environment that is being checked.
    var findings: [TypeFinding] = []

    /// What the level check needs to know of the last run, by node.
    private(set) var trace: TypeTrace

    /// How many expressions were checked.
    private(set) var steps = 0

    /// What it cost so far.
    var cost: Int { steps + lattice.steps }

    /// How many expressions and types may be checked.
    private let limit: Int

    /// How many explanations may be made.
    var budget: ValidationBudget

    /// What holds at the place that is being checked.
    private var known: Set<Capability> = []

    /// Makes a checker that costs no more than the budget has for a policy.
    init(
        _ expression: CheckedExpression, schema: Schema, isStrict: Bool, tracing: Bool, budget: ValidationBudget
    ) {
        self.expression = expression
        self.isStrict = isStrict
        self.budget = budget
        limit = budget.forPolicy
        lattice = TypeLattice(schema: schema, isStrict: isStrict, limit: limit)
        relations = SchemaRelations(schema)
        let nobody = Name(unchecked: "")
        environment = RequestEnvironment(principal: nobody, action: EntityUID(type: nobody, id: ""), resource: nobody)
        trace = TypeTrace(nodes: tracing ? expression.nodes.count : 0)
    }

    var schema: Schema { lattice.schema }

    /// Whether the check took so long that it must stop.
    var isExhausted: Bool { cost > limit }

    /// Whether nothing more needs to be found in this environment.
    private var isDone: Bool { isExhausted || findings.count >= PolicyValidator.maximumFindings }

    /// Counts work that is no expression of its own.
    mutating func count(_ work: Int) { steps += work }

    /// Checks the conditions as a whole, which must be boolean.
    ///
    /// No condition is true.
    mutating func check(in environment: RequestEnvironment) -> TypeAnswer {
        self.environment = environment
        context = schema.actions[environment.action]?.context ?? RecordType()
        findings = []
        known = []
        // An environment costs as much as several expressions, however few there are.
        steps += 4
        guard let root = expression.root else { return TypeAnswer(.bool(true)) }
        return expectBool(root)
    }

    // MARK: - Expectations

    func report(_ code: DiagnosticCode, _ span: SourceSpan, _ message: String, help: String? = nil) -> TypeFinding {
        TypeFinding(code: code, span: span, message: message, help: help)
    }

    /// Checks an expression that must be of some type.
    ///
    /// Of another type, it is as if it had none.
    mutating func expect(
        _ node: Int, _ expected: String, _ matches: (ValidationType) -> Bool,
        help: (ValidationType) -> String? = { _ in nil }
    ) -> TypeAnswer {
        require(check(node), expression.nodes[node].span, expected, matches, help: help)
    }

    /// The answer, without its type if that is not the expected one, which is reported.
    mutating func require(
        _ answer: TypeAnswer, _ span: SourceSpan, _ expected: String, _ matches: (ValidationType) -> Bool,
        help: (ValidationType) -> String? = { _ in nil }
    ) -> TypeAnswer {
        guard let type = answer.type else { return TypeAnswer(nil, isSound: false) }
        if type.isNever || matches(type) { return answer }
        findings.append(
            report(.unexpectedType, span, "expected \(expected), found `\(type)`", help: help(type)))
        return TypeAnswer(nil, isSound: false)
    }

    private mutating func expectBool(_ node: Int) -> TypeAnswer { expect(node, "a `Bool`", \.isBool) }

    // MARK: - Expressions

    /// Checks an expression.
    ///
    /// Recursion is bounded by the nesting that the parser allows.
    mutating func check(_ node: Int) -> TypeAnswer {
        steps += 1
        if isDone { return TypeAnswer(nil, isSound: false) }
        let answer = answer(of: node)
        trace.note(node, answer.type)
        return answer
    }

    private mutating func answer(of node: Int) -> TypeAnswer {
        let span = expression.nodes[node].span
        switch expression.nodes[node].kind {
        case .bool(let value): return TypeAnswer(.bool(value))
        case .long: return TypeAnswer(.long)
        case .string: return TypeAnswer(.string)
        case .entity(let uid):
            // Unknown types and actions are reported once for the whole policy.
            let isKnown = uid.isAction ? schema.actions[uid] != nil : schema.entityTypes[uid.type] != nil
            return isKnown ? TypeAnswer(.entity([uid.type])) : TypeAnswer(nil, isSound: false)
        case .variable(let variable): return TypeAnswer(type(of: variable))
        case .not(let operand):
            let answer = expectBool(operand)
            guard case .bool(let value) = answer.type else { return TypeAnswer(.anyBool, isSound: false) }
            return TypeAnswer(.bool(value.map { !$0 }), isSound: answer.isSound)
        case .negate(let operand):
            return TypeAnswer(.long, isSound: expect(operand, "a `Long`", \.isLong).isSound)
        case .and(let operands): return checkAnd(operands, node)
        case .or(let operands): return checkOr(operands, node)
        case .conditional(let condition, let then, let otherwise):
            return checkConditional(condition, then, otherwise, node)
        case .equal(let left, let right): return checkEqual(left, right, span)
        case .ordered(let left, let right): return checkOrdered(left, right)
        case .within(let left, let right):
            let leftAnswer = check(left)
            return checkWithin(left, leftAnswer, right)
        case .sum(let operands, let isAddition): return checkArithmetic(operands, isAddition: isAddition)
        case .product(let operands): return checkArithmetic(operands, isAddition: false)
        case .has(let receiver, let path): return checkHas(receiver, path, node)
        case .like(let operand, _):
            let answer = expect(operand, "a `String`", \.isString) { type in
                type.isEntity ? "compare an entity with `==` or `in`, and its type with `is`" : nil
            }
            return TypeAnswer(.anyBool, isSound: answer.isSound)
        case .isType(let operand, let type, let ancestor): return checkIsType(operand, type.value, ancestor, node)
        case .member(let base, let steps): return checkMember(base, steps, node)
        case .call(let function, let arguments): return checkCall(function, nil, arguments, span)
        case .set(let elements): return checkSet(elements, span)
        case .record(let fields): return checkRecord(fields)
        }
    }

    private func type(of variable: Variable) -> ValidationType {
        switch variable {
        case .principal: .entity([environment.principal])
        case .action: .entity([environment.action.type])
        case .resource: .entity([environment.resource])
        case .context: .record(.declared(context))
        }
    }

    // MARK: - Logic

    /// Runs a check in which more is known than around it.
    private mutating func assuming(
        _ capabilities: Set<Capability>, _ check: (inout Typechecker) -> TypeAnswer
    ) -> TypeAnswer {
        let added = capabilities.filter { known.insert($0).inserted }
        defer { for capability in added { known.remove(capability) } }
        return check(&self)
    }

    /// Operands are checked under what the earlier ones grant; behind a false one nothing is checked.
    private mutating func checkAnd(_ operands: [Int], _ node: Int) -> TypeAnswer {
        var result = expectBool(operands[0])
        var granted = result.capabilities
        var added: [Capability] = []
        defer { for capability in added { known.remove(capability) } }
        var last = 0
        for (index, operand) in operands.enumerated().dropFirst() {
            if result.type?.isFalse == true { break }
            last = index
            // Each operand grants what it does even if another one is wrong, so that one mistake is one error.
            for capability in granted where known.insert(capability).inserted { added.append(capability) }
            let right = expectBool(operand)
            granted = right.capabilities
            let isSound = result.isSound && right.isSound
            switch (result.type, right.type) {
            case (.some, .bool(false)): result = TypeAnswer(.bool(false), isSound: isSound)
            case (.some(let type), .bool(true)), (.bool(true), .some(let type)): join(&result, type, right)
            case (.some, .some): join(&result, .anyBool, right)
            default: result = TypeAnswer(.anyBool, isSound: false)
            }
        }
        trace.noteBranch(node, last)
        return result
    }

    /// Adds what an operand of `&&` grants to what those before it grant; in place, as there may be many.
    private func join(_ result: inout TypeAnswer, _ type: ValidationType, _ right: TypeAnswer) {
        result.type = type
        result.isSound = result.isSound && right.isSound
        if result.isSound {
            result.capabilities.formUnion(right.capabilities)
        } else {
            result.capabilities = []
        }
    }

    /// Nobody knows which operand was true, so that only what all of them grant is granted.
    private mutating func checkOr(_ operands: [Int], _ node: Int) -> TypeAnswer {
        var result = expectBool(operands[0])
        var last = 0
        for (index, operand) in operands.enumerated().dropFirst() {
            if result.type?.isTrue == true { break }
            last = index
            let right = expectBool(operand)
            let isSound = result.isSound && right.isSound
            switch (result.type, right.type) {
            case (.some, .bool(true)):
                result = TypeAnswer(.bool(true), isSound: isSound, capabilities: right.capabilities)
            case (.some(let type), .bool(false)):
                result = TypeAnswer(type, isSound: isSound, capabilities: result.capabilities)
            case (.bool(false), .some(let type)):
                result = TypeAnswer(type, isSound: isSound, capabilities: right.capabilities)
            case (.some, .some):
                let shared = result.capabilities.intersection(right.capabilities)
                result = TypeAnswer(.anyBool, isSound: isSound, capabilities: shared)
            default: result = TypeAnswer(.anyBool, isSound: false)
            }
        }
        trace.noteBranch(node, last)
        return result
    }

    private mutating func checkConditional(_ condition: Int, _ then: Int, _ otherwise: Int, _ node: Int) -> TypeAnswer {
        let test = expectBool(condition)
        let granted = test.capabilities
        if test.type?.isFalse == true {
            trace.noteBranch(node, 2)
            let answer = check(otherwise)
            return TypeAnswer(
                answer.type, isSound: test.isSound && answer.isSound, capabilities: answer.capabilities)
        }
        let first = assuming(granted) { $0.check(then) }
        let firstGrants = first.capabilities.union(granted)
        if test.type?.isTrue == true {
            trace.noteBranch(node, 1)
            return TypeAnswer(first.type, isSound: test.isSound && first.isSound, capabilities: firstGrants)
        }
        trace.noteBranch(node, 0)
        let second = check(otherwise)
        let isSound = test.isSound && first.isSound && second.isSound
        guard let firstType = first.type, let secondType = second.type else { return TypeAnswer(nil, isSound: false) }
        guard let bound = lattice.leastUpperBound(firstType, secondType) else {
            reportIncompatible(
                [firstType, secondType], expression.nodes[node].span, "both branches of an `if` must have one type")
            return TypeAnswer(nil, isSound: false)
        }
        return TypeAnswer(
            bound, isSound: isSound,
            capabilities: first.isSound ? firstGrants.intersection(second.capabilities) : [])
    }

    // MARK: - Attributes

    func isKnown(_ capability: Capability) -> Bool { known.contains(capability) }

    static func isEntityOrRecord(_ type: ValidationType) -> Bool { type.isEntity || type.isRecord }

    /// `e has a.b.c`: each attribute is there if those before it are.
    private mutating func checkHas(
        _ receiver: Int, _ path: [CheckedExpression.PathStep], _ node: Int
    ) -> TypeAnswer {
        let answer = expect(receiver, "an entity or a record", Self.isEntityOrRecord, help: Self.hasHelp)
        guard var type = answer.type else { return TypeAnswer(.anyBool, isSound: false) }
        count(path.count)
        var added: [Capability] = []
        defer { for capability in added { known.remove(capability) } }
        var result: ValidationType = .bool(true)
        var granted: Set<Capability> = []
        for (index, step) in path.enumerated() {
            noteReceiver(node, step: index, type)
            guard Self.isEntityOrRecord(type) || type.isNever else {
                findings.append(
                    report(
                        .unexpectedType, expression.nodes[node].span,
                        "`has` looks for `\(step.attribute.fieldName)` in `\(type)`, which is no entity or record",
                        help: Self.hasHelp(type)))
                return TypeAnswer(.anyBool, isSound: false)
            }
            let capability = Capability.attribute(of: step.receiver, step.attribute)
            guard let attribute = lattice.attribute(step.attribute, of: type) else {
                if !lattice.canHave(step.attribute, in: type) {
                    return TypeAnswer(.bool(false), isSound: answer.isSound)
                }
                if index == path.count - 1 {
                    return TypeAnswer(.anyBool, isSound: answer.isSound, capabilities: granted)
                }
                reportUnknownAttribute(step.attribute, of: type, "`\(type)`", expression.nodes[node].span)
                return TypeAnswer(.anyBool, isSound: false)
            }
            // An entity that has the attribute by its type need not exist.
            if !(isKnown(capability) || attribute.isRequired && type.isRecord) { result = .anyBool }
            granted.insert(capability)
            if known.insert(capability).inserted { added.append(capability) }
            type = attribute.type
        }
        return TypeAnswer(result, isSound: answer.isSound, capabilities: granted)
    }

    private static func hasHelp(_ type: ValidationType) -> String? {
        if type.isSet { return "to find an element in a set, write `set.contains(element)`" }
        if type.isString { return "to find a text in a string, write `string like \"*text*\"`" }
        return nil
    }

    // MARK: - Containers

    private mutating func checkSet(_ elements: [Int], _ span: SourceSpan) -> TypeAnswer {
        if elements.isEmpty, isStrict {
            findings.append(
                report(
                    .emptySetLiteral, span, "the empty set has no element that would tell its type",
                    help: "to test whether a set is empty, write `set.isEmpty()`"))
            return TypeAnswer(nil, isSound: false)
        }
        var types: [ValidationType] = []
        var isSound = true
        for element in elements {
            let answer = check(element)
            if !answer.isSound { isSound = false }
            if let type = answer.type { types.append(type) }
        }
        guard types.count == elements.count else { return TypeAnswer(nil, isSound: false) }
        guard let bound = lattice.leastUpperBound(of: types) else {
            reportIncompatible(types, span, "the elements of a set must have one type")
            return TypeAnswer(nil, isSound: false)
        }
        return TypeAnswer(.set(bound), isSound: isSound)
    }

    private mutating func checkRecord(_ fields: [(key: CedarString, value: Int)]) -> TypeAnswer {
        var attributes: [CedarString: ValidationAttribute] = [:]
        var isSound = true
        for field in fields {
            let answer = check(field.value)
            if !answer.isSound { isSound = false }
            if let type = answer.type { attributes[field.key] = ValidationAttribute(type, isRequired: true) }
        }
        guard attributes.count == fields.count else { return TypeAnswer(nil, isSound: false) }
        return TypeAnswer(.record(.computed(attributes, isOpen: false)), isSound: isSound)
    }

    /// Notes the type of an expression that is no node of its own: what the step of a member chain is taken of.
    mutating func noteReceiver(_ node: Int, step: Int, _ type: ValidationType?) {
        trace.noteReceiver(node, step, type)
    }

    /// Notes whether the second part of `is ... in` can run.
    mutating func noteIsBranch(_ node: Int, reached: Bool) {
        trace.noteBranch(node, reached ? 1 : 0)
    }
}
