import CedarSyntax
import Documents

/// The names of permissions, aliases included, and the canonical name of each.
struct PermissionNames {
    private var canonical: [CedarString: String] = [:]
    private var names: [String] = []

    /// Beyond as many names no suggestion is looked for; a hostile file must not make mistakes expensive.
    private static let suggestionLimit = 1_000

    /// Collects names; reports aliases that would make a name mean two permissions.
    init(_ permissions: [RoleCatalog.Permission], _ file: SourceFile, _ diagnostics: DiagnosticCollector) {
        var places: [CedarString: SourceSpan] = [:]
        for id in permissions.map(\.id) {
            canonical[CedarString(id.value)] = id.value
            places[CedarString(id.value)] = id.span
            names.append(id.value)
        }
        let ids = Set(canonical.keys)
        for permission in permissions {
            for alias in permission.aliases {
                let key = CedarString(alias.value)
                guard let place = places[key] else {
                    canonical[key] = permission.id.value
                    places[key] = alias.span
                    names.append(alias.value)
                    continue
                }
                if ids.contains(key) {
                    diagnostics.report(
                        .aliasIsPermission, "the alias `\(alias.value)` is a permission itself",
                        at: .init(file, alias.span), labels: [.init(place, "this permission")])
                } else {
                    diagnostics.report(
                        .duplicateAlias,
                        "`\(alias.value)` is already an alias of `\(canonical[key] ?? "")`",
                        at: .init(file, alias.span), labels: [.init(place, "this alias")])
                }
            }
        }
    }

    /// The canonical name of a permission; `nil`, with a finding, when there is none of that name.
    func resolve(_ name: Spanned<String>, _ file: SourceFile, _ diagnostics: DiagnosticCollector) -> String? {
        if let known = canonical[CedarString(name.value)] { return known }
        diagnostics.report(
            .unknownPermission, "there is no permission `\(name.value)`", at: .init(file, name.span),
            help: names.count <= Self.suggestionLimit ? Suggestion.sentence(for: name.value, among: names) : nil)
        return nil
    }
}
