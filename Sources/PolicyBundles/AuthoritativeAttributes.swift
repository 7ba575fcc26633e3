package import CedarModel
package import CedarSyntax

/// The attributes whose stored value wins over what a request says.
///
/// A request may describe resources that are not stored, and refine those that are; but where the stored value is the
/// authority, a caller must not be able to talk it away.
package struct AuthoritativeAttributes: Sendable {
    private let names: Set<CedarString>

    /// Makes attributes authoritative, on entities of any type.
    package init(_ names: some Sequence<CedarString> = []) {
        self.names = Set(names)
    }

    /// Whether an attribute is authoritative.
    func contains(_ name: CedarString) -> Bool { names.contains(name) }

    /// Lays the attributes of a request over the stored ones; authoritative attributes keep their stored value.
    package func merge(stored: Record, request: Record) -> Record {
        if names.isEmpty || stored.isEmpty { return stored.merging(request) }
        return stored.merging(
            Record(request.fields.filter { !names.contains($0.key) || stored[$0.key] == nil }))
    }
}
