import CedarModel
import CedarSyntax

/// The compiled conditions of a policy or template, shared by all its links.
final class PolicyBody: Sendable {
    /// The steps.
    let code: Cells<Instruction>

    /// The constants, the first at index 0.
    let constants: Cells<CompiledValue>

    /// The patterns of `like`.
    let patterns: Cells<CompiledPattern>

    /// The layouts of record literals.
    let layouts: Cells<RecordLayout>

    /// How many registers it needs.
    let registerCount: Int

    private let arena: SealedArena

    init(
        code: Cells<Instruction>, constants: Cells<CompiledValue>, patterns: Cells<CompiledPattern>,
        layouts: Cells<RecordLayout>, registerCount: Int, arena: Arena
    ) {
        self.code = code
        self.constants = constants
        self.patterns = patterns
        self.layouts = layouts
        self.registerCount = registerCount
        self.arena = SealedArena(arena)
    }
}

/// The fields of a record literal: the register of each, relative to the first, sorted by key.
struct RecordLayout: BitwiseCopyable {
    var fields: Cells<Field>

    /// A key and its register.
    struct Field: BitwiseCopyable {
        var key: Int32
        var register: Int32
    }
}

/// A pattern as pieces of text between wildcards.
struct CompiledPattern: BitwiseCopyable {
    /// The pieces that are not wildcards.
    var pieces: Cells<Cells<UInt8>>

    /// Whether a wildcard stands before the first piece.
    var floatsAtStart: Bool

    /// Whether a wildcard stands behind the last piece.
    var floatsAtEnd: Bool

    init(_ pattern: Pattern, in arena: Arena) {
        var pieces: [Cells<UInt8>] = []
        for case .literal(let text) in pattern.elements { pieces.append(arena.cells(copying: text.utf8.span)) }
        self.pieces = arena.cells(copying: pieces)
        floatsAtStart = pattern.elements.first == .wildcard
        floatsAtEnd = pattern.elements.last == .wildcard
    }

    /// Whether a text matches; see ``Pattern/matches(_:)`` for why bytes suffice and nothing has to be taken back.
    func matches(_ text: Cells<UInt8>) -> Bool {
        guard pieces.count > 0 else { return floatsAtStart || text.count == 0 }
        var position = 0
        for index in 0..<pieces.count {
            let piece = pieces[index]
            let isLast = index == pieces.count - 1
            let mayFloat = index > 0 || floatsAtStart
            guard text.count - position >= piece.count else { return false }
            if isLast, !floatsAtEnd {
                let start = text.count - piece.count
                return (mayFloat || start == position) && Self.isPiece(piece, at: start, of: text)
            }
            if mayFloat {
                var start = position
                while !Self.isPiece(piece, at: start, of: text) {
                    start += 1
                    guard text.count - start >= piece.count else { return false }
                }
                position = start + piece.count
            } else {
                guard Self.isPiece(piece, at: position, of: text) else { return false }
                position += piece.count
            }
        }
        return true
    }

    @inline(__always)
    private static func isPiece(_ piece: Cells<UInt8>, at start: Int, of text: Cells<UInt8>) -> Bool {
        for index in 0..<piece.count where text[start + index] != piece[index] { return false }
        return true
    }
}
