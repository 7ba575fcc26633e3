import CedarSyntax

/// The conditions of a policy as bytes, without places: equal bytes mean equal code.
///
/// The bytes themselves are compared, not a digest of them, so that nothing depends on the strength of a hash.
struct PolicyContent: Hashable, Sendable {
    private var bytes: [UInt8] = []
    private var digest: UInt64 = 0

    /// The content of conditions.
    init(_ conditions: [Condition], hashing: KeyedHash) {
        bytes.reserveCapacity(256)
        for condition in conditions {
            bytes.append(condition.kind == .when ? 1 : 2)
            append(condition.body)
        }
        digest = hashing.hash(bytes.span)
    }

    /// Equality of the bytes.
    static func == (left: PolicyContent, right: PolicyContent) -> Bool {
        left.digest == right.digest && left.bytes == right.bytes
    }

    /// Hashes the digest, which is made once.
    func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
    }

    private mutating func append(_ expression: Expression) {
        switch expression.kind {
        case .literal(let literal): append(literal)
        case .variable(let variable):
            bytes.append(20)
            append(variable.rawValue)
        case .not(let operand): append(21, operand)
        case .negate(let operand): append(22, operand)
        case .and(let operands): append(23, operands)
        case .or(let operands): append(24, operands)
        case .conditional(let condition, let then, let otherwise):
            append(25, condition)
            append(then)
            append(otherwise)
        case .comparison(let comparison, let left, let right):
            append(26, left)
            append(comparison.rawValue)
            append(right)
        case .sum(let first, let terms):
            append(27, first)
            append(terms.count)
            for term in terms {
                bytes.append(term.isSubtraction ? 1 : 0)
                append(term.operand)
            }
        case .product(let factors): append(28, factors)
        case .has(let base, let path):
            append(29, base)
            append(path.count)
            for name in path { append(name) }
        case .like(let operand, let pattern):
            append(30, operand)
            append(pattern)
        case .isType(let operand, let type, let ancestor):
            append(ancestor == nil ? 31 : 36, operand)
            append(type.value.path)
            if let ancestor { append(ancestor) }
        case .member(let base, let selectors):
            append(32, base)
            append(selectors.count)
            for selector in selectors { append(selector) }
        case .call(let function, let arguments):
            append(33, arguments)
            append(function.rawValue)
        case .set(let elements): append(34, elements)
        case .record(let fields):
            bytes.append(35)
            append(fields.count)
            for field in fields {
                append(field.key)
                append(field.value)
            }
        }
    }

    private mutating func append(_ form: UInt8, _ operand: Expression) {
        bytes.append(form)
        append(operand)
    }

    private mutating func append(_ form: UInt8, _ operands: [Expression]) {
        bytes.append(form)
        append(operands.count)
        for operand in operands { append(operand) }
    }

    private mutating func append(_ literal: Literal) {
        switch literal {
        case .bool(let value): bytes.append(value ? 10 : 11)
        case .long(let value):
            bytes.append(12)
            append(UInt64(bitPattern: value))
        case .string(let value):
            bytes.append(13)
            append(value)
        case .entity(let uid):
            bytes.append(14)
            append(uid.type.path)
            append(uid.id)
        }
    }

    private mutating func append(_ selector: Selector) {
        switch selector.kind {
        case .attribute(let name):
            bytes.append(40)
            append(name)
        case .method(let method, let arguments):
            append(41, arguments)
            append(method.rawValue)
        case .extensionMethod(let function, let arguments):
            append(42, arguments)
            append(function.rawValue)
        }
    }

    private mutating func append(_ pattern: Pattern) {
        append(pattern.elements.count)
        for element in pattern.elements {
            switch element {
            case .wildcard: bytes.append(50)
            case .literal(let text):
                bytes.append(51)
                append(text)
            }
        }
    }

    private mutating func append(_ text: CedarString) { append(text.text) }

    /// Texts begin with their length, so that no two sequences of texts have the same bytes.
    private mutating func append(_ text: String) {
        append(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(_ count: Int) { append(UInt64(truncatingIfNeeded: count)) }

    private mutating func append(_ word: UInt64) {
        // Most are small: seven bits at a time, the last with the high bit clear.
        var rest = word
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
