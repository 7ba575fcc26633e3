import CedarSyntax

/// The names of a schema in order, for going through them and for suggestions.
struct SchemaNames: Sendable {
    /// The entity types, sorted.
    let types: [Name]

    /// The actions, sorted.
    let actions: [Schema.Action]

    init(_ schema: Schema) {
        types = schema.entityTypes.keys.sorted()
        actions = schema.actions.values.sorted { $0.uid < $1.uid }
    }

    /// "Did you mean" for an unknown type: the same name in another namespace, or a similar one.
    func suggestion(for type: Name) -> String? {
        if let other = types.first(where: { $0.basename == type.basename }) {
            return "did you mean `\(other.path.excerpt)`?"
        }
        return Suggestion.sentence(for: type.path, among: types.map(\.path))
    }

    /// "Did you mean" for an unknown action: the same id in another type, or a similar id.
    func suggestion(for action: EntityUID) -> String? {
        if let other = actions.first(where: { $0.uid.id == action.id }) {
            return "did you mean `\(other.uid.excerpt)`?"
        }
        let candidates = actions.filter { $0.uid.type == action.type }.map(\.uid.id.text)
        guard let id = Suggestion.closest(to: action.id.text, among: candidates) else { return nil }
        return "did you mean `\(EntityUID(type: action.type, id: CedarString(id)).excerpt)`?"
    }
}
