/// Remembers which policies cannot hold for requests that contain a constant part.
///
/// A server puts what it knows of a tenant into the context of every request, see
/// ``CompiledRequest/Builder/setContext(fixing:at:)``. A policy that begins by asking the tenant something, and gets the
/// answer no, does not hold for any request of this tenant: it is found out once and then passed over. For one set of
/// policies and one thread.
public final class PolicyExclusions {
    private let arena = Arena(firstSize: 1 << 12)

    /// What is known, by constant: two bits for each policy.
    private var known: [Int32: Cells<UInt64>] = [:]
    private var last: (constant: Int32, bits: Cells<UInt64>) = (-1, Cells())

    /// How many words all bits may take; beyond, everything is found out anew.
    private static let maximumWords = 1 << 17

    /// Makes an empty memory.
    public init() {}

    /// The bits for requests with a constant.
    func bits(for constant: Int32, policyCount: Int) -> ExclusionBits {
        if last.constant == constant { return ExclusionBits(words: last.bits) }
        let bits = known[constant] ?? make(constant, words: (policyCount + 31) / 32)
        last = (constant, bits)
        return ExclusionBits(words: bits)
    }

    @inline(never)
    private func make(_ constant: Int32, words: Int) -> Cells<UInt64> {
        if (known.count + 1) * words > Self.maximumWords {
            known = [:]
            arena.reset()
        }
        let bits = arena.cells(words, repeating: UInt64(0))
        known[constant] = bits
        return bits
    }
}

/// What is known of each policy for requests with one constant part.
struct ExclusionBits: BitwiseCopyable {
    fileprivate let words: Cells<UInt64>

    /// Nothing is known, and nothing remembered.
    static let none = ExclusionBits(words: Cells())

    fileprivate init(words: Cells<UInt64>) {
        self.words = words
    }

    /// Whether a policy cannot hold.
    @inline(__always)
    func isExcluded(_ policy: Int32) -> Bool {
        let word = Int(policy >> 5)
        return word < words.count && words[word] & (1 &<< UInt64(policy & 31)) != 0
    }

    /// Whether it has yet to be found out if a policy can hold.
    func isOpen(_ policy: Int32) -> Bool {
        let word = Int(policy >> 5)
        return word < words.count && words[word] & (1 &<< UInt64(32 + policy & 31)) == 0
    }

    /// Notes whether a policy can hold.
    func set(_ policy: Int32, isExcluded: Bool) {
        let word = Int(policy >> 5)
        words[word] |= (isExcluded ? 1 &<< UInt64(policy & 31) : 0) | 1 &<< UInt64(32 + policy & 31)
    }
}

extension PolicyRecord {
    /// Whether the first steps, up to and with one that ended the policy, see nothing but one field of the context.
    ///
    /// These steps are taken in order. What they read of an entity counts as something else, because requests may bring
    /// entities of their own.
    func rests(on key: Int32, of context: CompiledValue, through stop: Int) -> Bool {
        // The registers behind the variables of the request, as far as steps have filled them from the field.
        var values = InlineArray<8, CompiledValue?>(repeating: nil)
        func value(_ operand: Int32) -> CompiledValue? {
            if operand < 0 { return constants[Int(~operand)] }
            return (4..<12).contains(operand) ? values[Int(operand) - 4] : nil
        }
        for index in 0...stop {
            let step = code[index]
            switch step.operation {
            case .has, .attribute:
                let isFirst = step.a == 3 && step.b == key
                guard isFirst || value(step.a)?.kind == .record else { return false }
                guard step.operation == .attribute else { break }
                let base = isFirst ? context : value(step.a) ?? context
                guard (4..<12).contains(step.target), let field = base.fields.value(of: step.b) else { return false }
                values[Int(step.target) - 4] = field
            case .equal, .less, .contains, .containsAll, .containsAny:
                guard value(step.a) != nil, value(step.b) != nil, step.target < 0 else { return false }
            case .isEmpty, .truth:
                guard value(step.a) != nil, step.target < 0 else { return false }
            default: return false
            }
        }
        return true
    }
}
