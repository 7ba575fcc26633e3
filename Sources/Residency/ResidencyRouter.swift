import CedarEngine
package import CedarModel
import CedarSyntax

/// Answers routing requests with a pack: asks the policies about each regime and each place, and picks.
///
/// It knows no law. It works out which regimes are in play, asks each of them about each region or about the
/// destination, intersects what they allow, and chooses inside that. Reference: data residency 3.4.
package struct ResidencyRouter {
    /// The pack.
    package let pack: ResidencyPack

    /// Makes a router.
    package init(_ pack: ResidencyPack) {
        self.pack = pack
    }

    /// Answers a request at an instant.
    package func route(
        _ request: RoutingRequest, at now: Datetime, in workspace: RoutingWorkspace = RoutingWorkspace()
    ) -> RoutingDecision {
        var decision = RoutingDecision(pack)
        decision.operation = request.operation
        decision.warnings = request.warnings
        decision.hints = request.hints
        decision.statements = request.statements
        for position in request.origins.indices {
            if let origin = request.origins[position] {
                decision.evidence.append((pack.facts.nodes[position].path, origin))
            }
        }
        var reader = RoutingPartiesReader(request, pack)
        guard let parties = reader.read() else {
            decision.reasons = reader.problems
            return decision
        }
        var completed = request
        completed.values = reader.values
        let edition = pack.edition(at: now)
        var run = RoutingRun(
            pack: pack, edition: edition, request: completed, parties: parties, now: now, workspace: workspace,
            decision: decision)
        run.run()
        return run.decision
    }
}

/// One run over one request.
struct RoutingRun {
    let pack: ResidencyPack
    let edition: PackEdition
    let request: RoutingRequest
    let parties: RoutingParties
    let now: Datetime
    let scratch: DecisionScratch
    let compiled: CompiledRequest
    var decision: RoutingDecision

    /// The policies that the answer rests on, by position.
    var used: [Bool]

    /// The earliest end of what the answer relies on.
    var validUntil: Datetime?

    /// The regimes to ask: the platform's own rules first.
    let asked: [Int]

    init(
        pack: ResidencyPack, edition: PackEdition, request: RoutingRequest, parties: RoutingParties, now: Datetime,
        workspace: RoutingWorkspace, decision: RoutingDecision
    ) {
        self.pack = pack
        self.edition = edition
        self.request = request
        self.parties = parties
        self.now = now
        self.decision = decision
        scratch = workspace.scratch
        compiled = workspace.request(for: edition.compiled)
        used = Array(repeating: false, count: pack.notes.count)
        validUntil = [edition.end, request.evidenceEnd].compactMap { $0 }.min()
        asked = [0] + parties.regimes
    }

    mutating func run() {
        RoutingContextWriter(
            pack: pack, edition: edition, request: request, parties: parties, now: now
        ).write(into: compiled)
        guard judgeData() else { return finish() }
        if parties.isMove { judgeMove() } else { judgePlaces() }
        finish()
    }

    /// Puts the parts of the answer that come from everywhere into their order.
    private mutating func finish() {
        decision.isAllowed = decision.reasons.isEmpty
        if !decision.isAllowed {
            decision.mechanism = nil
            decision.mechanismExpires = nil
        }
        decision.validUntil = validUntil
        for position in used.indices where used[position] { decision.policies.append(pack.notes[position].id) }
    }

    // MARK: - Asking

    /// What one regime says.
    struct Verdict {
        /// Whether it permits.
        var isPermitted = false
        /// The satisfied permit that speaks first.
        var permit: Int?
        /// The satisfied forbid that speaks first.
        var forbid: Int?
    }

    /// The action whose policies judge the operation.
    var action: EntityHandle {
        let name =
            parties.operation == .process && parties.isMove ? "process_at" : parties.operation.rawValue
        return edition.actions[name] ?? .unknown
    }

    /// Asks a regime about a resource.
    mutating func ask(_ regime: Int, _ action: EntityHandle, _ resource: EntityHandle) -> Verdict {
        compiled.ask(principal: edition.regimes[regime], action: action, resource: resource)
        let outcome = edition.compiled.decide(compiled, in: scratch, errorHandling: .deny)
        var verdict = Verdict(isPermitted: outcome == .allow)
        let notes = pack.notes
        func first(_ current: Int?, _ next: Int) -> Int {
            guard let current else { return next }
            return notes[next].rank < notes[current].rank ? next : current
        }
        if outcome == .allow {
            edition.compiled.forEachPermit(in: scratch) { verdict.permit = first(verdict.permit, $0) }
        } else {
            edition.compiled.forEachForbid(in: scratch) { position, _ in
                verdict.forbid = first(verdict.forbid, position)
            }
        }
        return verdict
    }

    /// The positions of the forbids of the last question.
    func lastForbids() -> [Int] {
        var positions: [Int] = []
        edition.compiled.forEachForbid(in: scratch) { position, _ in positions.append(position) }
        return positions
    }

    /// The positions of the permits of the last question.
    func lastPermits() -> [Int] {
        var positions: [Int] = []
        edition.compiled.forEachPermit(in: scratch) { position in positions.append(position) }
        return positions
    }

    /// Asks a regime which conditions of its permits are missing.
    mutating func explain(_ regime: Int, _ resource: EntityHandle) -> [Int] {
        compiled.ask(
            principal: edition.regimes[regime], action: edition.actions["explain"] ?? .unknown, resource: resource)
        _ = edition.compiled.decide(compiled, in: scratch, errorHandling: .deny)
        return lastForbids().sorted { (pack.notes[$0].rank, $0) < (pack.notes[$1].rank, $1) }
    }

    // MARK: - Data

    /// Asks whether the data is described well enough, and what goes with it wherever it is.
    private mutating func judgeData() -> Bool {
        var isClear = true
        var storageRank = Int.max
        for regime in asked {
            let verdict = ask(regime, action, edition.dataset)
            if verdict.isPermitted {
                for position in lastPermits() {
                    let note = pack.notes[position]
                    add(note.obligations)
                    add(warnings: note.warnings)
                    if !note.obligations.isEmpty || !note.warnings.isEmpty || note.storageClass != nil {
                        used[position] = true
                    }
                    if let storage = note.storageClass, note.rank < storageRank {
                        decision.storageClass = storage
                        storageRank = note.rank
                    }
                }
            } else {
                isClear = false
                let forbids = lastForbids()
                for position in forbids { add(reason: .policy(position)) }
                if forbids.isEmpty { add(reason: .notPermitted(regime: regime)) }
            }
        }
        return isClear
    }

    // MARK: - Collecting

    mutating func add(reason denial: RoutingDecision.Denial) {
        if case .policy(let position) = denial {
            used[position] = true
            for mechanism in pack.notes[position].requires where !decision.mechanismsRequired.contains(mechanism) {
                decision.mechanismsRequired.append(mechanism)
            }
        }
        let reason = decision.reason(denial)
        if !decision.reasons.contains(reason) { decision.reasons.append(reason) }
    }

    mutating func add(_ obligations: [PolicyNote.TextTemplate]) {
        for template in obligations {
            var text = template.prefix
            if let day = template.day {
                guard let instant = instant(of: day, at: nil) else { continue }
                text += Self.day(instant)
            }
            if !decision.obligations.contains(text) { decision.obligations.append(text) }
        }
    }

    mutating func add(warnings: [String]) {
        for warning in warnings where !decision.warnings.contains(warning) { decision.warnings.append(warning) }
    }

    /// The instant of an expiry, for a country where it is about one.
    func instant(of expiry: PolicyNote.Expiry, at country: String?) -> Datetime? {
        switch expiry {
        case .list(let list): return country.flatMap { edition.lastDays[list]?[CedarString($0)] }
        case .fact(let position, let limit, let unit):
            guard case .datetime(let instant)? = request.values[position] else { return nil }
            let number = limit.flatMap { name in edition.limits.first { $0.key == CedarString(name) }?.value } ?? 0
            let (offset, overflows) = number.multipliedReportingOverflow(by: unit)
            return overflows ? nil : instant.offset(by: Duration(milliseconds: offset))
        }
    }

    /// Relies on a permit at a country: its obligations hold, and the answer ends with it.
    mutating func rely(on position: Int, country: String) {
        let note = pack.notes[position]
        used[position] = true
        add(note.obligations)
        for expiry in note.expiries {
            guard let instant = instant(of: expiry, at: country) else { continue }
            if decision.mechanismExpires.map({ instant < $0 }) ?? true { decision.mechanismExpires = instant }
            // A day of a list counts to its end.
            var end = instant
            if case .list = expiry { end = Datetime(milliseconds: instant.milliseconds + Period.day) }
            if validUntil.map({ end < $0 }) ?? true { validUntil = end }
        }
    }

    /// A day as `2026-11-21`.
    static func day(_ instant: Datetime) -> String { String(instant.description.prefix(10)) }
}
