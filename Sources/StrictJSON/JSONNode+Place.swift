extension JSONNode {
    /// The line and the column of the first byte, both from 1.
    ///
    /// The column counts Unicode scalars; lines end at LF, CR LF and CR. Costs a walk over the text before the value.
    public var position: (line: Int, column: Int) {
        let bytes = tape.bytes
        return bytes.span.position(of: start)
    }

    /// The path from the root, such as `$.principal.id`, `$.evaluations[2]` or `$["a b"]`.
    ///
    /// Names longer than 128 bytes are cut and marked with `…`. Costs a walk over the siblings before each ancestor.
    public var path: String {
        let tokens = tape.tokens
        var path = JSONPath.root
        var container = 0
        while container != index {
            let isArray = tape.bytes[Int(tokens[container].start)] == ASCII.openBracket
            var position = 0
            var child = container + 1
            // The child sought is the last one that starts at or before the node; a name belongs to its value.
            var value = isArray ? child : child + 1
            while Int(tokens[value].next) <= index {
                child = Int(tokens[value].next)
                value = isArray ? child : child + 1
                position += 1
            }
            path += isArray ? JSONPath.step(index: position) : JSONPath.step(name: tape.unescaped(tokens[child]))
            if child == index {
                break
            }
            container = value
        }
        return path
    }
}
