package import CedarSyntax
package import Documents

extension RoleCatalog {
    /// Reads a `roles.yaml`.
    ///
    /// Findings go to the collector; the catalogue must not be used when it has errors.
    package static func read(_ file: SourceFile, into diagnostics: DiagnosticCollector) -> RoleCatalog? {
        let (root, findings) = DocumentParser.parseYAML(file)
        diagnostics.append(findings)
        guard let root, var reader = MappingReader(root, what: "`roles.yaml`", into: diagnostics) else { return nil }
        let permissions = reader.entries("permissions")?.compactMap { permission($0, diagnostics) }
        let names = permissions.map { PermissionNames($0, file, diagnostics) }
        let models = reader.entries("models")?.compactMap { model($0, names, diagnostics) } ?? []
        reader.finish()
        return RoleCatalog(permissions: permissions, models: models, file: file)
    }

    // MARK: - Permissions

    private static func permission(_ member: DocumentMember, _ diagnostics: DiagnosticCollector) -> Permission? {
        let file = member.value.file
        let isWellFormed = checkForm(member.key, file, diagnostics)
        let what = "the permission `\(member.key.value)`"
        guard var reader = MappingReader(member.value, what: what, into: diagnostics) else { return nil }
        let description = reader.string("description")?.value
        let origin = reader.string("origin")
        if let origin { _ = BundleNameForm.origin.check(origin, in: file, into: diagnostics) }
        let aliases = (reader.distinctStrings("aliases") ?? []).filter { checkForm($0, file, diagnostics) }
        reader.finish()
        guard isWellFormed else { return nil }
        return Permission(id: member.key, description: description, origin: origin?.value, aliases: aliases)
    }

    /// Permissions are names of actions and may be written freely, but not so that nobody can see what they are.
    private static func checkForm(
        _ name: Spanned<String>, _ file: SourceFile, _ diagnostics: DiagnosticCollector
    ) -> Bool {
        let isVisible = name.value.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        let edges = [name.value.unicodeScalars.first, name.value.unicodeScalars.last]
        let isTrimmed = edges.allSatisfy { $0.map { !$0.properties.isWhitespace } ?? false }
        if isVisible, isTrimmed, name.value.utf8.count <= 256 { return true }
        diagnostics.report(
            .permissionForm, "\(StringLiteral.quote(name.value)) cannot be the name of a permission",
            at: .init(file, name.span), help: "a name has 1 to 256 visible characters and no space at its ends")
        return false
    }

    // MARK: - Roles

    private static func model(
        _ member: DocumentMember, _ names: PermissionNames?, _ diagnostics: DiagnosticCollector
    ) -> Model? {
        let file = member.value.file
        let isWellFormed = BundleNameForm.role.check(member.key, in: file, into: diagnostics)
        let what = "the role model `\(member.key.value)`"
        guard var reader = MappingReader(member.value, what: what, into: diagnostics) else { return nil }
        if !reader.contains("roles") { reader.reportMissing("roles") }
        let roles = (reader.entries("roles") ?? []).compactMap { role($0, names, diagnostics) }
        reader.finish()
        guard isWellFormed else { return nil }
        return Model(name: member.key, roles: RoleInheritance.resolve(roles, file, diagnostics))
    }

    private static func role(
        _ member: DocumentMember, _ names: PermissionNames?, _ diagnostics: DiagnosticCollector
    ) -> Role? {
        let file = member.value.file
        let isWellFormed = BundleNameForm.role.check(member.key, in: file, into: diagnostics)
        let what = "the role `\(member.key.value)`"
        guard var reader = MappingReader(member.value, what: what, into: diagnostics) else { return nil }
        let description = reader.string("description")?.value
        let inherits = reader.distinctStrings("inherits") ?? []
        let written = reader.strings("permissions") ?? []
        reader.finish()

        var seen: Set<CedarString> = []
        let permissions = written.compactMap { text -> Spanned<String>? in
            guard let names else {
                return checkForm(text, file, diagnostics) && seen.insert(CedarString(text.value)).inserted ? text : nil
            }
            guard let canonical = names.resolve(text, file, diagnostics) else { return nil }
            if !seen.insert(CedarString(canonical)).inserted {
                diagnostics.report(
                    .duplicateGrant, "the role `\(member.key.value)` lists the permission `\(canonical)` twice",
                    severity: .warning, at: .init(file, text.span))
                return nil
            }
            return Spanned(canonical, text.span)
        }
        guard isWellFormed else { return nil }
        return Role(name: member.key, description: description, inherits: inherits, permissions: permissions)
    }
}
