package import CedarSyntax

/// The codes of findings about residency: 36xx.
extension DiagnosticCode {
    /// V3601: a folder or file of the residency packs that cannot be read, or is missing.
    package static let residencyFile = DiagnosticCode(3601)

    /// V3602: a country code that is not assigned.
    package static let residencyCountry = DiagnosticCode(3602)

    /// V3603: a day that is no date, or a period that ends before it begins.
    package static let residencyDate = DiagnosticCode(3603)

    /// V3604: a name of a region, group, list or regime that nothing declares.
    package static let residencyReference = DiagnosticCode(3604)

    /// V3605: a policy without the annotations that answers are made of, or with ones that have no meaning.
    package static let residencyAnnotation = DiagnosticCode(3605)

    /// V3606: a number that policies read and the data does not give.
    package static let residencyLimit = DiagnosticCode(3606)

    /// V3607: a schema that does not have the types and actions that routing asks about.
    package static let residencySchema = DiagnosticCode(3607)

    /// V3608: a tenant's evidence that the packs have no attribute for, or of the wrong kind.
    package static let residencyEvidence = DiagnosticCode(3608)
}
