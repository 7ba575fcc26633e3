extension JSONWriter {
    /// Writes a value that has been read, in the layout and with the escapes of this writer.
    ///
    /// Numbers stay as they were.
    public mutating func value(_ node: JSONNode) {
        let tape = node.tape
        // The open containers, and the index of the token after each.
        var open: [(isObject: Bool, next: Int)] = []
        var index = node.index
        while true {
            let value = JSONNode(tape: tape, index: index)
            index += 1
            switch value.kind {
            case .object:
                beginObject()
                open.append((true, Int(value.token.next)))
            case .array:
                beginArray()
                open.append((false, Int(value.token.next)))
            case .string:
                string(value.string ?? "")
            case .null, .bool, .number:
                raw(value.rawBytes)
            }
            while let last = open.last, last.next == index {
                open.removeLast()
                if last.isObject {
                    endObject()
                } else {
                    endArray()
                }
            }
            guard let last = open.last else { return }
            if last.isObject {
                key(JSONNode(tape: tape, index: index).string ?? "")
                index += 1
            }
        }
    }
}
