package import CedarSyntax

/// The codes of findings about suites: 40xx.
extension DiagnosticCode {
    // MARK: Files

    /// V4001: a suite file or folder that cannot be read.
    package static let suiteUnreadable = DiagnosticCode(4001)

    /// V4002: two suites with one name.
    package static let duplicateSuite = DiagnosticCode(4002)

    /// V4003: an application that is not loaded.
    package static let suiteUnknownBundle = DiagnosticCode(4003)

    /// V4004: a tenant that the application does not have.
    package static let suiteUnknownTenant = DiagnosticCode(4004)

    /// V4005: a `now` that is no time.
    package static let suiteInvalidTime = DiagnosticCode(4005)

    /// V4006: an attribute or a context value that has no Cedar form.
    package static let suiteInvalidValue = DiagnosticCode(4006)

    /// V4007: a context key that the server sets itself.
    package static let suiteReservedContext = DiagnosticCode(4007)

    /// V4008: more cases than the limit.
    package static let suiteTooManyCases = DiagnosticCode(4008)

    // MARK: Names

    /// V4010: a fixture or group that the suite does not have.
    package static let unknownFixture = DiagnosticCode(4010)

    /// V4011: a fixture that no case uses.
    package static let unusedFixture = DiagnosticCode(4011)

    /// V4012: a group that no case uses.
    package static let unusedGroup = DiagnosticCode(4012)

    /// V4013: a group with the name of a fixture or of an action.
    package static let ambiguousGroup = DiagnosticCode(4013)

    /// V4014: a list that must name at least one thing.
    package static let emptyList = DiagnosticCode(4014)

    /// V4015: two cases or matrices with one name, or one without.
    package static let caseName = DiagnosticCode(4015)

    /// V4016: an action that the application does not have.
    package static let suiteUnknownAction = DiagnosticCode(4016)

    // MARK: Matrices

    /// V4020: a row with more or fewer cells than the matrix has columns.
    package static let matrixRowLength = DiagnosticCode(4020)

    /// V4021: a cell that says nothing that can be expected.
    package static let matrixCell = DiagnosticCode(4021)

    /// V4022: a principal or an action that a matrix has twice.
    package static let matrixDuplicate = DiagnosticCode(4022)

    // MARK: Expectations

    /// V4030: an expectation that does not contain what it says it includes, or that no answer meets.
    package static let contradictoryExpectation = DiagnosticCode(4030)
}
