package import CedarModel
import CedarSyntax
import Documents

/// What the laws decided, with dates: `adequacy.yaml`.
package struct DatedData: Sendable {
    /// The lists of countries, in the order of the file.
    package var lists: [List] = []

    /// When laws and their instruments are in force.
    package var instruments: [(name: String, period: Period)] = []

    /// The numbers by name, each with the days from which they hold, in their order.
    package var limits: [(name: String, values: [(from: Datetime?, value: Int64)])] = []

    /// A list of countries.
    package struct List: Sendable {
        /// Its name, without the scope.
        package var name: String

        /// What holds in every pack without entries of its own.
        package var entries: [Entry] = []

        /// Entries that a pack has instead.
        package var packs: [String: [Entry]] = [:]
    }

    /// A decision about a country.
    package struct Entry: Sendable {
        /// The code.
        package var code: String

        /// The condition that it makes.
        package var scope: String?

        /// When it holds.
        package var period: Period
    }

    /// The instants at which anything changes, in order.
    package func boundaries(of pack: String) -> [Datetime] {
        var instants: Set<Datetime> = []
        func add(_ period: Period) {
            for instant in [period.start, period.end] { if let instant { instants.insert(instant) } }
        }
        for list in lists { for entry in list.packs[pack] ?? list.entries { add(entry.period) } }
        for instrument in instruments { add(instrument.period) }
        for limit in limits { for value in limit.values { if let from = value.from { instants.insert(from) } } }
        return instants.sorted()
    }

    /// The value of a number at an instant: of those that have begun the latest, else the first there will be.
    package func limit(_ name: String, at instant: Datetime) -> Int64? {
        guard let limit = limits.first(where: { $0.name == name }) else { return nil }
        return (limit.values.last { $0.from.map { $0 <= instant } ?? true } ?? limit.values.first)?.value
    }
}

extension DatedData {
    /// Reads the file; findings go to the collector.
    static func read(
        _ file: SourceFile, jurisdictions: Jurisdictions, into diagnostics: DiagnosticCollector
    ) -> DatedData? {
        let (root, findings) = DocumentParser.parseYAML(file)
        diagnostics.append(findings)
        guard let root, var reader = MappingReader(root, what: "`adequacy.yaml`", into: diagnostics) else { return nil }
        var data = DatedData()
        for member in reader.entries("lists") ?? [] {
            guard var list = MappingReader(member.value, what: "the list `\(member.key.value)`", into: diagnostics)
            else { continue }
            _ = list.string("law")
            var read = List(name: member.key.value)
            read.entries = (list.sequence("entries") ?? []).compactMap { entry($0, jurisdictions, diagnostics) }
            for pack in list.entries("packs") ?? [] {
                read.packs[pack.key.value] = (pack.value.elements ?? []).compactMap {
                    entry($0, jurisdictions, diagnostics)
                }
            }
            list.finish()
            data.lists.append(read)
        }
        for member in reader.entries("instruments") ?? [] {
            guard var instrument = MappingReader(member.value, what: "`\(member.key.value)`", into: diagnostics)
            else { continue }
            _ = instrument.string("law")
            data.instruments.append((member.key.value, Period.read(&instrument)))
            instrument.finish()
        }
        for member in reader.entries("limits") ?? [] {
            data.limits.append((member.key.value, values(member, diagnostics)))
        }
        reader.finish()
        return data
    }

    private static func entry(
        _ node: DocumentNode, _ jurisdictions: Jurisdictions, _ diagnostics: DiagnosticCollector
    ) -> Entry? {
        guard var reader = MappingReader(node, what: "an entry", into: diagnostics) else { return nil }
        let code = reader.requiredString("code")
        if let code { jurisdictions.check(code, in: node.file, into: diagnostics) }
        let scope = reader.string("scope")?.value
        _ = reader.string("note")
        let period = Period.read(&reader)
        reader.finish()
        return code.map { Entry(code: $0.value, scope: scope, period: period) }
    }

    private static func values(
        _ member: DocumentMember, _ diagnostics: DiagnosticCollector
    ) -> [(from: Datetime?, value: Int64)] {
        let values = (member.value.elements ?? []).compactMap { node -> (from: Datetime?, value: Int64)? in
            guard var reader = MappingReader(node, what: "a value of `\(member.key.value)`", into: diagnostics) else {
                return nil
            }
            let period = Period.read(&reader)
            if !reader.contains("value") { reader.reportMissing("value") }
            let value = reader.integer("value")?.value
            reader.finish()
            return value.map { (period.start, $0) }
        }
        if values.isEmpty {
            diagnostics.report(
                .residencyLimit, "`\(member.key.value)` has no value", at: member.value.location,
                help: "write a list such as `[{from: 2026-01-01, value: 60}]`")
        }
        return values.sorted { ($0.from?.milliseconds ?? .min) < ($1.from?.milliseconds ?? .min) }
    }
}
