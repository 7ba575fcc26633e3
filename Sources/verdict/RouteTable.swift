import CedarModel
import Residency

/// A route as text: the decision, a table of the regions, and what goes with it.
struct RouteTable {
    private let route: RoutingDecision

    init(_ route: RoutingDecision) {
        self.route = route
    }

    /// The lines.
    var text: String {
        var lines = [route.isAllowed ? "allow" : "deny"]
        for reason in route.reasons {
            lines.append("  \(reason.code): \(reason.message)")
            let source = [reason.policy.map { "`\($0)`" }, reason.law].compactMap(\.self).joined(separator: ", ")
            if !source.isEmpty { lines.append("    \(source)") }
        }
        lines += table.isEmpty ? [] : [""] + table + [""]
        if let endpoint = route.endpoint { lines.append("endpoint: \(endpoint)") }
        if let mechanism = route.mechanism {
            let end = route.mechanismExpires.map { " until \($0.description.prefix(10))" } ?? ""
            lines.append("mechanism: \(mechanism)\(end)")
        }
        for (name, values) in [
            ("would be lawful with", route.mechanismsRequired), ("obligations", route.obligations),
            ("warnings", route.warnings), ("hints", route.hints),
            ("mirrors", route.mirrors.map { route.pack.catalog.regions[$0].id }),
        ] where !values.isEmpty {
            lines.append("\(name): \(values.joined(separator: ", "))")
        }
        let pack = route.pack
        lines.append("pack: \(pack.name) \(pack.version), not legal advice")
        if let end = route.validUntil { lines.append("valid until: \(end)") }
        return lines.joined(separator: "\n")
    }

    /// One line per region, in columns.
    private var table: [String] {
        let regions = route.pack.catalog.regions
        let rows = route.regions.enumerated().map { index, outcome -> [String] in
            var what = ""
            var why = outcome.mechanism ?? ""
            if let denial = outcome.denial {
                let reason = route.reason(denial)
                what = "denied"
                why = reason.code + (reason.policy.map { "  \($0)" } ?? "")
            } else if index == route.primary {
                what = index == route.backup ? "primary, backup" : "primary"
            } else {
                what = index == route.backup ? "backup" : "allowed"
            }
            return [regions[index].id, regions[index].country, what, why]
        }
        let widths = (0..<3).map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column < 3 ? cell + String(repeating: " ", count: widths[column] - cell.utf8.count) : cell
            }
            var line = "  " + cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
