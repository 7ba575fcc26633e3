/// Lays out the tokens of valid policies.
///
/// It walks through the tokens once and puts groups and line breaks between them; every token and every comment gets
/// into the layout. The rules of the layout are those of the reference formatter.
struct PolicyLayout {
    /// The tokens, the last of which is the end of the file.
    let tokens: [FormatToken]

    /// The columns by which the inside of something is indented.
    let indent: Int

    /// The layout so far.
    private(set) var items: [LayoutItem] = []

    /// The index of the token to look at.
    private(set) var index = 0

    /// Whether the tokens turned out not to be valid policies, so that the layout is of no use.
    var isBroken = false

    /// The layout of all policies of a file; `nil` when the tokens are not valid policies.
    static func items(_ tokens: [FormatToken], indent: Int) -> [LayoutItem]? {
        var layout = PolicyLayout(tokens, indent)
        layout.layOutPolicies()
        return layout.isBroken ? nil : layout.items
    }

    private init(_ tokens: [FormatToken], _ indent: Int) {
        self.tokens = tokens
        self.indent = indent
        items.reserveCapacity(tokens.count * 12)
    }

    /// The kind of the current token.
    var kind: Token.Kind { tokens[index].kind }

    /// Adds a step.
    mutating func add(_ item: LayoutItem) { items.append(item) }

    /// Adds the current token and goes on to the next one.
    mutating func addToken() {
        add(.token(index))
        if kind != .endOfFile { index += 1 }
    }

    /// Adds the current token if it is of a kind; otherwise the layout is broken.
    mutating func addToken(_ wanted: Token.Kind) {
        if kind == wanted { addToken() } else { isBroken = true }
    }

    /// Adds a closing bracket behind some steps.
    ///
    /// The comments before it stand within the bracket.
    mutating func addCloser(_ wanted: Token.Kind, after steps: LayoutItem...) {
        guard kind == wanted else {
            isBroken = true
            return
        }
        add(.leadingComments(index))
        items.append(contentsOf: steps)
        add(.bareToken(index))
        index += 1
    }

    // MARK: Policies

    private mutating func layOutPolicies() {
        while kind != .endOfFile, !isBroken {
            if index > 0 { add(.blankLine) }
            layOutPolicy()
        }
        if !tokens[index].leading.isEmpty { add(.hardLine) }
        add(.topToken(index))
    }

    private mutating func layOutPolicy() {
        let first = items.count
        while kind == .at, !isBroken { layOutAnnotation() }
        add(.beginGroup)
        addToken()
        add(.line)
        addToken(.leftParenthesis)
        add(.endGroup)
        if isBroken { return }
        layOutScope()
        while kind != .semicolon, !isBroken { layOutCondition() }
        addToken(.semicolon)
        for place in items.indices[first...] {
            guard case .token(let token) = items[place] else { continue }
            items[place] = .topToken(token)
            return
        }
    }

    private mutating func layOutAnnotation() {
        addToken()
        addToken()
        if kind == .leftParenthesis {
            addToken()
            addToken(.string)
            addToken(.rightParenthesis)
        }
        add(.hardLine)
    }

    private mutating func layOutCondition() {
        add(.hardLine)
        add(.beginGroup)
        addToken()
        add(.line)
        add(.beginGroup)
        addToken(.leftBrace)
        add(.indent(indent))
        add(.line)
        add(.beginGroup)
        layOutExpression()
        add(.endGroup)
        addCloser(.rightBrace, after: .indent(-indent), .line)
        add(.endGroup)
        add(.endGroup)
    }

    // MARK: Scopes

    /// Whether the scope has only the three variables.
    private var hasPlainScope: Bool {
        tokens.count > index + 5 && tokens[index + 1].kind == .comma && tokens[index + 3].kind == .comma
            && tokens[index + 5].kind == .rightParenthesis
    }

    private mutating func layOutScope() {
        if hasPlainScope {
            add(.indent(indent))
            for number in 0..<5 {
                addToken()
                if number == 1 || number == 3 { add(.space) }
            }
            addCloser(.rightParenthesis, after: .indent(-indent))
            return
        }
        add(.indent(indent))
        add(.hardLine)
        while !isBroken {
            layOutVariable()
            guard kind == .comma else { break }
            addToken()
            add(.hardLine)
        }
        addCloser(.rightParenthesis, after: .indent(-indent), .hardLine)
    }

    /// Lays out a variable with its constraint.
    ///
    /// The last break to be taken is the one behind the operator.
    private mutating func layOutVariable() {
        add(.beginGroup)
        add(.beginGroup)
        addToken()
        if kind == .is {
            add(.beginGroup)
            add(.indent(indent))
            add(.beginGroup)
            add(.line)
            addToken()
            add(.endGroup)
            add(.line)
            layOutName()
            add(.indent(-indent))
            add(.endGroup)
        }
        if kind == .equal || kind == .in {
            add(.line)
            addToken()
            add(.endGroup)
            add(.indent(indent))
            add(.line)
            layOutExpression()
            add(.indent(-indent))
        } else {
            add(.endGroup)
        }
        add(.endGroup)
    }

    /// Lays out a name, or an entity.
    mutating func layOutName() {
        addToken()
        while kind == .doubleColon {
            addToken()
            addToken()
        }
    }
}
