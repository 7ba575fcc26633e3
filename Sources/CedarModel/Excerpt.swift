package import CedarSyntax

/// What messages quote of texts of any length: enough to recognize them, too little to flood an answer or a log.
extension String {
    /// The text without control characters, as inside a Cedar string literal; cut where it is long.
    package var excerpt: String {
        let beginning = unicodeScalars.prefix(Self.excerptLength)
        let quoted = StringLiteral.quote(String(beginning)).dropFirst().dropLast()
        return beginning.endIndex == unicodeScalars.endIndex ? String(quoted) : quoted + "..."
    }

    private static let excerptLength = 64
}

extension EntityUID {
    /// The entity in Cedar syntax, with the parts that are long cut.
    package var excerpt: String { "\(type.path.excerpt)::\"\(id.text.excerpt)\"" }
}
