/// One lexical element of Cedar text and where it stands.
package struct Token: Sendable {
    /// What it is.
    package var kind: Kind

    /// The bytes it was read from.
    package var span: SourceSpan

    /// Whether its form is wrong and that was reported already.
    ///
    /// Only string tokens can be broken.
    package var isBroken = false

    /// The kinds of token.
    package enum Kind: UInt8, Sendable {
        case endOfFile
        /// Something that is no token of Cedar; it was reported already.
        case unknown
        case identifier
        // Words with a meaning in some places, and identifiers everywhere else.
        case permit, forbid, when, unless, principal, action, resource, context
        // Words that are never identifiers.
        case `true`, `false`, `if`, then, `else`, `in`, `is`, like, has
        case number, string, slot
        case at, dot, comma, semicolon, colon, doubleColon
        case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, assign
        case or, and, plus, minus, star, slash, percent, not
        /// `?`, which only schemas have as a token; in policies it begins a slot.
        case questionMark
    }
}

extension Token.Kind {
    /// Whether it has the form of an identifier, reserved or not.
    package var isWord: Bool { isReserved || isIdentifier }

    /// Whether it can be used as an identifier.
    package var isIdentifier: Bool {
        switch self {
        case .identifier, .permit, .forbid, .when, .unless, .principal, .action, .resource, .context: true
        default: false
        }
    }

    /// Whether it is a word that cannot be used as an identifier.
    package var isReserved: Bool {
        switch self {
        case .true, .false, .if, .then, .else, .in, .is, .like, .has: true
        default: false
        }
    }

    /// The relational operator with two operands that it is.
    ///
    /// A single `=` counts as `==`, so that reading goes on.
    var comparison: ComparisonOperator? {
        switch self {
        case .equal, .assign: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .in: .within
        default: nil
        }
    }

    /// Whether it stands between two operands.
    var isInfixOperator: Bool {
        switch self {
        case .has, .like, .is, .or, .and, .plus, .minus, .star, .slash, .percent: true
        default: comparison != nil
        }
    }

    /// The kind of a word of this spelling.
    init(word: ArraySlice<UInt8>) {
        self = .identifier
        for (spelling, kind) in Self.words where spelling.elementsEqual(word) {
            self = kind
            return
        }
    }

    private static let words: [([UInt8], Token.Kind)] = [
        ("permit", .permit), ("forbid", .forbid), ("when", .when), ("unless", .unless), ("principal", .principal),
        ("action", .action), ("resource", .resource), ("context", .context), ("true", .true), ("false", .false),
        ("if", .if), ("then", .then), ("else", .else), ("in", .in), ("is", .is), ("like", .like), ("has", .has),
    ].map { (Array(($0 as String).utf8), $1) }
}
