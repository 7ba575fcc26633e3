public import CedarSyntax

/// The codes of findings of validation: 12xx errors of policies, 13xx warnings, 21xx entities and requests.
///
/// ``PolicyValidator`` makes the first two, ``EntityValidator``, ``RequestValidator`` and the readers of data the last.
extension DiagnosticCode {
    // MARK: Names and scopes

    /// V1201: an entity type that the schema does not declare.
    public static let unknownEntityType = DiagnosticCode(1201)

    /// V1202: an action that the schema does not declare.
    public static let unknownAction = DiagnosticCode(1202)

    /// V1203: a scope that no action's principals and resources can satisfy.
    public static let noApplicableAction = DiagnosticCode(1203)

    /// V1204: an id that an enumerated entity type does not have (Cedar RFC 53).
    public static let unknownEnumMember = DiagnosticCode(1204)

    // MARK: Attributes and tags

    /// V1210: an attribute that a type does not have.
    public static let unknownAttribute = DiagnosticCode(1210)

    /// V1211: an optional attribute that is read without a `has` before it.
    public static let uncheckedAttribute = DiagnosticCode(1211)

    /// V1212: a tag that is read without a `hasTag` before it (Cedar RFC 82).
    public static let uncheckedTag = DiagnosticCode(1212)

    /// V1213: a tag of an entity type that has no tags.
    public static let tagsNotDeclared = DiagnosticCode(1213)

    // MARK: Types

    /// V1220: an operand of a type that the operator does not take.
    public static let unexpectedType = DiagnosticCode(1220)

    /// V1221: types that cannot meet in a comparison, a set or the branches of an `if`.
    public static let incompatibleTypes = DiagnosticCode(1221)

    /// V1222: a set literal without elements, whose type nobody can tell.
    public static let emptySetLiteral = DiagnosticCode(1222)

    // MARK: Extension functions

    /// V1230: a constructor of an extension type with something else than a literal.
    public static let computedConstructor = DiagnosticCode(1230)

    /// V1231: a literal that an extension type cannot read.
    public static let invalidExtensionLiteral = DiagnosticCode(1231)

    /// V1232: a wrong number of arguments.
    public static let wrongArgumentCount = DiagnosticCode(1232)

    // MARK: Levels and limits

    /// V1240: entity data further away from the request than the level allows (Cedar RFC 76).
    public static let levelExceeded = DiagnosticCode(1240)

    /// V1241: entity data of an entity written out, which no level allows (Cedar RFC 76).
    public static let literalDereferenced = DiagnosticCode(1241)

    /// V1290: a policy whose check would take too long.
    public static let validationTooExpensive = DiagnosticCode(1290)

    // MARK: Warnings

    /// V1301: a policy that no request can satisfy.
    public static let impossiblePolicy = DiagnosticCode(1301)

    /// V1302: characters that change the direction of text.
    public static let bidirectionalControl = DiagnosticCode(1302)

    /// V1303: letters of several scripts in one string or name.
    public static let mixedScripts = DiagnosticCode(1303)

    /// V1304: a character in a name that is easily taken for another, or not seen at all.
    public static let confusableCharacter = DiagnosticCode(1304)

    // MARK: Entities and requests

    /// V2101: JSON that is not the entity, context or value it should be.
    public static let malformedData = DiagnosticCode(2101)

    /// V2102: an entity of a type that the schema does not declare.
    public static let undeclaredEntityType = DiagnosticCode(2102)

    /// V2103: an action that the schema does not declare.
    public static let undeclaredAction = DiagnosticCode(2103)

    /// V2104: a principal of a type that the action does not apply to.
    public static let principalTypeNotApplicable = DiagnosticCode(2104)

    /// V2105: a resource of a type that the action does not apply to.
    public static let resourceTypeNotApplicable = DiagnosticCode(2105)

    /// V2106: an id that an enumerated entity type does not have (Cedar RFC 53).
    public static let undeclaredEnumMember = DiagnosticCode(2106)

    /// V2107: a required attribute that is absent.
    public static let missingAttribute = DiagnosticCode(2107)

    /// V2108: an attribute that the schema does not declare.
    public static let unexpectedAttribute = DiagnosticCode(2108)

    /// V2109: a value of another type than the schema says.
    public static let valueOfWrongType = DiagnosticCode(2109)

    /// V2110: a parent of a type that the schema does not allow.
    public static let parentNotAllowed = DiagnosticCode(2110)

    /// V2111: tags of an entity type that has none (Cedar RFC 82).
    public static let unexpectedTag = DiagnosticCode(2111)

    /// V2112: an action entity that differs from the schema.
    public static let actionMismatch = DiagnosticCode(2112)

    /// V2113: entities that do not make a hierarchy: one given twice, or its own ancestor.
    public static let invalidHierarchy = DiagnosticCode(2113)
}
