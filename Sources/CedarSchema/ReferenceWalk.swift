/// A walk over things that refer to one another by index: an order in which everything comes behind what it refers
/// to, and the cycles, which have no such order.
///
/// Keeps its own stack, so that chains of any length are safe. Linear in things and references.
struct ReferenceWalk {
    /// All indices, each behind those it refers to; members of cycles somewhere.
    private(set) var order: [Int] = []

    /// The cycles found, each from a member on along the references.
    ///
    /// Every cycle shares a member with one of them.
    private(set) var cycles: [[Int]] = []

    /// Walks over `count` things.
    init(count: Int, references: (Int) -> [Int]) {
        enum State {
            case new, open, done
        }
        var states = Array(repeating: State.new, count: count)
        var stack: [(index: Int, references: [Int], next: Int)] = []
        order.reserveCapacity(count)
        for start in 0..<count where states[start] == .new {
            states[start] = .open
            stack.append((start, references(start), 0))
            while let top = stack.last {
                guard top.next < top.references.count else {
                    states[top.index] = .done
                    order.append(top.index)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let target = top.references[top.next]
                switch states[target] {
                case .new:
                    states[target] = .open
                    stack.append((target, references(target), 0))
                case .open:
                    // Long chains with many ways back would make the cycles quadratic; the first ones are enough.
                    guard cycles.count < 100, let first = stack.firstIndex(where: { $0.index == target }) else { break }
                    cycles.append(stack[first...].map(\.index))
                case .done: break
                }
            }
        }
    }
}
