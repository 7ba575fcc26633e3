package import CedarSyntax

/// A suite: questions to an application and the answers that are expected, in the order of the file.
package struct Suite: Sendable {
    /// Its name, unique among the suites of a run.
    package let name: String

    /// The file, as the user knows it.
    package let file: String

    /// The application it asks.
    package let application: String

    /// The cases of `cases`, then those of `matrices`, row by row.
    package let cases: [SuiteCase]

    /// The matrices, one for each of their resources.
    package let matrices: [SuiteMatrix]
}

/// One question and what is expected of the answer.
package struct SuiteCase: Sendable {
    /// The suite.
    package let suite: String

    /// The name, with the parts of the combination where one entry of the file stands for several cases.
    package let name: String

    /// What the case goes back to, as ids of requirements.
    package let refs: [String]

    /// The file.
    package let file: String

    /// Where in the file the expectation stands.
    package let position: SourcePosition

    /// The question.
    package let question: SuiteQuestion

    /// What is expected.
    package let expectation: SuiteExpectation

    /// The name with its suite.
    package var fullName: String { "\(suite) / \(name)" }
}

/// A question in the words of a suite, and as the body that a gateway would send.
package struct SuiteQuestion: Sendable {
    /// The application.
    package let application: String

    /// The tenant.
    package let tenant: String

    /// The name of the principal's fixture.
    package let principal: String

    /// The action.
    package let action: String

    /// The name of the resource's fixture.
    package let resource: String

    /// The time that the suite sets; `nil` for the real one.
    package let now: String?

    /// The body of `POST /v1/decide`.
    package let body: [UInt8]

    /// The claims of a token that the source signs and sends as the credential; `nil` where the body is complete.
    package let claims: SuiteClaims?

    /// The residency pack, when the body is a question about data alone: that of `POST /v1/route`.
    package var pack: String?
}

/// A table of principals and actions over one resource.
package struct SuiteMatrix: Sendable {
    /// Its name.
    package let name: String

    /// The name of the resource's fixture.
    package let resource: String

    /// The names of the principals' fixtures.
    package let columns: [String]

    /// The actions with a cell for each column.
    package let rows: [Row]

    /// The cells of an action.
    package struct Row: Sendable {
        /// The action.
        package let action: String

        /// A cell for each column.
        package let cells: [Cell]
    }

    /// A cell as it is written in the suite.
    package struct Cell: Sendable {
        /// `allow`, `deny`, `-` or a code.
        package let text: String

        /// The index among the cases of the suite; `nil` where nothing is tested.
        package let caseIndex: Int?
    }
}
