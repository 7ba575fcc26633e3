import CedarSyntax

/// What a case expects of an answer.
///
/// Only what it names is checked.
package struct SuiteExpectation: Sendable {
    /// `allow` or `deny`.
    package let decision: Decision

    /// Sets that must be exactly these.
    package var exact: [Clause] = []

    /// Values that must be among those of the answer.
    package var included: [Clause] = []

    /// What is expected of the route; `nil` when nothing is.
    package var route: RoutingExpectation?

    /// Expects a decision.
    package init(_ decision: Decision) {
        self.decision = decision
    }

    /// The two decisions.
    package enum Decision: String, Sendable, CaseIterable {
        case allow, deny
    }

    /// The parts of an answer that are sets of names.
    package enum Aspect: String, Sendable, CaseIterable {
        /// The ids of the policies among the reasons.
        case policies
        /// The codes of the reasons.
        case codes
        /// The ids of the obligations.
        case obligations
        /// The ids of the advice.
        case advice
        /// The ids of the policies that had no value.
        case errors
    }

    /// A set of names for one aspect.
    package struct Clause: Sendable {
        /// The aspect.
        package let aspect: Aspect
        /// The names, without repetition.
        package let values: [String]
    }

    /// Whether the expectation names a code.
    func names(code: String) -> Bool {
        (exact + included).contains {
            $0.aspect == .codes && $0.values.contains { CedarString($0) == CedarString(code) }
        }
    }

    /// Where an answer differs, in the order of the members of `expect`.
    package func differences(from answer: SuiteAnswer) -> [SuiteDifference] {
        var differences: [SuiteDifference] = []
        if !answer.decision.utf8.elementsEqual(decision.rawValue.utf8) {
            differences.append(
                SuiteDifference(
                    member: "decision", aspect: "decision", expected: [decision.rawValue], actual: [answer.decision],
                    isSet: false))
        }
        for clause in exact {
            let actual = answer.values(of: clause.aspect)
            if Set(clause.values.map { CedarString($0) }) != Set(actual) {
                let name = clause.aspect.rawValue
                differences.append(SuiteDifference(name, name, clause.values, actual))
            }
        }
        for clause in included {
            let actual = answer.values(of: clause.aspect)
            if !Set(clause.values.map { CedarString($0) }).isSubset(of: actual) {
                differences.append(
                    SuiteDifference("includes_\(clause.aspect.rawValue)", clause.aspect.rawValue, clause.values, actual)
                )
            }
        }
        if let route {
            let found = answer.route.map { route.differences(from: RoutingExpectation.Answer($0)) }
            for difference in found ?? [("route", "a route", "none")] {
                differences.append(
                    SuiteDifference(
                        member: difference.0, aspect: "route", expected: [difference.1], actual: [difference.2],
                        isSet: false))
            }
        }
        return differences
    }
}

extension SuiteAnswer {
    /// The names of an aspect, each once, in byte order.
    func values(of aspect: SuiteExpectation.Aspect) -> [CedarString] {
        let all: [String] =
            switch aspect {
            case .policies: reasons.compactMap(\.policy)
            case .codes: reasons.map(\.code)
            case .obligations: obligations
            case .advice: advice
            case .errors: errors.map(\.policy)
            }
        return Set(all.map { CedarString($0) }).sorted()
    }
}

/// One respect in which an answer is not as expected.
package struct SuiteDifference: Sendable, Equatable {
    /// The member of `expect`.
    package let member: String

    /// The aspect of the answer.
    package let aspect: String

    /// What the case expects.
    package let expected: [String]

    /// What the answer has.
    package let actual: [String]

    /// Whether both are sets rather than a word each.
    let isSet: Bool

    init(member: String, aspect: String, expected: [String], actual: [String], isSet: Bool) {
        self.member = member
        self.aspect = aspect
        self.expected = expected
        self.actual = actual
        self.isSet = isSet
    }

    fileprivate init(_ member: String, _ aspect: String, _ expected: [String], _ actual: [CedarString]) {
        self.init(
            member: member, aspect: aspect, expected: expected.map { CedarString($0) }.sorted().map(\.text),
            actual: actual.map(\.text), isSet: true)
    }

    /// The expected value as it is written in a suite.
    package var expectedText: String { text(expected) }

    /// The actual value as it would be written in a suite.
    package var actualText: String { text(actual) }

    /// The difference as a sentence.
    package var sentence: String { "\(member): expected \(expectedText), but the answer has \(actualText)" }

    private func text(_ values: [String]) -> String {
        isSet ? "[\(values.joined(separator: ", "))]" : values.joined()
    }
}
