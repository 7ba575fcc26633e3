/// How far the conditions of two policies are the same from their first step on.
///
/// Policies of one file tend to begin alike, for instance with the question whether the tenant has what they are about.
/// Steps that are the same find the same within one decision, so that it need not take them twice.
struct CommonStart {
    /// How many steps are the same.
    ///
    /// Where tests jump to does not count: a step is only left out when the same test before it did not jump.
    let count: Int

    /// Which policy comes first when those that begin alike stand together: negative, zero or positive.
    let order: Int

    /// Compares two policies.
    init(_ left: PolicyRecord, _ right: PolicyRecord) {
        var index = 0
        while index < left.code.count, index < right.code.count {
            let (one, other) = (left.code[index], right.code[index])
            let order = Self.order(one, left, other, right)
            guard order == 0, !one.operation.isPrivate else {
                (self.count, self.order) = (index, order)
                return
            }
            index += 1
        }
        (self.count, self.order) = (index, left.code.count - right.code.count)
    }

    private static func order(
        _ one: Instruction, _ left: PolicyRecord, _ other: Instruction, _ right: PolicyRecord
    ) -> Int {
        if one.operation != other.operation { return one.operation.rawValue < other.operation.rawValue ? -1 : 1 }
        if one.sense != other.sense { return one.sense ? 1 : -1 }
        if one.target != other.target { return one.target < other.target ? -1 : 1 }
        let isOfOperands = one.operation.hasSecondOperand
        let first = order(one.a, left, other.a, right)
        if first != 0 { return first }
        if isOfOperands { return order(one.b, left, other.b, right) }
        return one.b == other.b ? 0 : one.b < other.b ? -1 : 1
    }

    /// Operands are registers, which are the same when their numbers are, or constants, which are when their values are.
    private static func order(_ one: Int32, _ left: PolicyRecord, _ other: Int32, _ right: PolicyRecord) -> Int {
        guard one < 0, other < 0 else { return one == other ? 0 : one < other ? -1 : 1 }
        let (value, wanted) = (left.constants[Int(~one)], right.constants[Int(~other)])
        if value.isTainted != wanted.isTainted { return value.isTainted ? 1 : -1 }
        return CompiledValue.order(value, wanted)
    }
}

extension Instruction.Operation {
    /// Whether a step means something only within its policy, or ends it.
    fileprivate var isPrivate: Bool {
        switch self {
        case .satisfied, .unsatisfied, .like, .record, .fail: true
        default: false
        }
    }

    /// Whether the second operand is a register or a constant, and not a number of its own.
    fileprivate var hasSecondOperand: Bool {
        switch self {
        case .equal, .less, .within, .contains, .containsAll, .containsAny, .hasTag, .tag, .add, .subtract, .multiply:
            true
        default: false
        }
    }
}
