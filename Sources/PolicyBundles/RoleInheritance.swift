import CedarSyntax
import Documents

/// Works out what roles grant when they inherit from each other.
enum RoleInheritance {
    /// The greatest number of permissions that the roles of one model grant, counted for each role.
    static let maximumGrants = 1_000_000

    private enum Visit {
        case open, done
    }

    /// The roles with their effective permissions.
    ///
    /// Reports roles that do not exist and roles that inherit themselves.
    ///
    /// Iterative: how long a chain of roles may be is for the limits on files to say, not for the stack.
    static func resolve(
        _ roles: [RoleCatalog.Role], _ file: SourceFile, _ diagnostics: DiagnosticCollector
    ) -> [RoleCatalog.Role] {
        let names = roles.map(\.name.value)
        let indices = Dictionary(
            names.enumerated().map { (CedarString($0.element), $0.offset) }, uniquingKeysWith: { first, _ in first })
        let parents = roles.map { role in
            role.inherits.compactMap { parent -> (index: Int, span: SourceSpan)? in
                if let index = indices[CedarString(parent.value)] { return (index, parent.span) }
                diagnostics.report(
                    .unknownRole, "the role `\(role.name.value)` inherits `\(parent.value)`, which does not exist",
                    at: .init(file, parent.span),
                    help: names.count <= 1_000 ? Suggestion.sentence(for: parent.value, among: names) : nil)
                return nil
            }
        }
        var visits: [Visit?] = Array(repeating: nil, count: roles.count)
        var granted: [Set<CedarString>] = Array(repeating: [], count: roles.count)
        var total = 0
        for start in roles.indices where visits[start] == nil {
            var path = [(role: start, next: 0)]
            visits[start] = .open
            while let top = path.last {
                if top.next < parents[top.role].count {
                    path[path.count - 1].next += 1
                    let parent = parents[top.role][top.next]
                    switch visits[parent.index] {
                    case nil:
                        visits[parent.index] = .open
                        path.append((parent.index, 0))
                    case .open: reportCycle(path.map(\.role), parent, names, file, diagnostics)
                    case .done: break
                    }
                    continue
                }
                path.removeLast()
                visits[top.role] = .done
                var all = Set(roles[top.role].permissions.map { CedarString($0.value) })
                for parent in parents[top.role] { all.formUnion(granted[parent.index]) }
                granted[top.role] = all
                total += all.count
                if total > maximumGrants {
                    diagnostics.report(
                        .tooManyGrants, "the roles of this model grant more than \(maximumGrants) permissions in all",
                        at: .init(file, roles[top.role].name.span))
                    return roles
                }
            }
        }
        return zip(roles, granted).map { role, permissions in
            var role = role
            role.effectivePermissions = permissions.sorted()
            return role
        }
    }

    private static func reportCycle(
        _ path: [Int], _ parent: (index: Int, span: SourceSpan), _ names: [String], _ file: SourceFile,
        _ diagnostics: DiagnosticCollector
    ) {
        var cycle = path.drop { $0 != parent.index }.map { "`\(names[$0])`" }
        if cycle.count > 8 { cycle = cycle.prefix(4) + ["…"] + cycle.suffix(3) }
        cycle.append("`\(names[parent.index])`")
        diagnostics.report(
            .roleCycle, "the role `\(names[parent.index])` inherits itself: \(cycle.joined(separator: " from "))",
            at: .init(file, parent.span), help: "remove one of these from `inherits`")
    }
}
