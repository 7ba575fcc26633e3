import CedarSyntax
package import Identity

/// What a message says at first sight, for people; nothing of it is verified.
package struct MessageOutline: Sendable {
    /// What the message came as, by its root.
    package let binding: MessageBinding

    /// The lines, outside in.
    package let lines: [String]

    /// Looks at a message.
    /// - Throws: ``VerificationFailure`` when it cannot be read at all.
    package init(of message: [UInt8]) throws(VerificationFailure) {
        var limits = MessageLimits.standard
        limits.maximumBytes = 1 << 20
        let document = try NativeDocument(parsing: message, limits: limits)
        let tree = document.tree()
        guard tree.has(0, "Response", .protocol2) || tree.has(0, "Assertion", .assertion) else {
            throw VerificationFailure(.samlRoot, "the root is neither a response nor an assertion")
        }
        binding = tree.has(0, "Response", .protocol2) ? .response : .assertion
        var writer = OutlineWriter(tree: tree)
        writer.write(0, depth: 0)
        lines = writer.lines
    }
}

/// Writes the elements that matter, each in one line.
private struct OutlineWriter {
    let tree: XMLTree
    var lines: [String] = []

    /// The text of these elements is shown.
    private static let texts: Set<CedarString> = [
        "Issuer", "NameID", "Audience", "AuthnContextClassRef", "AttributeValue", "StatusMessage",
    ]

    /// What is in these elements is not shown.
    private static let closed: Set<CedarString> = [
        "KeyInfo", "SignatureValue", "EncryptedData", "EncryptedKey", "Advice",
    ]

    mutating func write(_ index: Int, depth: Int) {
        guard depth <= 16, lines.count < 1_000 else { return }
        let element = tree[index]
        var line = String(repeating: "  ", count: depth) + element.name.local.text
        for attribute in element.attributes where attribute.name.space == .none {
            line += " \(attribute.name.local.text)=\(attribute.value.text)"
        }
        if Self.texts.contains(element.name.local), let text = tree.text(of: index) { line += ": \(text.text)" }
        lines.append(line)
        guard !Self.closed.contains(element.name.local) else { return }
        for child in tree.children(of: index) { write(child, depth: depth + 1) }
    }
}
