import CedarModel
import CedarSyntax

/// Finds `in` with a string where entities belong: the operator asks for the hierarchy of entities and fails on
/// strings.
struct StringMembership {
    private(set) var findings: [TypeFinding] = []

    init(_ expression: CheckedExpression, in file: SourceFile) {
        for node in expression.nodes {
            guard case .within(let left, let right) = node.kind else { continue }
            let (leftNode, rightNode) = (expression.nodes[left], expression.nodes[right])
            var help = "an entity is written with its type, as in `Group::\"admins\"`"
            let isFound: Bool
            switch rightNode.kind {
            case .set(let elements):
                let strings = elements.filter { Self.isString(expression.nodes[$0]) }
                isFound = !strings.isEmpty || Self.isString(leftNode)
                if strings.count == elements.count {
                    help =
                        "write `\(Self.excerpt(file, rightNode.span, "[...]"))"
                        + ".contains(\(Self.excerpt(file, leftNode.span, "...")))`"
                }
            default: isFound = Self.isString(rightNode) || Self.isString(leftNode)
            }
            guard isFound else { continue }
            findings.append(
                TypeFinding(
                    code: .stringMembership, span: node.span,
                    message: "`in` fails on strings: it asks whether an entity is in another", help: help))
        }
    }

    private static func isString(_ node: CheckedExpression.Node) -> Bool {
        if case .string = node.kind { true } else { false }
    }

    /// The text of a span where it is short and on one line.
    private static func excerpt(_ file: SourceFile, _ span: SourceSpan, _ otherwise: String) -> String {
        guard span.end - span.start <= 60 else { return otherwise }
        let text = file.text(in: span)
        return text.utf8.contains { $0 < 0x20 } || text.utf8.contains(0x60) ? otherwise : text
    }
}
