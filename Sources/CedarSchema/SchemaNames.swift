import CedarModel
import CedarSyntax

/// The names of a schema in order, for going through them and for suggestions.
struct SchemaNames: Sendable {
    /// The entity types, sorted.
    let types: [Name]

    /// The actions, sorted.
    let actions: [Schema.Action]

    /// Numbers for the contexts of the actions: those with one number are of one type.
    ///
    /// Large contexts have a number of their own, because comparing them would cost more than it saves.
    let contexts: [Int]

    /// The ids of the enumerated types.
    private let enumerations: [Name: Set<CedarString>]

    init(_ schema: Schema) {
        types = schema.entityTypes.keys.sorted()
        actions = schema.actions.values.sorted { $0.uid < $1.uid }
        var numbers: [RecordType: Int] = [:]
        var contexts: [Int] = []
        for (index, action) in actions.enumerated() {
            var room = 256
            guard action.context.fits(&room) else {
                contexts.append(index)
                continue
            }
            contexts.append(numbers[action.context] ?? index)
            if numbers[action.context] == nil { numbers[action.context] = index }
        }
        self.contexts = contexts
        enumerations = schema.entityTypes.compactMapValues { $0.enumeration.map { Set($0) } }
    }

    /// Whether an entity is missing from the enumerated type that it belongs to.
    func isMissing(_ uid: EntityUID) -> Bool { enumerations[uid.type].map { !$0.contains(uid.id) } ?? false }

    /// "Did you mean" for an unknown type: the same name in another namespace, or a similar one.
    func suggestion(for type: Name) -> String? {
        if let other = types.first(where: { $0.basename == type.basename }) {
            return "did you mean `\(other.path.excerpt)`?"
        }
        return Suggestion.sentence(
            for: type.path, among: types.prefix(ValidationBudget.candidates).map(\.path))
    }

    /// "Did you mean" for an unknown action: the same id in another type, or a similar id.
    func suggestion(for action: EntityUID) -> String? {
        if let other = actions.first(where: { $0.uid.id == action.id }) {
            return "did you mean `\(other.uid.excerpt)`?"
        }
        let candidates = actions.lazy.filter { $0.uid.type == action.type }.prefix(ValidationBudget.candidates)
            .map(\.uid.id.text)
        guard let id = Suggestion.closest(to: action.id.text, among: Array(candidates)) else { return nil }
        return "did you mean `\(EntityUID(type: action.type, id: CedarString(id)).excerpt)`?"
    }
}

extension RecordType {
    /// Whether no more types are in it than there is room for, from which it takes its own.
    fileprivate func fits(_ room: inout Int) -> Bool {
        for attribute in attributes.values where !attribute.type.fits(&room) { return false }
        return true
    }
}

extension SchemaType {
    fileprivate func fits(_ room: inout Int) -> Bool {
        room -= 1
        if room < 0 { return false }
        switch self {
        case .set(let element): return element.fits(&room)
        case .record(let record): return record.fits(&room)
        case .bool, .long, .string, .entity, .extension: return true
        }
    }
}
