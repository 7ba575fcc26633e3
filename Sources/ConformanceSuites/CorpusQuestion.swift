/// A kind of question that the Cedar corpus answers, by the name that reports give it.
enum CorpusQuestion: String, CaseIterable {
    case decisions
    case determiningPolicies = "determining policies"
    case errors
    /// Whether all policies of a test pass the strict validation, as the test says.
    case shouldValidate
    /// Whether a policy passes the strict validation, as the verdicts beside the test say.
    case strictValidation = "strict validation"
    case permissiveValidation = "permissive validation"
    case requestValidation = "request validation"
    case entityValidation = "entity validation"
    case entityParsing = "entity parsing"
    /// Whether a schema translates to the JSON beside the test, and that back to the same schema.
    case schemaTranslation = "schema translation"

    /// What follows the name of the set in lines of results.
    ///
    /// Requests have the name of the set itself.
    var suffix: String {
        switch self {
        case .decisions, .determiningPolicies, .errors: ""
        case .shouldValidate: "/should-validate"
        case .strictValidation: "/strict-validation"
        case .permissiveValidation: "/permissive-validation"
        case .requestValidation: "/request-validation"
        case .entityValidation: "/entity-validation"
        case .entityParsing: "/entity-parsing"
        case .schemaTranslation: "/schema-translation"
        }
    }
}

/// How many answers were compared for each question, and how many differ.
struct CorpusTally: Sendable {
    /// The counts of one question.
    struct Count: Sendable {
        var checked = 0
        var mismatches = 0
    }

    private(set) var counts: [CorpusQuestion: Count] = [:]

    mutating func note(_ question: CorpusQuestion, isMatch: Bool) {
        counts[question, default: Count()].checked += 1
        if !isMatch { counts[question, default: Count()].mismatches += 1 }
    }

    mutating func add(_ other: CorpusTally) {
        for (question, count) in other.counts {
            counts[question, default: Count()].checked += count.checked
            counts[question, default: Count()].mismatches += count.mismatches
        }
    }

    /// One line per question that was asked.
    var lines: [String] {
        CorpusQuestion.allCases.compactMap { question in
            counts[question].map { "\(question.rawValue): \($0.checked) checked, \($0.mismatches) mismatches" }
        }
    }
}
