import CedarModel
import CedarSyntax

/// Warnings about texts of a policy that do not read as what they are: invisible characters that turn the direction of
/// text, look-alikes, and letters of several scripts in one word.
struct TextWarnings {
    private(set) var findings: [TypeFinding] = []

    /// Looks at the strings, entity ids and attribute names of a policy.
    init(_ policy: Policy, _ expression: CheckedExpression) {
        for entity in [policy.principal.names.entity, policy.resource.names.entity] {
            if let entity { checkName(entity.value.id, entity.span) }
        }
        for action in policy.action.names { checkName(action.value.id, action.span) }
        for node in expression.nodes {
            switch node.kind {
            case .string(let text): checkText(text, node.span)
            case .entity(let uid): checkName(uid.id, node.span)
            case .has(_, let path): for step in path { checkName(step.attribute, node.span) }
            case .record(let fields): for field in fields { checkName(field.key, node.span) }
            case .member(_, let steps):
                for step in steps {
                    if case .attribute(let name) = step.kind { checkName(name, step.span) }
                }
            case .like(_, let pattern):
                for element in pattern.elements {
                    if case .literal(let text) = element { checkText(text, node.span) }
                }
            default: break
            }
        }
    }

    /// Strings may hold any characters, but of one script and without turning their direction.
    private mutating func checkText(_ text: CedarString, _ span: SourceSpan) {
        if isPlain(text) { return }
        if reportDirection(text, "string", span) { return }
        if !ScriptTable.isSingleScript(text.text) { reportScripts(text, "string", span) }
    }

    /// Names also must not hold characters that nobody sees or that pass for others.
    private mutating func checkName(_ name: CedarString, _ span: SourceSpan) {
        if isPlain(name) { return }
        if reportDirection(name, "name", span) { return }
        let confusable = name.text.unicodeScalars.first { scalar in
            !(0x20...0x7E).contains(scalar.value) && !IdentifierCharacters.contains(scalar)
        }
        if let confusable {
            let code = String(confusable.value, radix: 16, uppercase: true)
            let padding = String(repeating: "0", count: max(0, 4 - code.utf8.count))
            findings.append(
                TypeFinding(
                    code: .confusableCharacter, span: span,
                    message: "name `\(name.text.excerpt)` has the character U+\(padding)\(code), "
                        + "which is easily mistaken or overlooked",
                    help: "names should keep to the characters recommended for identifiers"))
        } else if !ScriptTable.isSingleScript(name.text) {
            reportScripts(name, "name", span)
        }
    }

    /// Most texts are printable ASCII.
    private func isPlain(_ text: CedarString) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }

    private mutating func reportDirection(_ text: CedarString, _ noun: String, _ span: SourceSpan) -> Bool {
        let turns = text.text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        guard turns else { return false }
        findings.append(
            TypeFinding(
                code: .bidirectionalControl, span: span,
                message: "\(noun) `\(text.text.excerpt)` has invisible characters that change the direction of text",
                help: "the policy may read differently from what it does; remove them"))
        return true
    }

    private mutating func reportScripts(_ text: CedarString, _ noun: String, _ span: SourceSpan) {
        findings.append(
            TypeFinding(
                code: .mixedScripts, span: span,
                message: "\(noun) `\(text.text.excerpt)` mixes letters of several scripts",
                help: "letters of different scripts can look alike"))
    }
}
