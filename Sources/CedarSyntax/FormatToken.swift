/// A token that the formatter writes, with the comments around it.
///
/// A comment on the line where a token ends belongs to that token, every other comment to the token behind it. So each
/// comment of a file belongs to exactly one token, and is written with it.
struct FormatToken {
    /// A comment with its place, from `//` to its last character that is not white space.
    struct Comment {
        var span: SourceSpan

        /// Whether an empty line stands before it.
        var followsBlankLine: Bool
    }

    /// What the token is.
    var kind: Token.Kind

    /// The bytes it was read from, which are also what is written for it.
    var span: SourceSpan

    /// The comments before it, each on a line of its own.
    var leading: [Comment] = []

    /// The comment behind it on its last line.
    var trailing: Comment?

    /// Whether an empty line stands directly before it.
    var followsBlankLine = false

    /// The columns that its text takes.
    var width = 0
}

extension FormatToken {
    /// The tokens of a valid file, without trailing commas; the last of them is the end of the file.
    ///
    /// The comments of a comma that is left out go to its neighbours in the place that they will have when the result
    /// is read again.
    static func tokens(of file: SourceFile) -> [FormatToken] {
        var tokens: [FormatToken] = []
        var log = DiagnosticLog(file: file)
        var lexer = Lexer(file.bytes)
        var end = 0
        while true {
            let token = lexer.next(&log)
            var new = FormatToken(kind: token.kind, span: token.span)
            new.width = DisplayWidth.columns(of: file.bytes[token.span.start..<token.span.end])
            let gap = Gap(file.bytes, SourceSpan(start: end, end: token.span.start))
            if tokens.isEmpty {
                new.leading = (gap.trailing.map { [$0] } ?? []) + gap.leading
            } else {
                tokens[tokens.count - 1].trailing = gap.trailing
                new.leading = gap.leading
            }
            new.followsBlankLine = gap.endsWithBlankLine
            if token.kind.isCloser, tokens.last?.kind == .comma, let comma = tokens.popLast() {
                drop(comma, before: &new, in: &tokens)
            }
            tokens.append(new)
            if token.kind == .endOfFile { return tokens }
            end = token.span.end
        }
    }

    private static func drop(_ comma: FormatToken, before closer: inout FormatToken, in tokens: inout [FormatToken]) {
        let last = tokens.count - 1
        if comma.leading.isEmpty, tokens.indices.contains(last), tokens[last].trailing == nil {
            tokens[last].trailing = comma.trailing
        } else {
            closer.leading.insert(contentsOf: comma.leading + (comma.trailing.map { [$0] } ?? []), at: 0)
        }
    }

    /// What stands between two tokens: white space and comments.
    private struct Gap {
        /// The comment that begins before the first line end.
        var trailing: Comment?

        /// The other comments.
        var leading: [Comment] = []

        /// Whether an empty line stands behind the last of them.
        var endsWithBlankLine = false

        init(_ bytes: [UInt8], _ span: SourceSpan) {
            var offset = span.start
            var lineEnds = 0
            while offset < span.end {
                let byte = bytes[offset]
                guard byte == 0x2F else {
                    offset += 1
                    if byte == 0x0A || byte == 0x0D {
                        lineEnds += 1
                        if byte == 0x0D, offset < span.end, bytes[offset] == 0x0A { offset += 1 }
                    }
                    continue
                }
                let start = offset
                while offset < span.end, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
                let place = SourceSpan(start: start, end: Self.trimmed(bytes, start..<offset))
                if lineEnds == 0, trailing == nil, leading.isEmpty {
                    trailing = Comment(span: place, followsBlankLine: false)
                } else {
                    leading.append(Comment(span: place, followsBlankLine: lineEnds > 1))
                }
                lineEnds = 0
            }
            endsWithBlankLine = lineEnds > 1
        }

        /// The end of a comment without the white space at its end.
        private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
            let text = String(decoding: bytes[range], as: UTF8.self)
            let scalars = text.unicodeScalars
            guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return range.lowerBound }
            return range.lowerBound + text.utf8.distance(from: text.startIndex, to: scalars.index(after: last))
        }
    }
}

extension Token.Kind {
    /// Whether it closes a bracket.
    fileprivate var isCloser: Bool {
        self == .rightParenthesis || self == .rightBracket || self == .rightBrace
    }
}
