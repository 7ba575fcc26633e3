import CedarEngine
import CedarModel
import CedarSyntax

/// Judging where data may go.
extension RoutingRun {
    /// Asks all regimes about the destination: each has to permit it.
    mutating func judgeMove() {
        guard let country = parties.destination else { return }
        let resource = parties.destinationRegion.map { edition.regions[$0] } ?? edition.country(country)
        var permits: [(regime: Int, policy: Int)] = []
        for regime in asked {
            let verdict = ask(regime, action, resource)
            if verdict.isPermitted {
                if let permit = verdict.permit { permits.append((regime, permit)) }
                continue
            }
            let forbids = lastForbids()
            for position in forbids {
                add(reason: .policy(position))
                add(pack.notes[position].obligations)
            }
            let missing = explain(regime, resource)
            for position in missing { add(reason: .policy(position)) }
            if forbids.isEmpty, missing.isEmpty { add(reason: .notPermitted(regime: regime)) }
        }
        guard decision.reasons.isEmpty else { return }
        if let region = parties.destinationRegion {
            if request.unavailable.contains(CedarString(pack.catalog.regions[region].id)) {
                decision.reasons = [decision.reason(.unavailable)]
                return
            }
            decision.allowed = [region]
            decision.primary = region
        }
        for permit in permits { rely(on: permit.policy, country: country) }
        decision.mechanism = mechanism(among: permits)
    }

    /// The mechanism to name: that of an exporter before that of another regime, a real one before none.
    func mechanism(among permits: [(regime: Int, policy: Int)]) -> String {
        var best: (order: (Int, Int, Int), name: String)?
        for permit in permits {
            guard let name = pack.notes[permit.policy].mechanism else { continue }
            let order = (
                name == Self.noneRequired ? 1 : 0, parties.exporters.contains(permit.regime) ? 0 : 1,
                pack.notes[permit.policy].rank
            )
            if best.map({ order < $0.order || (order == $0.order && name < $0.name) }) ?? true {
                best = (order, name)
            }
        }
        return best?.name ?? Self.noneRequired
    }

    static let noneRequired = "none_required"
}
