/// How long the stages of loading took, in seconds.
package struct LoadDurations: Sendable {
    /// The stages.
    package enum Stage: String, Sendable, CaseIterable {
        /// Reading files and hashing them.
        case files
        /// From the texts of policies to their structure.
        case parsing
        /// Validation against the schema, and looking for likely mistakes.
        case checking
        /// From checked policies to code and its index.
        case compiling
        /// Everything else: roles, entities, tenants, and joining it all.
        case assembling
    }

    private var seconds = [Double](repeating: 0, count: Stage.allCases.count)

    /// The duration of a stage.
    package subscript(stage: Stage) -> Double {
        get { seconds[Stage.allCases.firstIndex(of: stage) ?? 0] }
        set { seconds[Stage.allCases.firstIndex(of: stage) ?? 0] = newValue }
    }

    /// Makes durations of nothing.
    package init() {}

    /// Adds others.
    mutating func add(_ other: LoadDurations) {
        for index in seconds.indices { seconds[index] += other.seconds[index] }
    }
}

/// Takes the time of the stages of a load; belongs to the task that loads.
final class LoadStopwatch {
    private(set) var durations = LoadDurations()
    private let clock = ContinuousClock()
    private var stage: LoadDurations.Stage?
    private var start: ContinuousClock.Instant

    init() { start = clock.now }

    /// Counts the time from now on to a stage, until the next one begins; `nil` counts it to none.
    func begin(_ stage: LoadDurations.Stage?) {
        let now = clock.now
        if let current = self.stage {
            let (seconds, attoseconds) = start.duration(to: now).components
            durations[current] += Double(seconds) + Double(attoseconds) * 1e-18
        }
        self.stage = stage
        start = now
    }
}
