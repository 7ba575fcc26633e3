public import CedarSyntax

/// The codes of findings about schemas, 2001 to 2099.
///
/// ``SchemaTextParser`` and ``SchemaJSONReader`` make those of the form, ``SchemaResolver`` those of the meaning.
extension DiagnosticCode {
    // MARK: Characters and literals

    /// V2001: a character that has no place in a schema.
    public static let schemaInvalidCharacter = DiagnosticCode(2001)

    /// V2002: a string literal without its closing quote.
    public static let schemaUnterminatedString = DiagnosticCode(2002)

    /// V2003: an escape that string literals do not have, or a character that must be escaped.
    public static let schemaInvalidEscape = DiagnosticCode(2003)

    /// V2004: bytes that are not UTF-8.
    public static let schemaInvalidEncoding = DiagnosticCode(2004)

    /// V2005: a comment in the form of another language.
    public static let schemaForeignComment = DiagnosticCode(2005)

    // MARK: Grammar

    /// V2010: something else than the grammar allows at this place.
    public static let schemaUnexpectedToken = DiagnosticCode(2010)

    /// V2011: a declaration without its final semicolon.
    public static let schemaMissingSemicolon = DiagnosticCode(2011)

    /// V2014: a reserved word used as a name.
    public static let schemaReservedWord = DiagnosticCode(2014)

    /// V2016: a type that nests beyond the limit.
    public static let schemaNestingTooDeep = DiagnosticCode(2016)

    /// V2017: more errors than are reported.
    public static let schemaTooManyErrors = DiagnosticCode(2017)

    /// V2018: a bracket that is not closed.
    public static let schemaUnclosed = DiagnosticCode(2018)

    // MARK: Declarations

    /// V2020: an annotation given twice.
    public static let schemaDuplicateAnnotation = DiagnosticCode(2020)

    /// V2021: `principal`, `resource` or `context` given twice for one action.
    public static let duplicateAppliesTo = DiagnosticCode(2021)

    /// V2022: an `appliesTo` without principal or resource types.
    public static let incompleteAppliesTo = DiagnosticCode(2022)

    /// V2023: attributes of an action, or another feature that the language no longer or not yet has.
    public static let unsupportedSchemaFeature = DiagnosticCode(2023)

    /// V2024: a namespace inside of another, or annotations on the namespace without a name.
    public static let misplacedNamespace = DiagnosticCode(2024)

    /// V2030: a type or an action that is declared twice, in one file or in several.
    public static let duplicateDeclaration = DiagnosticCode(2030)

    /// V2031: a namespace that is opened twice in one file.
    public static let duplicateNamespace = DiagnosticCode(2031)

    /// V2032: a declaration under a name that the language keeps for itself.
    public static let reservedDeclaration = DiagnosticCode(2032)

    /// V2033: a declaration that hides one of the empty namespace (Cedar RFC 70).
    public static let shadowingDeclaration = DiagnosticCode(2033)

    // MARK: Resolution

    /// V2040: the name of a type that nothing declares.
    public static let unresolvedType = DiagnosticCode(2040)

    /// V2041: an action that nothing declares, as the group of another.
    public static let unresolvedAction = DiagnosticCode(2041)

    /// V2042: a common type that contains itself.
    public static let cyclicCommonType = DiagnosticCode(2042)

    /// V2043: an action that is in itself.
    public static let cyclicAction = DiagnosticCode(2043)

    /// V2044: attributes or a context of a type that is no record.
    public static let notARecordType = DiagnosticCode(2044)

    /// V2045: an extension type that does not exist.
    public static let unknownExtensionType = DiagnosticCode(2045)

    /// V2046: a type that becomes too large once the common types in it are replaced by what they stand for.
    public static let schemaTypeTooLarge = DiagnosticCode(2046)

    /// V2047: entity types or actions with so many ancestors that nobody could work with the schema.
    public static let schemaHierarchyTooLarge = DiagnosticCode(2047)

    // MARK: JSON

    /// V2050: a file that is not strict JSON.
    public static let schemaInvalidJSON = DiagnosticCode(2050)

    /// V2051: a JSON value of another kind than the schema format has at this place.
    public static let schemaWrongJSONType = DiagnosticCode(2051)

    /// V2052: a key that the schema format does not have at this place.
    public static let schemaUnknownKey = DiagnosticCode(2052)

    /// V2053: a key that the schema format wants at this place.
    public static let schemaMissingKey = DiagnosticCode(2053)

    /// V2054: a text that should be a name and is not.
    public static let schemaInvalidName = DiagnosticCode(2054)

    // MARK: Warnings

    /// V2060: an attribute declared twice in one record; the last one counts.
    public static let duplicateAttribute = DiagnosticCode(2060)

    /// V2061: an id given twice in an enumerated entity type.
    public static let duplicateEnumMember = DiagnosticCode(2061)

    // MARK: Translation

    /// V2070: a declaration in JSON that cannot be said in Cedar syntax.
    public static let untranslatableSchema = DiagnosticCode(2070)
}
