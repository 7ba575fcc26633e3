/// What the parsers of policies and of schemas have in common: how they move through the tokens and report.
///
/// Syntax errors are thrown as ``Abandoned`` after they were reported; the rule that can go on catches them and skips
/// to a place where it can. Errors that leave the structure clear are only reported.
package protocol TokenParser {
    /// Where the parser is.
    var tokens: TokenCursor { get set }

    /// Something else was expected in place of a token.
    static func unexpected(expected: String, found: String) -> PolicyProblem

    /// A token is not the closing bracket that it should be.
    static func unclosed(_ expected: String, found: String) -> PolicyProblem

    /// An annotation is given twice.
    static func duplicateAnnotation(_ name: String) -> PolicyProblem
}

/// Thrown when a rule cannot go on, after the reason was reported.
package struct Abandoned: Error {
    package init() {}
}

extension TokenParser {
    /// The findings so far.
    package var log: DiagnosticLog { tokens.log }

    /// The token to look at.
    package var current: Token { tokens.current }

    /// The token behind the current one.
    package var next: Token { tokens.next }

    /// Where the token before the current one ended.
    package var previousEnd: Int { tokens.previousEnd }

    /// The file's bytes.
    package var bytes: [UInt8] { tokens.log.file.bytes }

    /// The text of a token.
    package func text(_ token: Token) -> String { tokens.log.file.text(in: token.span) }

    // MARK: Moving on

    /// Takes the current token.
    @discardableResult
    package mutating func advance() -> Token { tokens.advance() }

    /// Takes the current token if it is of a kind.
    package mutating func take(_ kind: Token.Kind) -> Token? {
        current.kind == kind ? advance() : nil
    }

    /// Takes a token that must be there.
    ///
    /// `what` names it where its spelling alone would not help.
    @discardableResult
    package mutating func expect(_ kind: Token.Kind, _ what: String) throws(Abandoned) -> Token {
        guard current.kind == kind else { throw unexpected(what) }
        return advance()
    }

    /// Takes a closing bracket that must be there; its opener is shown otherwise.
    ///
    /// `expected` says what was possible.
    @discardableResult
    package mutating func expectCloser(
        _ kind: Token.Kind, _ expected: String, of opener: SourceSpan
    ) throws(Abandoned) -> Token {
        guard current.kind == kind else { throw unclosed(expected, of: opener) }
        return advance()
    }

    // MARK: Reporting

    /// Reports a problem.
    package mutating func report(_ problem: PolicyProblem, at span: SourceSpan, labels: [Diagnostic.Label] = []) {
        tokens.log.report(problem, at: span, labels: labels)
    }

    /// Reports that something else was expected in place of the current token.
    package mutating func unexpected(_ expected: String) -> Abandoned {
        fail(Self.unexpected(expected: expected, found: foundCurrent))
    }

    /// Reports that the current token is not the closing bracket that it should be.
    package mutating func unclosed(_ expected: String, of opener: SourceSpan) -> Abandoned {
        fail(Self.unclosed(expected, found: foundCurrent), labels: [Diagnostic.Label(opener, "opened here")])
    }

    /// Reports a problem with the current token that ends the rule.
    ///
    /// Silent where an error was reported for the token itself or directly before it, as this one then follows from
    /// that one.
    package mutating func fail(_ problem: PolicyProblem, labels: [Diagnostic.Label] = []) -> Abandoned {
        let isKnown = log.diagnostics.contains { known in
            guard let place = known.location?.span else { return false }
            return place.end == previousEnd || (place.start >= previousEnd && place.start <= current.span.start)
        }
        if !isKnown { report(problem, at: currentPlace, labels: labels) }
        return Abandoned()
    }

    /// The current token as messages name it.
    package var foundCurrent: String {
        current.kind == .endOfFile ? "the end of the file" : PolicyProblem.found(text(current))
    }

    /// Where findings about the current token point.
    ///
    /// The end of the file is shown behind the last token.
    package var currentPlace: SourceSpan {
        current.kind == .endOfFile ? SourceSpan(start: previousEnd, end: previousEnd) : current.span
    }

    // MARK: Literals and annotations

    /// The text of a string token; bad escapes are reported.
    package mutating func stringValue(_ token: Token) -> CedarString {
        if token.isBroken { return "" }
        return StringUnescaping.text(of: token.span, in: bytes) { problem, span in report(problem, at: span) }
    }

    /// Reads annotations, as many as there are.
    package mutating func parseAnnotations() throws(Abandoned) -> [Annotation] {
        var annotations: [Annotation] = []
        var places: [String: SourceSpan] = [:]
        while take(.at) != nil {
            guard current.kind.isWord else { throw unexpected("the name of an annotation") }
            let word = advance()
            let name = text(word)
            var annotation = Annotation(name: Spanned(name, word.span), value: "", valueSpan: word.span)
            if let opener = take(.leftParenthesis) {
                let literal = try expect(.string, "a string literal")
                annotation.value = stringValue(literal)
                annotation.valueSpan = literal.span
                try expectCloser(.rightParenthesis, "`)`", of: opener.span)
            }
            if let first = places[name] {
                report(
                    Self.duplicateAnnotation(name), at: word.span,
                    labels: [Diagnostic.Label(first, "first given here")])
            } else {
                places[name] = word.span
                annotations.append(annotation)
            }
        }
        return annotations
    }
}
