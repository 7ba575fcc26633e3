/// Writes a layout as text.
///
/// Each comment ends its line, wherever it stands. A group with a comment between two of its tokens cannot be written
/// on one line. The text of a comment never counts as width, so that it does not change how policies break.
/// Time and memory are linear in the number of items and the length of the result.
struct LayoutRenderer {
    private let bytes: [UInt8]
    private let tokens: [FormatToken]
    private let items: [LayoutItem]
    private let width: Int

    /// The columns that each group needs on its line, by the index of its beginning.
    private var needed: [Int]

    /// Whether the first token of each group stands on a line of its own because of a comment.
    private var beginsLine: [Bool]

    private var output: [UInt8] = []
    private var column = 0
    private var indentation = 0
    private var hasPendingLine = false
    /// The indentation of the pending line, where that is settled already.
    private var pendingIndentation: Int?
    private var hasPendingBlank = false
    private var hasPendingSpace = false

    /// Renders items whose tokens are indices of `tokens`, with at most `width` columns where that is possible.
    static func render(_ items: [LayoutItem], _ tokens: [FormatToken], in bytes: [UInt8], width: Int) -> [UInt8] {
        var renderer = LayoutRenderer(items, tokens, bytes, width)
        renderer.measure()
        renderer.run()
        return renderer.output
    }

    private init(_ items: [LayoutItem], _ tokens: [FormatToken], _ bytes: [UInt8], _ width: Int) {
        self.items = items
        self.tokens = tokens
        self.bytes = bytes
        self.width = width
        needed = Array(repeating: 0, count: items.count)
        beginsLine = Array(repeating: false, count: items.count)
    }

    // MARK: Measuring

    /// The beginning of a group whose end was not met yet.
    private struct OpenGroup {
        var begin: Int
        var start: Int
        /// How many line ends stand before the text of the first token; `nil` until there is one.
        var breaks: Int?
    }

    /// Whether a comment ends the line before a token.
    private func endsLineBefore(_ token: Int) -> Bool {
        !tokens[token].leading.isEmpty || (token > 0 && tokens[token - 1].trailing != nil)
    }

    /// Finds out what each group needs: its own width, and that of what follows up to the next possible line break.
    private mutating func measure() {
        var open: [OpenGroup] = []
        var groupOfEnd: [Int: Int] = [:]
        var position = 0
        var breaks = 0
        var groupsWithoutToken = 0
        for (index, item) in items.enumerated() {
            switch item {
            case .space, .line: position += 1
            case .softLine, .indent: break
            case .hardLine, .blankLine: breaks += 1
            case .leadingComments(let token): if !tokens[token].leading.isEmpty { breaks += 1 }
            case .beginGroup:
                open.append(OpenGroup(begin: index, start: position))
                groupsWithoutToken += 1
            case .endGroup:
                guard let group = open.popLast() else { break }
                if group.breaks == nil { groupsWithoutToken -= 1 }
                let isBroken = breaks > group.breaks ?? breaks
                needed[group.begin] = isBroken ? .max : position - group.start
                groupOfEnd[index] = group.begin
            case .token(let token), .topToken(let token), .bareToken(let token):
                let endsLine = endsLineBefore(token)
                if endsLine { breaks += 1 }
                for group in open.indices.suffix(groupsWithoutToken) {
                    open[group].breaks = breaks
                    beginsLine[open[group].begin] = endsLine
                }
                groupsWithoutToken = 0
                position += tokens[token].width
            }
        }
        var rest = 0
        for (index, item) in items.enumerated().reversed() {
            switch item {
            case .space: rest += 1
            case .line, .softLine, .hardLine, .blankLine: rest = 0
            case .leadingComments(let token): if !tokens[token].leading.isEmpty { rest = 0 }
            case .indent, .beginGroup: break
            case .endGroup:
                if let begin = groupOfEnd[index], needed[begin] != .max { needed[begin] += rest }
            case .token(let token), .topToken(let token), .bareToken(let token):
                rest = endsLineBefore(token) ? 0 : rest + tokens[token].width
            }
        }
    }

    // MARK: Writing

    private mutating func run() {
        var isFlat: [Bool] = []
        for (index, item) in items.enumerated() {
            switch item {
            case .token(let token):
                writeComments(before: token, keepsBlankLines: false)
                write(token)
            case .topToken(let token):
                writeComments(before: token, keepsBlankLines: true)
                write(token)
            case .leadingComments(let token):
                writeComments(before: token, keepsBlankLines: false)
                pendingIndentation = nil
            case .bareToken(let token): write(token)
            case .space: hasPendingSpace = true
            case .line: if isFlat.last ?? false { hasPendingSpace = true } else { breakLine() }
            case .softLine: if !(isFlat.last ?? false) { breakLine() }
            case .hardLine: breakLine()
            case .blankLine:
                breakLine()
                hasPendingBlank = true
            case .indent(let columns): indentation += columns
            case .beginGroup:
                let start =
                    hasPendingLine || beginsLine[index]
                    ? pendingIndentation ?? indentation : column + (hasPendingSpace ? 1 : 0)
                isFlat.append((isFlat.last ?? false) || needed[index] <= width - start)
            case .endGroup: isFlat.removeLast()
            }
        }
        if !output.isEmpty { output.append(0x0A) }
    }

    private mutating func breakLine() {
        hasPendingLine = true
        pendingIndentation = indentation
    }

    private mutating func writeComments(before token: Int, keepsBlankLines: Bool) {
        let place = pendingIndentation
        for comment in tokens[token].leading {
            (hasPendingLine, pendingIndentation) = (true, place)
            if keepsBlankLines, comment.followsBlankLine { hasPendingBlank = true }
            write(comment.span, columns: 0)
            (hasPendingLine, pendingIndentation) = (true, place)
        }
        if keepsBlankLines, tokens[token].followsBlankLine, !tokens[token].leading.isEmpty { hasPendingBlank = true }
    }

    private mutating func write(_ token: Int) {
        guard tokens[token].kind != .endOfFile else { return }
        write(tokens[token].span, columns: tokens[token].width)
        if let comment = tokens[token].trailing {
            hasPendingSpace = true
            write(comment.span, columns: 0)
            hasPendingLine = true
        }
    }

    private mutating func write(_ span: SourceSpan, columns: Int) {
        if hasPendingLine {
            if !output.isEmpty {
                output.append(0x0A)
                if hasPendingBlank { output.append(0x0A) }
            }
            column = pendingIndentation ?? indentation
            output.append(contentsOf: repeatElement(0x20, count: column))
        } else if hasPendingSpace {
            output.append(0x20)
            column += 1
        }
        (hasPendingLine, hasPendingBlank, hasPendingSpace) = (false, false, false)
        pendingIndentation = nil
        output.append(contentsOf: bytes[span.start..<span.end])
        column += columns
    }
}
