import CedarEngine
import CedarModel
import CedarSyntax

/// Who takes part in a question, once its attributes are understood.
struct RoutingParties {
    /// The operation.
    var operation: RoutingOperation

    /// Whether the data counts as being about people.
    var isPersonal: Bool

    /// Whether the request says what the data is; what only comes in from somewhere need not.
    var isDeclared: Bool

    /// The countries of the people.
    var subjects: [CedarString]

    /// The regimes in play, by position in the pack, without the platform's own rules; sorted.
    var regimes: [Int]

    /// The regimes out of which data is moved; for questions about places, all in play.
    var exporters: [Int]

    /// The regimes that the tenant requires.
    var required: [Int]

    /// The country that data goes to.
    var destination: String?

    /// The region that data goes to.
    var destinationRegion: Int?

    /// Whether the question is about going somewhere, rather than about being somewhere.
    var isMove: Bool
}

/// Writes the context that policies read.
struct RoutingContextWriter {
    let pack: ResidencyPack
    let edition: PackEdition
    let request: RoutingRequest
    let parties: RoutingParties
    let now: Datetime

    /// Fills a compiled request with the context.
    func write(into target: CompiledRequest) {
        var builder = CompiledRequest.Builder(target, for: edition.compiled)
        builder.beginRecord()
        key("now", &builder)
        builder.push(.datetime(now))
        key("limits", &builder)
        builder.beginRecord()
        for limit in edition.limits {
            builder.key(limit.key.utf8.span)
            builder.long(limit.value)
        }
        builder.endRecord()
        key("operation", &builder)
        builder.push(.string(CedarString(parties.operation.rawValue)))
        for (name, regimes) in [
            ("regimes", parties.regimes), ("exporters", parties.exporters), ("required", parties.required),
        ] {
            key(name, &builder)
            builder.beginSet()
            for regime in regimes {
                builder.push(edition.regimes[regime])
            }
            builder.endSet()
        }
        for root in pack.facts.roots { write(root, into: &builder) }
        builder.endRecord()
        builder.setContext()
        // The request brings no entities, so that nothing can be its own ancestor.
        try? builder.finish()
    }

    private func write(_ position: Int, into builder: inout CompiledRequest.Builder) {
        if let value = request.values[position] {
            key(position, &builder)
            builder.push(value)
            return
        }
        let isRequired = pack.facts.nodes[position].isRequired
        switch pack.facts.nodes[position].kind {
        case .record(let members):
            guard isRequired || isAnyGiven(members) else { return }
            key(position, &builder)
            builder.beginRecord()
            for member in members { write(member, into: &builder) }
            builder.endRecord()
        case .bool where isRequired:
            let known = pack.facts.known
            key(position, &builder)
            builder.bool(
                position == known.personal && parties.isPersonal || position == known.declared && parties.isDeclared)
        case .strings where isRequired, .countries where isRequired:
            key(position, &builder)
            builder.beginSet()
            builder.endSet()
        default: break
        }
    }

    /// Names the next value after an attribute.
    private func key(_ position: Int, _ builder: inout CompiledRequest.Builder) {
        let known = edition.factKeys[position]
        if known >= 0 { return builder.key(symbol: known) }
        builder.key(pack.facts.nodes[position].key.utf8.span)
    }

    private func isAnyGiven(_ members: [Int]) -> Bool {
        for member in members where isGiven(member) { return true }
        return false
    }

    private func isGiven(_ position: Int) -> Bool {
        if case .record(let members) = pack.facts.nodes[position].kind { return isAnyGiven(members) }
        if case .none = request.values[position] { return false }
        return true
    }

    private func key(_ name: String, _ builder: inout CompiledRequest.Builder) { builder.key(name.utf8.span) }
}
