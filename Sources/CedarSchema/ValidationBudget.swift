/// What a validation may still cost, so that it comes to an end whatever schema and policies it is given.
///
/// Types that share their parts can be far larger than the schema that declares them, and actions multiply with the
/// types of principals and resources. A schema and policies that people write stay far below.
struct ValidationBudget: Sendable {
    /// How many expressions, types and kinds of request may still be looked at in the whole run.
    private(set) var steps: Int

    /// How many explanations that compare names with many others may still be made.
    private var explanations = 200

    /// Whether an explanation was not made because there had been so many.
    private var wasSilent = false

    /// How many steps one policy may take at most.
    let perPolicy: Int

    /// Among how many names a similar one is looked for.
    static let candidates = 2_000

    /// Makes a budget.
    init(steps: Int = 40_000_000, perPolicy: Int = 5_000_000) {
        self.steps = steps
        self.perPolicy = perPolicy
    }

    /// How many steps the next policy may take.
    var forPolicy: Int { max(0, min(steps, perPolicy)) }

    /// Takes steps off.
    mutating func spend(_ count: Int) { steps -= count }

    /// What was spent since an earlier state.
    func spent(since earlier: ValidationBudget) -> Spending {
        Spending(
            steps: earlier.steps - steps, explanations: earlier.explanations - explanations,
            wasShort: earlier.steps < perPolicy || wasSilent)
    }

    /// Spends what a check has cost before; `false`, and nothing is spent, when it could come to another end now: so
    /// little would be left, or so little was left before.
    mutating func spendAgain(_ spending: Spending) -> Bool {
        guard !spending.wasShort, steps - spending.steps >= perPolicy, explanations - spending.explanations >= 0 else {
            return false
        }
        steps -= spending.steps
        explanations -= spending.explanations
        return true
    }

    /// What a check has cost.
    struct Spending: Sendable {
        let steps: Int
        let explanations: Int

        /// Whether the check might have found or said more with more to spend.
        let wasShort: Bool
    }

    /// Makes an explanation, if any more are to be made.
    mutating func explain<Explanation>(_ explanation: () -> Explanation?) -> Explanation? {
        guard explanations > 0 else {
            wasSilent = true
            return nil
        }
        explanations -= 1
        return explanation()
    }
}
