package import CedarEngine
package import CedarSchema
package import CedarSyntax
package import Documents

/// What `bundle.yaml` says about an application.
package struct BundleManifest: Sendable {
    /// The application's name in requests.
    package var name: Spanned<String>

    /// The namespace in which plain type and action names of requests are understood.
    package var namespace: Spanned<Name>?

    /// The applications whose files belong to this one, in the order they are listed.
    package var includes: [Spanned<String>] = []

    /// Type names of requests that are not Cedar identifiers, and the entity types they stand for.
    package var types: [TypeName] = []

    /// Attributes whose stored value a request cannot replace.
    package var authoritative: [Spanned<String>] = []

    /// What an error in a policy does.
    package var onError: ErrorHandling = .deny

    /// Whether a caller without a credential may say who the principal is; `nil` when the file does not say.
    package var assertedPrincipals: Spanned<Bool>?

    /// What callers may say about a request besides its ids; `context` and `resource` when the file does not say.
    package var callerMayAssert: Set<CallerInput> = [.context, .resource]

    /// How policies and requests are checked against the schema.
    package var validation = ValidationSettings()

    /// How serious the findings of checks on policies are.
    package var lint = LintSettings()

    /// A type name in requests and the entity type it stands for.
    package struct TypeName: Sendable {
        /// The name in requests.
        package let name: Spanned<String>

        /// The entity type, as it was written.
        package let type: Spanned<Name>
    }

    private enum OnError: String, CaseIterable {
        case deny, skip
    }

    /// Reads a `bundle.yaml`.
    ///
    /// Findings go to the collector; the manifest must not be used when it has errors.
    package static func read(_ file: SourceFile, into diagnostics: DiagnosticCollector) -> BundleManifest? {
        let (root, findings) = DocumentParser.parseYAML(file)
        diagnostics.append(findings)
        guard let root, var reader = MappingReader(root, what: "`bundle.yaml`", into: diagnostics) else { return nil }
        let name = reader.requiredString("name")
        var manifest = BundleManifest(name: name ?? Spanned("", root.span))
        manifest.read(&reader)
        reader.finish()
        guard let name, BundleNameForm.application.check(name, in: file, into: diagnostics) else { return nil }
        return manifest
    }

    private init(name: Spanned<String>) {
        self.name = name
    }

    private mutating func read(_ reader: inout MappingReader) {
        let file = reader.node.file
        let diagnostics = reader.diagnostics
        namespace = reader.string("namespace").flatMap { Self.cedarName($0, file, diagnostics) }
        includes = readIncludes(&reader)
        types = (reader.entries("types") ?? []).compactMap { member in
            MappingReader.text(member.value, what: "`\(member.key.value)`", into: diagnostics)
                .flatMap { Self.cedarName($0, file, diagnostics) }
                .map { TypeName(name: member.key, type: $0) }
        }
        authoritative = reader.distinctStrings("authoritative") ?? []
        if let choice = reader.choice("on_error", OnError.self) { onError = choice == .skip ? .skip : .deny }
        assertedPrincipals = reader.bool("asserted_principals")
        if let inputs = reader.distinctStrings("caller_may_assert") {
            callerMayAssert = Set(inputs.compactMap { reader.choice(of: $0, key: "caller_may_assert") })
        }
        if var section = reader.mapping("validation") {
            validation = ValidationSettings(&section)
            section.finish()
        }
        for member in reader.entries("lint") ?? [] {
            guard let word = MappingReader.text(member.value, what: "`\(member.key.value)`", into: diagnostics),
                let level = reader.choice(of: word, key: member.key.value, LintSettings.Level.self)
            else { continue }
            if let unknown = lint.set(member.key.value, to: level) {
                diagnostics.report(.unknownKey, unknown.message, at: .init(file, member.key.span), help: unknown.help)
            }
        }
    }

    private func readIncludes(_ reader: inout MappingReader) -> [Spanned<String>] {
        let file = reader.node.file
        let diagnostics = reader.diagnostics
        return (reader.distinctStrings("includes") ?? []).filter { include in
            guard BundleNameForm.application.check(include, in: file, into: diagnostics) else { return false }
            guard CedarString(include.value) == CedarString(name.value) else { return true }
            diagnostics.report(
                .bundleIncludesItself, "the application `\(name.value)` includes itself",
                at: .init(file, include.span))
            return false
        }
    }

    private static func cedarName(
        _ text: Spanned<String>, _ file: SourceFile, _ diagnostics: DiagnosticCollector
    ) -> Spanned<Name>? {
        if let name = Name(normalized: text.value) { return Spanned(name, text.span) }
        diagnostics.report(
            .bundleCedarName, "`\(text.value)` is not a Cedar name", at: .init(file, text.span),
            help: "a name is letters, digits and `_`, not beginning with a digit, joined by `::`")
        return nil
    }
}
