extension JSONNode {
    /// The number of elements of an array or members of an object, otherwise 0.
    public var count: Int {
        switch tape.bytes[start] {
        case ASCII.openBracket, ASCII.openBrace: Int(token.detail)
        default: 0
        }
    }

    /// The elements in order; none when this is no array.
    public var elements: JSONElements {
        JSONElements(container: self, count: tape.bytes[start] == ASCII.openBracket ? Int(token.detail) : 0)
    }

    /// The members in the order of the document; none when this is no object.
    public var members: JSONMembers {
        JSONMembers(container: self, count: tape.bytes[start] == ASCII.openBrace ? Int(token.detail) : 0)
    }

    /// The value of the member of this name, compared by Unicode scalars; nil where there is none, or no object.
    ///
    /// Looks at one member after the other. Go through ``members`` once rather than look up many names of an object
    /// whose size others choose.
    public subscript(key: String) -> JSONNode? {
        let bytes = tape.bytes
        let tokens = tape.tokens
        guard bytes[start] == ASCII.openBrace else { return nil }
        let wanted = key.utf8.span
        var name = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            let token = tokens[name]
            // Most names differ in length already.
            let isEqual =
                token.detail == 0
                ? Int(token.end - token.start) == wanted.count + 2
                    && bytes.span.matches(at: Int(token.start) + 1, wanted, at: 0, length: wanted.count)
                : tape.string(token, equals: key)
            if isEqual { return JSONNode(tape: tape, index: name + 1) }
            name = Int(tokens[name + 1].next)
        }
        return nil
    }
}

/// A member of an object.
public struct JSONMember: Sendable {
    /// The name as a node of its own: a string with its place in the text.
    ///
    /// Its path is that of the value.
    public let keyNode: JSONNode

    /// The value.
    public var value: JSONNode {
        JSONNode(tape: keyNode.tape, index: keyNode.index + 1)
    }

    /// The name after unescaping.
    ///
    /// Do not compare it with `==`; see ``keyEquals(_:)``.
    public var key: String {
        keyNode.string ?? ""
    }

    /// Whether the name has exactly these Unicode scalars.
    ///
    /// Allocates only where the name has escapes.
    public func keyEquals(_ text: String) -> Bool {
        keyNode.tape.string(keyNode.token, equals: text)
    }
}

/// The elements of an array.
public struct JSONElements: Sequence, Sendable {
    let container: JSONNode
    let count: Int

    /// The number of elements.
    public var underestimatedCount: Int {
        count
    }

    /// Starts at the first element.
    public func makeIterator() -> Iterator {
        Iterator(tape: container.tape, index: container.index + 1, remaining: count)
    }

    /// Steps from element to element in constant time.
    public struct Iterator: IteratorProtocol, Sendable {
        let tape: JSONTape
        var index: Int
        var remaining: Int

        /// The next element.
        public mutating func next() -> JSONNode? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            defer { index = Int(tape.tokens[index].next) }
            return JSONNode(tape: tape, index: index)
        }
    }
}

/// The members of an object.
public struct JSONMembers: Sequence, Sendable {
    let container: JSONNode
    let count: Int

    /// The number of members.
    public var underestimatedCount: Int {
        count
    }

    /// Starts at the first member.
    public func makeIterator() -> Iterator {
        Iterator(tape: container.tape, index: container.index + 1, remaining: count)
    }

    /// Steps from member to member in constant time.
    public struct Iterator: IteratorProtocol, Sendable {
        let tape: JSONTape
        var index: Int
        var remaining: Int

        /// The next member.
        public mutating func next() -> JSONMember? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            defer { index = Int(tape.tokens[index + 1].next) }
            return JSONMember(keyNode: JSONNode(tape: tape, index: index))
        }
    }
}
