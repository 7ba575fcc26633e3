package import CedarSyntax

/// The codes of findings about documents as such, whatever their keys mean: 3001 to 3099.
extension DiagnosticCode {
    // MARK: Text

    /// V3001: a document longer than its limit.
    package static let documentTooLarge = DiagnosticCode(3001)

    /// V3002: bytes that are not UTF-8.
    package static let documentNotUTF8 = DiagnosticCode(3002)

    /// V3003: a character that documents cannot contain unescaped, such as a byte order mark.
    package static let documentForbiddenCharacter = DiagnosticCode(3003)

    /// V3004: text that is not YAML.
    package static let yamlSyntax = DiagnosticCode(3004)

    /// V3005: text that is not strict JSON.
    package static let jsonSyntax = DiagnosticCode(3005)

    /// V3006: a document without content.
    package static let documentEmpty = DiagnosticCode(3006)

    // MARK: Structure

    /// V3010: a key that is written twice in one mapping.
    package static let duplicateKey = DiagnosticCode(3010)

    /// V3011: an anchor or an alias.
    package static let yamlAlias = DiagnosticCode(3011)

    /// V3012: a tag such as `!!str`.
    package static let yamlTag = DiagnosticCode(3012)

    /// V3013: a second document in one file.
    package static let yamlMultipleDocuments = DiagnosticCode(3013)

    /// V3014: a merge key `<<`.
    package static let yamlMergeKey = DiagnosticCode(3014)

    /// V3015: a key that is not a text.
    package static let keyNotText = DiagnosticCode(3015)

    /// V3016: nesting beyond the limit.
    package static let documentTooDeep = DiagnosticCode(3016)

    /// V3017: more values than the limit.
    package static let documentTooManyValues = DiagnosticCode(3017)

    /// V3018: a number that is out of range or that readers of YAML understand differently.
    package static let documentNumber = DiagnosticCode(3018)

    /// V3019: the remark that a file has more findings than are shown.
    package static let tooManyFindings = DiagnosticCode(3019)

    // MARK: Keys and values

    /// V3020: a key that means nothing here.
    package static let unknownKey = DiagnosticCode(3020)

    /// V3021: a key that must be there.
    package static let missingKey = DiagnosticCode(3021)

    /// V3022: a value of another kind than the key wants.
    package static let wrongKind = DiagnosticCode(3022)

    /// V3023: a key with nothing behind it.
    package static let missingValue = DiagnosticCode(3023)

    /// V3024: a key that this version knows but does not carry out.
    package static let unsupportedKey = DiagnosticCode(3024)

    /// V3025: a value of the right kind that the key does not allow.
    package static let invalidValue = DiagnosticCode(3025)

    /// V3026: a value that is listed twice.
    package static let duplicateValue = DiagnosticCode(3026)
}
