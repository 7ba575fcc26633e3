package import CedarSyntax
import Documents

/// Which countries there are, and which regimes look after whose data: `jurisdictions.yaml`.
package struct Jurisdictions: Sendable {
    /// The version of the packs.
    package var version = ""

    /// The day for which the data was written.
    package var asOf = ""

    /// The assigned codes.
    package var countries: Set<CedarString> = []

    /// The organisations, as in `intorg:EPO`.
    package var organisations: Set<CedarString> = []

    /// Territories where the law of another country holds.
    package var territories: [CedarString: String] = [:]

    /// Territories whose own law is not in the packs.
    package var review: Set<CedarString> = []

    /// Codes that are refused, and what is meant.
    package var rejected: [CedarString: String] = [:]

    /// Countries by group.
    package var groups: [String: [String]] = [:]

    /// The regimes, in the order of the file.
    package var regimes: [Regime] = []

    /// A regime.
    package struct Regime: Sendable {
        /// Its id, such as `GDPR`.
        package var id: String

        /// The countries whose people it protects.
        package var subjects: Set<CedarString> = []

        /// The words by which a tenant requires it, in lower case.
        package var labels: [CedarString] = []

        /// The path of the truth value that brings it into play.
        package var fact: String?
    }

    /// A country as a request may write it.
    package enum Country: Equatable, Sendable {
        /// A code, with territories replaced by the country whose law holds there.
        case known(String, needsReview: Bool)

        /// No assigned code, and perhaps the one that is meant.
        case unknown(meant: String?)
    }

    /// Reads a code as a request writes it, in any case.
    package func country(_ text: String) -> Country {
        if text.utf8.starts(with: "intorg:".utf8) {
            let known = organisations.contains(CedarString(String(text.dropFirst(7))))
            return known ? .known(text, needsReview: false) : .unknown(meant: nil)
        }
        guard text.utf8.count <= 16 else { return .unknown(meant: nil) }
        let code = CedarString(text.uppercased())
        if let meant = rejected[code] { return .unknown(meant: meant == "none" ? nil : meant) }
        guard countries.contains(code) else {
            let prefix = CedarString(String(code.text.prefix(2)))
            return .unknown(meant: code.utf8.count == 3 && countries.contains(prefix) ? prefix.text : nil)
        }
        return .known(territories[code] ?? code.text, needsReview: review.contains(code))
    }

    /// Reports a code in a document that is not assigned.
    func check(_ code: Spanned<String>, in file: SourceFile, into diagnostics: DiagnosticCollector) {
        if countries.contains(CedarString(code.value)) { return }
        if code.value.hasPrefix("intorg:"), organisations.contains(CedarString(String(code.value.dropFirst(7)))) {
            return
        }
        let meant = rejected[CedarString(code.value)].flatMap { $0 == "none" ? nil : $0 }
        diagnostics.report(
            .residencyCountry, "`\(code.value)` is not the code of a country", at: .init(file, code.span),
            help: meant.map { "did you mean `\($0)`?" } ?? "write the two letters of ISO 3166-1")
    }

    /// Reads the file; findings go to the collector.
    static func read(_ file: SourceFile, into diagnostics: DiagnosticCollector) -> Jurisdictions? {
        let (root, findings) = DocumentParser.parseYAML(file)
        diagnostics.append(findings)
        guard let root, var reader = MappingReader(root, what: "`jurisdictions.yaml`", into: diagnostics) else {
            return nil
        }
        var result = Jurisdictions()
        result.version = reader.requiredString("version")?.value ?? ""
        result.asOf = reader.requiredString("as_of")?.value ?? ""
        result.countries = Set((reader.distinctStrings("countries") ?? []).map { CedarString($0.value) })
        result.organisations = Set((reader.distinctStrings("organisations") ?? []).map { CedarString($0.value) })
        for code in reader.distinctStrings("review") ?? [] {
            result.check(code, in: file, into: diagnostics)
            result.review.insert(CedarString(code.value))
        }
        for member in reader.entries("territories") ?? [] {
            guard let target = MappingReader.text(member.value, what: "a territory", into: diagnostics) else {
                continue
            }
            for code in [member.key, target] { result.check(code, in: file, into: diagnostics) }
            result.territories[CedarString(member.key.value)] = target.value
        }
        for member in reader.entries("rejected") ?? [] {
            guard let meant = MappingReader.text(member.value, what: "a code", into: diagnostics) else { continue }
            if meant.value != "none" { result.check(meant, in: file, into: diagnostics) }
            result.rejected[CedarString(member.key.value)] = meant.value
        }
        for member in reader.entries("groups") ?? [] {
            let codes = (member.value.elements ?? []).compactMap {
                MappingReader.text($0, what: "a member of a group", into: diagnostics)
            }
            for code in codes { result.check(code, in: file, into: diagnostics) }
            result.groups[member.key.value] = codes.map(\.value)
        }
        for member in reader.entries("regimes") ?? [] {
            if let regime = result.regime(member, diagnostics) { result.regimes.append(regime) }
        }
        reader.finish()
        return result
    }

    private func regime(_ member: DocumentMember, _ diagnostics: DiagnosticCollector) -> Regime? {
        guard var reader = MappingReader(member.value, what: "the regime `\(member.key.value)`", into: diagnostics)
        else { return nil }
        var regime = Regime(id: member.key.value)
        for subject in reader.distinctStrings("subjects") ?? [] {
            if let group = groups[subject.value] {
                regime.subjects.formUnion(group.map { CedarString($0) })
            } else {
                check(subject, in: member.value.file, into: diagnostics)
                regime.subjects.insert(CedarString(subject.value))
            }
        }
        regime.labels = (reader.distinctStrings("labels") ?? []).map { CedarString($0.value.lowercased()) }
        regime.fact = reader.string("fact")?.value
        reader.finish()
        return regime
    }
}
