import CedarModel
public import CedarSyntax

/// Records that many requests contain, encoded once by ``PolicyCompiler/compile(constants:)``.
///
/// Immutable and shared by all threads. Good for requests to policies that the same compiler compiled afterwards; whoever
/// makes such requests keeps it.
public final class CompiledConstants: Sendable {
    let records: Cells<CompiledValue>

    private let arena: SealedArena

    init(_ constants: [Record], encoder: inout TableEncoder) {
        let arena = encoder.arena
        let records = arena.cells(constants.count, of: CompiledValue.self)
        for (index, constant) in constants.enumerated() { records[index] = .record(encoder.encode(constant)) }
        self.records = records
        self.arena = SealedArena(arena)
    }
}

extension CompiledPolicies {
    /// The number of a string in the table that policies, stored entities and constants share; -1 if it is in none.
    ///
    /// The table holds names and texts of policies only, so that comparing numbers is comparing strings.
    public func symbol(of text: Span<UInt8>) -> Int32 { symbols.string(text) ?? -1 }

    /// The number of a string; see ``symbol(of:)-(Span<UInt8>)``.
    public func symbol(of text: CedarString) -> Int32 { symbol(of: text.utf8.span) }

    /// An entity that the table has, good for any request to these policies; `nil` for another one.
    public func reference(to uid: EntityUID) -> CompiledRequest.Builder.EntityReference? {
        guard let type = symbols.string(uid.type.path.utf8.span), let name = symbols.string(uid.id.utf8.span),
            let id = symbols.entity(type: type, name: name)
        else { return nil }
        return CompiledRequest.Builder.EntityReference(value: .entity(id, type: type))
    }
}
