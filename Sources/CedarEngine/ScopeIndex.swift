/// Finds the policies whose scope can match a request, without looking at the others.
///
/// Every policy is filed once for each action that it names, or once for all actions, and there under one key: the
/// entity that its scope wants as principal or as resource, whichever is rarer, else a type, else none. A request looks
/// under the keys that it has: its principal and resource, what they are in, and their types. Scopes cannot fail and
/// never read attributes, which is why the policies that are not found need no evaluation.
struct ScopeIndex {
    /// What a policy is filed under.
    enum KeyForm: UInt64 {
        case open, principalIs, principalWithin, principalType, resourceIs, resourceWithin, resourceType
    }

    /// A drawer: the policies under one key for one action.
    struct Drawer: BitwiseCopyable {
        var key: UInt64
        var start: Int32
        var count: Int32
    }

    /// The number of the section of each action, by entity id; 0 where there is none.
    private(set) var sections = Cells<Int32>()

    /// Which forms of keys each section has, as bits; section 0 is for all actions.
    private(set) var forms = Cells<UInt8>()

    /// For each entity, whether any policy is filed under being in it: bit 0 for principals, 1 for resources.
    private(set) var containers = Cells<UInt8>()

    private var drawers = Cells<Drawer>()
    private var policies = Cells<Filed>()

    /// A policy in a drawer.
    struct Filed: BitwiseCopyable {
        var policy: Int32

        /// How many steps it has in common with the one before it in the drawer, see ``CommonStart``.
        var common: Int32 = 0
    }

    /// In drawers up to this size policies that begin alike are put next to each other.
    private static let arrangedCount = 64

    /// The key of an empty drawer.
    private static let none = UInt64.max

    /// A policy that names groups with more actions than this is filed for all actions.
    private static let maximumActions = 256

    /// The policies under a key for the action with a section.
    @inline(__always)
    func policies(section: Int32, form: KeyForm, id: Int32) -> Cells<Filed> {
        let key = Self.key(section, form, id)
        let mask = drawers.count - 1
        var place = Self.place(of: key) & mask
        while true {
            let drawer = drawers[place]
            if drawer.key == key { return policies.suffix(from: Int(drawer.start), count: Int(drawer.count)) }
            if drawer.key == Self.none { return Cells() }
            place = (place + 1) & mask
        }
    }

    @inline(__always)
    private static func key(_ section: Int32, _ form: KeyForm, _ id: Int32) -> UInt64 {
        form.rawValue << 61 | UInt64(UInt32(bitPattern: section) & 0x1FFF_FFFF) << 32 | UInt64(UInt32(bitPattern: id))
    }

    @inline(__always)
    private static func place(of key: UInt64) -> Int {
        // Sections and ids are dense and not chosen by clients, so that any spreading will do.
        Int(truncatingIfNeeded: (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15 >> 30)
    }

    // MARK: - Filing

    /// Files policies.
    init(_ records: Cells<PolicyRecord>, entityCount: Int, rows: Cells<CompiledEntities.Row>, in arena: Arena) {
        let actions = ActionSections(records, entityCount: entityCount, rows: rows, limit: Self.maximumActions)
        sections = arena.cells(copying: actions.sections)
        let keys = Self.keys(of: records, entityCount: entityCount)

        // One pass to count the policies of each drawer, one to put them in.
        let capacity = max(64, (actions.filings.count * 2).nextPowerOfTwo)
        drawers = arena.cells(capacity, repeating: Drawer(key: Self.none, start: 0, count: 0))
        forms = arena.cells(Int(actions.sectionCount), repeating: 0)
        containers = arena.cells(entityCount, repeating: 0)
        for filing in actions.filings {
            let (form, id) = keys[Int(filing.policy)]
            forms[Int(filing.section)] |= 1 << UInt8(form.rawValue)
            if form == .principalWithin { containers[Int(id)] |= 1 }
            if form == .resourceWithin { containers[Int(id)] |= 2 }
            let place = self.place(for: Self.key(filing.section, form, id))
            drawers[place].count += 1
        }
        var start: Int32 = 0
        for place in 0..<capacity where drawers[place].key != Self.none {
            let count = drawers[place].count
            drawers[place].start = start
            drawers[place].count = 0
            start += count
        }
        policies = arena.cells(Int(start), of: Filed.self)
        for filing in actions.filings {
            let (form, id) = keys[Int(filing.policy)]
            let place = self.place(for: Self.key(filing.section, form, id))
            let drawer = drawers[place]
            policies[Int(drawer.start + drawer.count)] = Filed(policy: filing.policy)
            drawers[place].count += 1
        }
        for place in 0..<capacity where drawers[place].count > 1 { arrange(drawers[place], records) }
    }

    /// Puts policies that begin alike next to each other, unless they are very many, and notes how much is the same.
    ///
    /// Decisions take the policies of a drawer in any order.
    private func arrange(_ drawer: Drawer, _ records: Cells<PolicyRecord>) {
        let filed = policies.suffix(from: Int(drawer.start), count: Int(drawer.count))
        if filed.count <= Self.arrangedCount {
            filed.sort { CommonStart(records[Int($0.policy)], records[Int($1.policy)]).order < 0 }
        }
        for index in 1..<filed.count {
            let common = CommonStart(records[Int(filed[index - 1].policy)], records[Int(filed[index].policy)]).count
            filed[index] = Filed(policy: filed[index].policy, common: Int32(clamping: common))
        }
    }

    /// The place of the drawer of a key, which gets an empty one if need be.
    private func place(for key: UInt64) -> Int {
        let mask = drawers.count - 1
        var place = Self.place(of: key) & mask
        while drawers[place].key != key {
            if drawers[place].key == Self.none {
                drawers[place].key = key
                break
            }
            place = (place + 1) & mask
        }
        return place
    }

    private static func keys(of records: Cells<PolicyRecord>, entityCount: Int) -> [(form: KeyForm, id: Int32)] {
        var principals = [Int32](repeating: 0, count: entityCount)
        var resources = principals
        for index in 0..<records.count {
            if records[index].principal.wantsEntity { principals[Int(records[index].principal.entity)] += 1 }
            if records[index].resource.wantsEntity { resources[Int(records[index].resource.entity)] += 1 }
        }
        return (0..<records.count).map { index in
            let (principal, resource) = (records[index].principal, records[index].resource)
            let byPrincipal = (principal.form == .equal ? KeyForm.principalIs : .principalWithin, principal.entity)
            let byResource = (resource.form == .equal ? KeyForm.resourceIs : .resourceWithin, resource.entity)
            switch (principal.wantsEntity, resource.wantsEntity) {
            case (true, true):
                return principals[Int(principal.entity)] <= resources[Int(resource.entity)] ? byPrincipal : byResource
            case (true, false): return byPrincipal
            case (false, true): return byResource
            case (false, false): break
            }
            if resource.form == .isType { return (.resourceType, resource.type) }
            return principal.form == .isType ? (.principalType, principal.type) : (.open, 0)
        }
    }
}

extension ScopeTest {
    fileprivate var wantsEntity: Bool {
        switch form {
        case .equal, .within, .isTypeWithin: true
        case .any, .isType: false
        }
    }
}

extension Int {
    fileprivate var nextPowerOfTwo: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}

/// Which policies are filed in which section of the index: section 0 is for all actions, every action that a policy
/// names has one of its own.
private struct ActionSections {
    /// A policy in a section.
    struct Filing {
        var section: Int32
        var policy: Int32
    }

    /// The section of each entity; 0 for entities that are not actions that policies name.
    var sections: [Int32]

    /// How many sections there are.
    var sectionCount: Int32 = 1

    /// All policies with their sections, in the order of the policies within each section.
    var filings: [Filing] = []

    /// The actions of the policy that is being filed, in memory that serves them all.
    private var actions: [Int32] = []

    init(_ records: Cells<PolicyRecord>, entityCount: Int, rows: Cells<CompiledEntities.Row>, limit: Int) {
        sections = [Int32](repeating: 0, count: entityCount)
        var isGroup = [Bool](repeating: false, count: entityCount)
        for index in 0..<records.count {
            let test = records[index].action
            for place in 0..<test.entities.count {
                section(of: test.entities[place])
                if test.form == .within { isGroup[Int(test.entities[place])] = true }
            }
        }
        let members = members(of: isGroup, rows)
        filings.reserveCapacity(records.count * 2)
        for index in 0..<records.count {
            file(Int32(index), records[index].action, members, limit)
        }
    }

    /// The stored entities below each group that policies name.
    private mutating func members(of isGroup: [Bool], _ rows: Cells<CompiledEntities.Row>) -> [Int32: [Int32]] {
        var members: [Int32: [Int32]] = [:]
        guard isGroup.contains(true) else { return members }
        for id in 0..<rows.count where rows[id].isPresent {
            let ancestors = rows[id].ancestors
            for index in 0..<ancestors.count where isGroup[Int(ancestors[index])] {
                section(of: Int32(id))
                members[ancestors[index], default: []].append(Int32(id))
            }
        }
        return members
    }

    private mutating func section(of action: Int32) {
        guard sections[Int(action)] == 0 else { return }
        sections[Int(action)] = sectionCount
        sectionCount += 1
    }

    private mutating func file(_ policy: Int32, _ test: ActionTest, _ members: [Int32: [Int32]], _ limit: Int) {
        guard test.form != .any else {
            filings.append(Filing(section: 0, policy: policy))
            return
        }
        actions.removeAll(keepingCapacity: true)
        for index in 0..<test.entities.count {
            actions.append(test.entities[index])
            if test.form == .within, let below = members[test.entities[index]] { actions += below }
        }
        // Twice the same would be found twice.
        if actions.count > 1 {
            actions.sort()
            var count = 1
            for index in 1..<actions.count where actions[index] != actions[count - 1] {
                actions[count] = actions[index]
                count += 1
            }
            actions.removeSubrange(count...)
        }
        if actions.count > limit {
            filings.append(Filing(section: 0, policy: policy))
        } else {
            for action in actions { filings.append(Filing(section: sections[Int(action)], policy: policy)) }
        }
    }
}
