import CedarModel
import CedarSyntax

/// Runs compiled policies for one decision.
///
/// It is made of cells alone, so that running counts no references and allocates nothing, and it never recurses.
struct Machine: BitwiseCopyable {
    /// The entities.
    let hierarchy: Hierarchy

    /// The variables of the request and the intermediate values.
    let registers: Cells<CompiledValue>

    /// The texts of strings.
    let texts: TextSource

    /// How a policy ended.
    enum Ending {
        case satisfied
        /// It does not hold. The step at `stop` sent it to its end after all steps before it were taken in order, which
        /// leaves the registers as these steps filled them; -1 when it came about otherwise.
        case unsatisfied(stop: Int)
        case failed(Fault)
    }

    /// Runs a policy from a step on: the first, or one for which the registers are as the steps before leave them.
    @inline(__always)
    func run(_ policy: PolicyRecord, from start: Int, arena: Arena) -> Ending {
        do throws(Fault) {
            return try runThrowing(policy, from: start, arena: arena)
        } catch {
            return .failed(error)
        }
    }

    @inline(__always)
    private func operand(_ number: Int32, _ constants: Cells<CompiledValue>) -> CompiledValue {
        number >= 0 ? registers[Int(number)] : constants[Int(~number)]
    }

    @inline(__always)
    private func conclude(_ result: Bool, _ step: Instruction, _ place: inout Place) {
        if step.target >= 0 {
            registers[Int(step.target)] = .bool(result)
        } else if result == step.sense {
            place.jump(step)
        }
    }

    /// Where in its code a policy is.
    private struct Place {
        /// The next step.
        var next: Int

        /// The step that jumped first; -1 before any has.
        var firstJump = -1

        @inline(__always)
        mutating func jump(_ step: Instruction) {
            if firstJump < 0 { firstJump = next - 1 }
            next += Int(step.jump)
        }
    }

    private func runThrowing(_ policy: PolicyRecord, from start: Int, arena: Arena) throws(Fault) -> Ending {
        let code = policy.code
        let constants = policy.constants
        var place = Place(next: start)
        while true {
            let step = code[place.next]
            place.next += 1
            switch step.operation {
            case .satisfied: return .satisfied
            case .unsatisfied:
                let stop = place.firstJump
                // The first jump led here at once.
                let isDirect = stop >= 0 && stop + Int(code[stop].jump) + 2 == place.next
                return .unsatisfied(stop: isDirect ? stop : -1)
            case .jump: place.jump(step)
            case .move: registers[Int(step.target)] = operand(step.a, constants)
            case .truth:
                let value = operand(step.a, constants)
                guard value.kind == .bool else { throw mismatch(value) }
                conclude(value.isTrue, step, &place)
            case .equal:
                let (left, right) = (operand(step.a, constants), operand(step.b, constants))
                if left.isTainted || right.isTainted { throw .unreadable }
                conclude(left == right, step, &place)
            case .less:
                conclude(try isLess(operand(step.a, constants), operand(step.b, constants)), step, &place)
            case .within:
                let (left, right) = (operand(step.a, constants), operand(step.b, constants))
                guard left.kind == .entity else { throw mismatch(left) }
                if right.kind == .entity {
                    conclude(hierarchy.isMember(left.id, of: right.id, arena: arena), step, &place)
                } else {
                    conclude(try isWithin(left.id, set: right, arena), step, &place)
                }
            case .isType:
                let value = operand(step.a, constants)
                guard value.kind == .entity else { throw mismatch(value) }
                conclude(value.type == step.b, step, &place)
            case .has:
                let fields = try attributes(of: operand(step.a, constants))
                conclude(fields?.value(of: step.b) != nil, step, &place)
            case .attribute:
                registers[Int(step.target)] = try attribute(step.b, of: operand(step.a, constants))
            case .like:
                let value = operand(step.a, constants)
                guard value.kind == .string else { throw mismatch(value) }
                conclude(policy.patterns[Int(step.b)].matches(texts.text(of: value.id)), step, &place)
            case .contains, .containsAll, .containsAny, .isEmpty, .hasTag:
                conclude(try test(step.operation, operand(step.a, constants), step.b, constants), step, &place)
            case .tag: registers[Int(step.target)] = try tag(operand(step.a, constants), operand(step.b, constants))
            case .add, .subtract, .multiply:
                let (left, right) = (operand(step.a, constants), operand(step.b, constants))
                registers[Int(step.target)] = try arithmetic(step.operation, left, right)
            case .negate: registers[Int(step.target)] = try negation(of: operand(step.a, constants))
            case .set: registers[Int(step.target)] = set(from: Int(step.a), count: Int(step.b), arena)
            case .record:
                registers[Int(step.target)] = record(policy.layouts[Int(step.b)], from: Int(step.a), arena)
            case .call:
                let result = try call(step, arena)
                if step.target >= 0 {
                    registers[Int(step.target)] = result
                } else {
                    conclude(result.isTrue, step, &place)
                }
            case .fail: throw Fault(rawValue: UInt8(truncatingIfNeeded: step.a)) ?? .typeMismatch
            }
        }
    }

    /// The error of a value that has another type than the one wanted.
    func mismatch(_ value: CompiledValue) -> Fault { value.kind == .unreadable ? .unreadable : .typeMismatch }

    // MARK: - Comparison

    @inline(__always)
    private func isLess(_ left: CompiledValue, _ right: CompiledValue) throws(Fault) -> Bool {
        if left.kind == right.kind {
            switch left.kind {
            case .long, .datetime, .duration: return left.number < right.number
            default: break
            }
        }
        throw left.kind == .unreadable || right.kind == .unreadable ? .unreadable : .typeMismatch
    }

    @inline(never)
    private func isWithin(_ id: Int32, set: CompiledValue, _ arena: Arena) throws(Fault) -> Bool {
        guard set.kind == .set else { throw mismatch(set) }
        let elements = set.elements
        // Every element is checked before any membership counts: one stray string makes the whole test an error.
        for index in 0..<elements.count where elements[index].kind != .entity { throw mismatch(elements[index]) }
        for index in 0..<elements.count where hierarchy.isMember(id, of: elements[index].id, arena: arena) {
            return true
        }
        return false
    }

    // MARK: - Attributes and tags

    /// The attributes of an entity or the fields of a record; `nil` for an entity that does not exist.
    @inline(__always)
    private func attributes(of value: CompiledValue) throws(Fault) -> Cells<CompiledField>? {
        if value.kind == .entity { return hierarchy.attributes(of: value.id) }
        if value.kind == .record { return value.fields }
        throw mismatch(value)
    }

    @inline(__always)
    private func attribute(_ key: Int32, of value: CompiledValue) throws(Fault) -> CompiledValue {
        guard let fields = try attributes(of: value) else { throw .missingEntity }
        guard let result = fields.value(of: key) else { throw .missingAttribute }
        return try readable(result)
    }

    /// A value that was read: a record may have unreadable fields as long as nobody reads them, a set cannot be used in
    /// part.
    @inline(__always)
    private func readable(_ value: CompiledValue) throws(Fault) -> CompiledValue {
        if value.isTainted, value.kind != .record { throw .unreadable }
        return value
    }

    private func tag(_ entity: CompiledValue, _ name: CompiledValue) throws(Fault) -> CompiledValue {
        guard entity.kind == .entity else { throw mismatch(entity) }
        guard name.kind == .string else { throw mismatch(name) }
        guard let tags = hierarchy.tags(of: entity.id) else { throw .missingEntity }
        guard let result = tags.value(of: name.id) else { throw .missingTag }
        return try readable(result)
    }

    // MARK: - Methods

    @inline(never)
    private func test(
        _ operation: Instruction.Operation, _ base: CompiledValue, _ number: Int32, _ constants: Cells<CompiledValue>
    ) throws(Fault) -> Bool {
        if operation == .hasTag {
            let name = operand(number, constants)
            guard base.kind == .entity else { throw mismatch(base) }
            guard name.kind == .string else { throw mismatch(name) }
            return hierarchy.tags(of: base.id)?.value(of: name.id) != nil
        }
        try checkSet(base)
        if operation == .isEmpty { return base.detail == 0 }
        let argument = operand(number, constants)
        if operation == .contains {
            if argument.isTainted { throw .unreadable }
            return base.contains(argument)
        }
        try checkSet(argument)
        return operation == .containsAll ? base.containsAll(argument) : base.containsAny(argument)
    }

    private func checkSet(_ value: CompiledValue) throws(Fault) {
        guard value.kind == .set else { throw mismatch(value) }
        if value.isTainted { throw .unreadable }
    }

    // MARK: - Arithmetic

    @inline(never)
    private func arithmetic(
        _ operation: Instruction.Operation, _ left: CompiledValue, _ right: CompiledValue
    ) throws(Fault) -> CompiledValue {
        guard left.kind == .long else { throw mismatch(left) }
        guard right.kind == .long else { throw mismatch(right) }
        let (result, overflow) =
            switch operation {
            case .add: left.number.addingReportingOverflow(right.number)
            case .subtract: left.number.subtractingReportingOverflow(right.number)
            default: left.number.multipliedReportingOverflow(by: right.number)
            }
        if overflow { throw .overflow }
        return .number(.long, result)
    }

    private func negation(of value: CompiledValue) throws(Fault) -> CompiledValue {
        guard value.kind == .long else { throw mismatch(value) }
        if value.number == .min { throw .overflow }
        return .number(.long, -value.number)
    }

    // MARK: - Sets and records

    @inline(never)
    private func set(from first: Int, count: Int, _ arena: Arena) -> CompiledValue {
        let elements = arena.cells(count, of: CompiledValue.self)
        for index in 0..<count { elements[index] = registers[first + index] }
        return .set(sorting: elements)
    }

    @inline(never)
    private func record(_ layout: RecordLayout, from first: Int, _ arena: Arena) -> CompiledValue {
        let fields = arena.cells(layout.fields.count, of: CompiledField.self)
        for index in 0..<fields.count {
            let field = layout.fields[index]
            fields[index] = CompiledField(key: field.key, value: registers[first + Int(field.register)])
        }
        return .record(fields)
    }
}

/// Where the texts of strings are.
struct TextSource: BitwiseCopyable {
    /// The texts of the symbol table, one behind the other.
    let stored: Cells<UInt8>

    /// Where each ends.
    let ends: Cells<Int>

    /// The texts that only the request has; the first has the id -1.
    var local = Cells<Cells<UInt8>>()

    /// The text of a string.
    func text(of id: Int32) -> Cells<UInt8> {
        guard id >= 0 else { return local[Int(~id)] }
        let start = id == 0 ? 0 : ends[Int(id) - 1]
        return stored.suffix(from: start, count: ends[Int(id)] - start)
    }
}
