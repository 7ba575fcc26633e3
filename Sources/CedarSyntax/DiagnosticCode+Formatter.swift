/// The codes of findings about formatting, 1190 to 1199. ``PolicyFormatter`` makes them.
extension DiagnosticCode {
    /// V1190: policies that the formatter would not write with the same meaning.
    ///
    /// A mistake of the formatter.
    public static let formattingChangesPolicies = DiagnosticCode(1190)
}

extension PolicyProblem {
    static var formattingChangesPolicies: PolicyProblem {
        PolicyProblem(
            .formattingChangesPolicies, "formatting would change these policies, so they are left as they are",
            help: "this is a mistake of the formatter; please report it with the text")
    }
}
