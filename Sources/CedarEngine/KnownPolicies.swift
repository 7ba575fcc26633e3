import CedarSyntax

/// The policies of the last set that was compiled, with what was made of each.
///
/// A policy that is in the next set as the same object need not be looked at: neither its conditions nor the names in
/// its scope, whose ids are for ever.
struct KnownPolicies {
    /// The scope of a policy; its actions stand with those of all others.
    private struct Scope {
        let isForbid: Bool
        let principal: ScopeTest
        let resource: ScopeTest
        let actionForm: ActionTest.Form
        let actions: Range<Int>
    }

    /// One set of policies, position by position.
    private struct Round {
        var instances: [PolicyInstance] = []
        var entries: [BodyCache.Entry] = []
        var scopes: [Scope] = []
        var actions: [Int32] = []

        mutating func reserveCapacity(_ count: Int) {
            instances.reserveCapacity(count)
            entries.reserveCapacity(count)
            scopes.reserveCapacity(count)
        }
    }

    private var last = Round()
    private var current = Round()

    /// The positions in the last set, once a policy did not stand where it was expected.
    private var places: [ObjectIdentifier: Int]?

    /// Where in the last set the next policy is expected: behind the one before it.
    private var next = 0

    /// The compiled conditions of the policies of the last set that was finished.
    var bodies: [PolicyBody] { last.entries.map(\.body) }

    /// Begins a set of so many policies.
    mutating func beginRound(_ count: Int) {
        current.reserveCapacity(count)
        next = 0
    }

    /// Where in the last set a policy is.
    mutating func place(of instance: PolicyInstance) -> Int? {
        if next < last.instances.count, last.instances[next] === instance {
            next += 1
            return next - 1
        }
        if places == nil {
            places = Dictionary(minimumCapacity: last.instances.count)
            // The instances are kept, so that no other object can have the identity of one.
            for (place, known) in last.instances.enumerated() { places?[ObjectIdentifier(known)] = place }
        }
        guard let place = places?[ObjectIdentifier(instance)] else { return nil }
        next = place + 1
        return place
    }

    /// The compiled conditions of a policy of the last set.
    func entry(at place: Int) -> BodyCache.Entry { last.entries[place] }

    /// Takes a policy over from the last set, and makes its record anew.
    mutating func keep(_ instance: PolicyInstance, at place: Int, in arena: Arena) -> PolicyRecord {
        let (scope, entry) = (last.scopes[place], last.entries[place])
        let actions = arena.cells(scope.actions.count, of: Int32.self)
        for (index, action) in scope.actions.enumerated() { actions[index] = last.actions[action] }
        let record = PolicyRecord(
            isForbid: scope.isForbid, principal: scope.principal, resource: scope.resource,
            action: ActionTest(form: scope.actionForm, entities: actions), body: entry.body)
        remember(instance, entry, record)
        return record
    }

    /// Remembers a policy that was compiled.
    mutating func remember(_ instance: PolicyInstance, _ entry: BodyCache.Entry, _ record: PolicyRecord) {
        let start = current.actions.count
        for index in 0..<record.action.entities.count { current.actions.append(record.action.entities[index]) }
        current.instances.append(instance)
        current.entries.append(entry)
        current.scopes.append(
            Scope(
                isForbid: record.isForbid, principal: record.principal, resource: record.resource,
                actionForm: record.action.form, actions: start..<current.actions.count))
    }

    /// Forgets the set before this one.
    mutating func endRound() {
        last = current
        current = Round()
        places = nil
    }
}
