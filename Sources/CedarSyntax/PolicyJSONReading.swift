import StrictJSON

/// The state of one run over a document of policies in JSON.
///
/// A rule that cannot make its result returns `nil` after it reported why.
struct PolicyJSONReading {
    /// The findings so far.
    var log: DiagnosticLog

    /// Starts with a file.
    init(_ file: SourceFile) {
        log = DiagnosticLog(file: file)
    }

    /// Reports a problem with a value.
    mutating func report(_ problem: PolicyProblem, at node: JSONNode) {
        log.report(problem, at: node.span)
    }

    // MARK: Values of a kind

    /// The text of a string.
    mutating func text(_ node: JSONNode, _ what: String) -> String? {
        guard let text = node.string else {
            report(.jsonKind(what, expected: "a string", found: node), at: node)
            return nil
        }
        return text
    }

    /// Checks that a value is an array.
    mutating func array(_ node: JSONNode, _ what: String) -> JSONElements? {
        guard node.kind == .array else {
            report(.jsonKind(what, expected: "an array", found: node), at: node)
            return nil
        }
        return node.elements
    }

    /// Checks that a value is an object.
    mutating func object(_ node: JSONNode, _ what: String) -> JSONMembers? {
        guard node.kind == .object else {
            report(.jsonKind(what, expected: "an object", found: node), at: node)
            return nil
        }
        return node.members
    }

    /// The members of an object in the order of `required`, then of `optional`, where all others are refused.
    mutating func members(
        of node: JSONNode, _ what: String, required: [String], optional: [String] = []
    ) -> [JSONNode?]? {
        guard let members = object(node, what) else { return nil }
        let known = required + optional
        var values = [JSONNode?](repeating: nil, count: known.count)
        var isIntact = true
        for member in members {
            if let index = known.firstIndex(where: { member.keyEquals($0) }) {
                values[index] = member.value
            } else {
                report(.jsonUnknownMember(member.key, of: what, known: known), at: member.keyNode)
                isIntact = false
            }
        }
        for (name, value) in zip(required, values) where value == nil {
            report(.jsonMissing(name, of: what), at: node)
            isIntact = false
        }
        return isIntact ? values : nil
    }

    /// A text that is one of some words.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ node: JSONNode, _ what: String
    ) -> Word? {
        guard let text = text(node, what) else { return nil }
        if let word = Word.allCases.first(where: { node.stringEquals($0.rawValue) }) { return word }
        report(.jsonWord(text, as: what, known: Word.allCases.map(\.rawValue)), at: node)
        return nil
    }

    /// The name of an entity type.
    mutating func typeName(_ node: JSONNode) -> Spanned<Name>? {
        guard let text = text(node, "the entity type") else { return nil }
        guard let name = Name(normalized: text) else {
            report(.jsonName(text, as: "an entity type"), at: node)
            return nil
        }
        return Spanned(name, node.span)
    }

    /// An entity, `{"type", "id"}` or the same within `__entity`.
    mutating func entity(_ node: JSONNode) -> Spanned<EntityUID>? {
        if node["__entity"] != nil {
            guard let members = members(of: node, "the entity", required: ["__entity"]), let inner = members[0]
            else { return nil }
            return identity(inner).map { Spanned($0, node.span) }
        }
        return identity(node).map { Spanned($0, node.span) }
    }

    /// An entity, `{"type", "id"}`.
    mutating func identity(_ node: JSONNode) -> EntityUID? {
        guard let members = members(of: node, "an entity", required: ["type", "id"]),
            let typeNode = members[0], let idNode = members[1]
        else { return nil }
        let type = typeName(typeNode)
        guard let id = text(idNode, "the id of an entity"), let type else { return nil }
        return EntityUID(type: type.value, id: CedarString(id))
    }
}
