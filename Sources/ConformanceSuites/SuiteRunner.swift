/// Asks the questions of suites and judges the answers.
package enum SuiteRunner {
    /// Runs the cases that a filter chooses, several at a time.
    ///
    /// The report does not depend on how many.
    ///
    /// A suite without any chosen case is left out of the report, unless it has no cases at all.
    package static func run(
        _ suites: [Suite], on source: any DecisionSource, filter: SuiteFilter? = nil, workers: Int
    ) async -> SuiteReport {
        var chosen: [(suite: Int, index: Int, testCase: SuiteCase)] = []
        for (suiteIndex, suite) in suites.enumerated() {
            for (index, testCase) in suite.cases.enumerated() where filter?.accepts(testCase) ?? true {
                chosen.append((suiteIndex, index, testCase))
            }
        }
        let workers = max(1, min(workers, chosen.count))
        let clock = ContinuousClock()
        let start = clock.now
        let outcomes = await outcomes(of: chosen.map(\.testCase), on: source, workers: workers)
        let duration = clock.now - start

        var bySuite: [[(index: Int, outcome: CaseOutcome)]] = suites.map { _ in [] }
        for (position, item) in chosen.enumerated() {
            if let outcome = outcomes[position] { bySuite[item.suite].append((item.index, outcome)) }
        }
        let reported = zip(suites, bySuite).map { SuiteOutcome(suite: $0, cases: $1) }
            .filter { !$0.cases.isEmpty || ($0.suite.cases.isEmpty && filter == nil) }
        return SuiteReport(suites: reported, duration: duration, workers: workers)
    }

    /// Each worker takes every n-th case, which spreads slow stretches of a suite over all of them.
    private static func outcomes(
        of cases: [SuiteCase], on source: any DecisionSource, workers: Int
    ) async -> [CaseOutcome?] {
        await withTaskGroup(of: [(Int, CaseOutcome)].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    let session = source.open()
                    let clock = ContinuousClock()
                    var outcomes: [(Int, CaseOutcome)] = []
                    for index in stride(from: worker, to: cases.count, by: workers) {
                        let start = clock.now
                        let answer = await session.answer(cases[index].question)
                        outcomes.append((index, CaseOutcome(cases[index], answer, duration: clock.now - start)))
                    }
                    await session.close()
                    return outcomes
                }
            }
            var all = [CaseOutcome?](repeating: nil, count: cases.count)
            for await outcomes in group {
                for (index, outcome) in outcomes { all[index] = outcome }
            }
            return all
        }
    }
}
