/// The codes of findings about policy text, 1001 to 1099. ``PolicyParser`` makes them.
extension DiagnosticCode {
    // MARK: Characters and literals

    /// V1001: a character that has no place in policy text.
    public static let invalidCharacter = DiagnosticCode(1001)

    /// V1002: a string literal without its closing quote.
    public static let unterminatedString = DiagnosticCode(1002)

    /// V1003: an escape that string literals do not have, or a character that must be escaped.
    public static let invalidEscape = DiagnosticCode(1003)

    /// V1004: bytes that are not UTF-8.
    public static let invalidEncoding = DiagnosticCode(1004)

    /// V1005: a comment in the form of another language.
    public static let foreignComment = DiagnosticCode(1005)

    /// V1006: an integer literal beyond 64 bits.
    public static let integerTooLarge = DiagnosticCode(1006)

    // MARK: Grammar

    /// V1010: something else than the grammar allows at this place.
    public static let unexpectedToken = DiagnosticCode(1010)

    /// V1011: a policy without its final semicolon.
    public static let missingSemicolon = DiagnosticCode(1011)

    /// V1012: `=` in place of `==`.
    public static let singleEquals = DiagnosticCode(1012)

    /// V1013: an operator of another language, as `&` or `and`.
    public static let foreignOperator = DiagnosticCode(1013)

    /// V1014: a reserved word used as an identifier.
    public static let reservedWord = DiagnosticCode(1014)

    /// V1015: a name with a `__cedar` component (Cedar RFC 52).
    public static let reservedName = DiagnosticCode(1015)

    /// V1016: an expression that nests beyond the limit.
    public static let nestingTooDeep = DiagnosticCode(1016)

    /// V1017: more errors in one file than are reported.
    public static let tooManyErrors = DiagnosticCode(1017)

    /// V1018: a bracket that is not closed.
    public static let unclosed = DiagnosticCode(1018)

    // MARK: Policies and scopes

    /// V1020: a policy that begins neither with `permit` nor with `forbid`.
    public static let unknownEffect = DiagnosticCode(1020)

    /// V1021: a clause that is neither `when` nor `unless`.
    public static let unknownConditionKeyword = DiagnosticCode(1021)

    /// V1022: a clause without an expression.
    public static let emptyCondition = DiagnosticCode(1022)

    /// V1023: an annotation that the policy has already.
    public static let duplicateAnnotation = DiagnosticCode(1023)

    /// V1024: a scope without one of its three variables.
    public static let missingScopeVariable = DiagnosticCode(1024)

    /// V1025: a scope with more than its three elements.
    public static let extraScopeElement = DiagnosticCode(1025)

    /// V1026: the three variables of a scope in the wrong order.
    public static let misplacedScopeVariable = DiagnosticCode(1026)

    /// V1027: a scope element that begins with something else than a scope variable.
    public static let unknownScopeVariable = DiagnosticCode(1027)

    /// V1028: an operator that a scope cannot use.
    public static let scopeOperator = DiagnosticCode(1028)

    /// V1029: a scope operand that is no entity.
    public static let scopeOperand = DiagnosticCode(1029)

    /// V1030: a set where the scope needs one entity.
    public static let scopeSet = DiagnosticCode(1030)

    /// V1031: `is` together with another operator than `in` in a scope.
    public static let isWithEquals = DiagnosticCode(1031)

    /// V1032: `in` before `is` in a scope.
    public static let isBehindOperand = DiagnosticCode(1032)

    /// V1033: `is` in the action element of a scope.
    public static let actionType = DiagnosticCode(1033)

    /// V1034: an entity in the action element whose type is not `Action`.
    public static let notAnAction = DiagnosticCode(1034)

    /// V1035: a template slot in the action element of a scope.
    public static let actionSlot = DiagnosticCode(1035)

    /// V1036: a type constraint written with `:`.
    public static let colonType = DiagnosticCode(1036)

    /// V1037: a template slot other than `?principal` and `?resource`.
    public static let unknownSlot = DiagnosticCode(1037)

    /// V1038: the slot of the principal used for the resource, or the reverse.
    public static let wrongSlot = DiagnosticCode(1038)

    /// V1039: a template slot outside the scope.
    public static let slotInCondition = DiagnosticCode(1039)

    // MARK: Expressions

    /// V1040: a variable that does not exist.
    public static let unknownVariable = DiagnosticCode(1040)

    /// V1041: two relational operators in a row without parentheses.
    public static let chainedRelation = DiagnosticCode(1041)

    /// V1042: division or remainder.
    public static let unsupportedArithmetic = DiagnosticCode(1042)

    /// V1043: `!` and `-` in a row without parentheses.
    public static let mixedUnary = DiagnosticCode(1043)

    /// V1044: more than four `!` or `-` in a row.
    public static let tooManyUnary = DiagnosticCode(1044)

    /// V1045: a right side of `has` that is no attribute.
    public static let invalidHas = DiagnosticCode(1045)

    /// V1046: a right side of `like` that is no string literal.
    public static let invalidLike = DiagnosticCode(1046)

    /// V1047: a right side of `is` that is no entity type.
    public static let invalidIs = DiagnosticCode(1047)

    /// V1048: an index that is no string literal.
    public static let invalidIndex = DiagnosticCode(1048)

    /// V1049: a function that does not exist.
    public static let unknownFunction = DiagnosticCode(1049)

    /// V1050: a method that does not exist.
    public static let unknownMethod = DiagnosticCode(1050)

    /// V1051: a function called like a method.
    public static let functionAsMethod = DiagnosticCode(1051)

    /// V1052: a method called like a function.
    public static let methodAsFunction = DiagnosticCode(1052)

    /// V1053: a call of something that is no function.
    public static let notCallable = DiagnosticCode(1053)

    /// V1054: a call of a core method with the wrong number of arguments.
    public static let argumentCount = DiagnosticCode(1054)

    /// V1055: a key that the record has already (Cedar RFC 20).
    public static let duplicateKey = DiagnosticCode(1055)

    /// V1056: a record key that is neither an identifier nor a string literal.
    public static let invalidKey = DiagnosticCode(1056)

    /// V1057: an `if` expression as an operand without parentheses.
    public static let bareConditional = DiagnosticCode(1057)

    /// V1058: an entity written with a record in place of its id.
    public static let entityRecord = DiagnosticCode(1058)

    /// V1059: an attribute name with `::`.
    public static let namespacedAttribute = DiagnosticCode(1059)
}
