/// The codes of findings about policies in JSON, 1101 to 1189. ``PolicyJSONReader`` makes them.
extension DiagnosticCode {
    /// V1101: text that is not strict JSON.
    public static let policyJSONSyntax = DiagnosticCode(1101)

    /// V1102: a JSON value of another kind than the policy format has at this place.
    public static let policyJSONKind = DiagnosticCode(1102)

    /// V1103: a member that must be there.
    public static let policyJSONMissingMember = DiagnosticCode(1103)

    /// V1104: a member that means nothing at this place, or that excludes another one.
    public static let policyJSONUnknownMember = DiagnosticCode(1104)

    /// V1105: a word that is none of those allowed, such as an unknown operator.
    public static let policyJSONUnknownWord = DiagnosticCode(1105)

    /// V1106: a text that is no name in normalized form (Cedar RFC 9).
    public static let policyJSONName = DiagnosticCode(1106)

    /// V1107: a JSON value that Cedar has no value for.
    public static let policyJSONValue = DiagnosticCode(1107)

    /// V1108: an escape such as `__entity` that is not written as it should be.
    public static let policyJSONEscape = DiagnosticCode(1108)

    /// V1109: an id that another policy, template or link has already.
    public static let policyJSONDuplicateID = DiagnosticCode(1109)

    /// V1110: a policy with slots among the static policies, or one without among the templates.
    public static let policyJSONMisplaced = DiagnosticCode(1110)

    /// V1111: a link of a template that does not exist, or that does not fill exactly the slots of the template.
    public static let policyJSONLink = DiagnosticCode(1111)

    /// V1112: a link that should be written as policy text, which has no form for it.
    public static let linkInPolicyText = DiagnosticCode(1112)
}
