import CedarSyntax

extension Policy {
    /// Where the word `permit` or `forbid` stands, which is what findings about the policy as a whole point at.
    ///
    /// Comments between the annotations and the word are passed over. A policy that was not read from text is all of
    /// its span.
    func headline(in file: SourceFile) -> SourceSpan {
        let bytes = file.bytes
        let end = min(span.end, bytes.count)
        let keyword = Array(effect.rawValue.utf8)
        var index = annotations.map(\.valueSpan.end).max() ?? span.start
        while index < end {
            let byte = bytes[index]
            if byte == 0x2F {
                while index < end, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
            } else if byte == keyword[0], index + keyword.count <= end,
                bytes[index..<index + keyword.count].elementsEqual(keyword)
            {
                return SourceSpan(start: index, end: index + keyword.count)
            } else {
                index += 1
            }
        }
        return span
    }

    /// Whether there is no condition, or none that can be false.
    var isUnconditional: Bool {
        conditions.allSatisfy { condition in
            guard case .literal(.bool(let value)) = condition.body.kind else { return false }
            return value == (condition.kind == .when)
        }
    }
}
