import CedarModel
import CedarSyntax

/// Policies and entities, compiled: decides requests at a cost that follows the policies that can match, not those that
/// exist.
///
/// Agrees with ``Authorizer`` in decision, determining policies and errors, for any policies and data, valid or not: its
/// code checks every type as it runs. Immutable, made by ``PolicyCompiler``, shared by all threads.
///
/// A decision allocates nothing once its ``DecisionScratch`` is warm, unless a policy makes extension values of texts
/// in the request. Details of errors are made only when ``outcome(of:in:errorHandling:)`` is asked for.
public final class CompiledPolicies: Sendable {
    /// The policies that were compiled, in the order in which findings count them.
    public let policies: PolicySet

    /// The entities that were compiled.
    public let entities: CompiledEntities

    /// The ids of strings and entities.
    let symbols: SymbolTable

    /// The policies as decisions need them.
    let records: Cells<PolicyRecord>

    /// Whose scope can match a request.
    let index: ScopeIndex

    /// The texts behind the ids.
    let texts: TextSource

    /// How many registers any policy needs.
    let registerCount: Int

    private let bodies: [PolicyBody]
    private let arena: SealedArena

    init(
        _ policies: PolicySet, _ records: Cells<PolicyRecord>, _ bodies: [PolicyBody], symbols: SymbolTable,
        entities: CompiledEntities, arena: Arena
    ) {
        self.policies = policies
        self.records = records
        self.bodies = bodies
        self.symbols = symbols
        self.entities = entities
        index = ScopeIndex(records, entityCount: symbols.entityCount, rows: entities.rows, in: arena)
        texts = TextSource(stored: arena.cells(copying: symbols.text.span), ends: arena.cells(copying: symbols.ends))
        registerCount = bodies.reduce(4) { max($0, $1.registerCount) }
        self.arena = SealedArena(arena)
    }

    /// Decides a request with the exact semantics of Cedar: policies without value are skipped.
    ///
    /// The findings stay in the scratch memory until its next decision. The request must have been loaded for these
    /// policies; another one is a mistake of the caller and stops the program. The exclusions are a memory for these
    /// policies alone.
    public func decide(
        _ request: CompiledRequest, in scratch: DecisionScratch, errorHandling: ErrorHandling = .skip,
        remembering exclusions: PolicyExclusions? = nil
    ) -> AuthorizationDecision {
        precondition(request.policies === self, "the request was loaded for other policies")
        scratch.arena.reset()
        scratch.reserve(registers: registerCount)
        let content = request.content
        let registers = scratch.registers
        registers[0] = content.principal
        registers[1] = content.action
        registers[2] = content.resource
        registers[3] = content.context
        var texts = self.texts
        texts.local = content.texts
        let machine = Machine(hierarchy: content.hierarchy, registers: registers, texts: texts)
        var pass = DecisionPass(records: records, machine: machine, arena: scratch.arena)
        if let exclusions, content.fixedConstant >= 0 {
            pass.exclude(exclusions.bits(for: content.fixedConstant, policyCount: records.count), content.fixedKey)
        }
        if content.needsScan {
            pass.runAll()
        } else {
            pass.run(index)
        }
        pass.finish()
        scratch.findings = pass.findings
        if pass.findings.forbids.count > 0 { return .deny }
        if errorHandling == .deny, pass.findings.hasFailedForbid { return .deny }
        return pass.findings.permits.count > 0 ? .allow : .deny
    }
}

/// One pass over the candidates of a decision.
private struct DecisionPass {
    let records: Cells<PolicyRecord>
    let machine: Machine
    let arena: Arena
    var findings = DecisionScratch.Findings()

    /// Whether the candidates are from the section of the action, so that it need not be tested again.
    private var isActionFound = false

    /// Where the candidate before ended, see ``Machine/Ending``.
    private var stop = -1

    /// How many steps the next candidate has in common with the one that ended there.
    private var common = 0

    /// What is known of policies for requests with the same constant part.
    private var exclusions = ExclusionBits.none

    /// Under which key of the context the constant part is.
    private var fixedKey: Int32 = -1

    /// Passes over policies that are known not to hold, and finds out which these are.
    mutating func exclude(_ bits: ExclusionBits, _ key: Int32) {
        exclusions = bits
        fixedKey = key
    }

    init(records: Cells<PolicyRecord>, machine: Machine, arena: Arena) {
        self.records = records
        self.machine = machine
        self.arena = arena
    }

    /// Runs the policies that an index finds.
    @inline(__always)
    mutating func run(_ index: ScopeIndex) {
        let action = machine.registers[1].id
        let section = action >= 0 && Int(action) < index.sections.count ? index.sections[Int(action)] : 0
        if section != 0 {
            isActionFound = true
            run(index, section)
            isActionFound = false
        }
        run(index, 0)
    }

    @inline(never)
    private mutating func run(_ index: ScopeIndex, _ section: Int32) {
        let forms = index.forms[Int(section)]
        if forms == 0 { return }
        let (principal, resource) = (machine.registers[0], machine.registers[2])
        if forms & 1 != 0 { run(index.policies(section: section, form: .open, id: 0)) }
        if forms & 0b000_1110 != 0 {
            run(index, section, forms: forms >> 1, principal, .principalIs, .principalWithin, .principalType)
        }
        if forms & 0b111_0000 != 0 {
            run(index, section, forms: forms >> 4, resource, .resourceIs, .resourceWithin, .resourceType)
        }
    }

    @inline(__always)
    private mutating func run(
        _ index: ScopeIndex, _ section: Int32, forms: UInt8, _ entity: CompiledValue,
        _ same: ScopeIndex.KeyForm, _ within: ScopeIndex.KeyForm, _ type: ScopeIndex.KeyForm
    ) {
        if forms & 1 != 0, entity.id >= 0 { run(index.policies(section: section, form: same, id: entity.id)) }
        if forms & 2 != 0 {
            let bit: UInt8 = same == .principalIs ? 1 : 2
            if entity.id >= 0, index.containers[Int(entity.id)] & bit != 0 {
                run(index.policies(section: section, form: within, id: entity.id))
            }
            let (ancestors, parent) = machine.hierarchy.ancestors(of: entity.id, arena: arena)
            if parent >= 0, index.containers[Int(parent)] & bit != 0 {
                run(index.policies(section: section, form: within, id: parent))
            }
            for place in 0..<ancestors.count {
                let ancestor = ancestors[place]
                if ancestor >= 0, index.containers[Int(ancestor)] & bit != 0 {
                    run(index.policies(section: section, form: within, id: ancestor))
                }
            }
        }
        if forms & 4 != 0, entity.type >= 0 { run(index.policies(section: section, form: type, id: entity.type)) }
    }

    @inline(__always)
    private mutating func run(_ candidates: Cells<ScopeIndex.Filed>) {
        (stop, common) = (-1, .max)
        for place in 0..<candidates.count {
            let candidate = candidates[place]
            common = min(common, Int(candidate.common))
            if exclusions.isExcluded(candidate.policy) { continue }
            run(candidate.policy)
        }
    }

    /// Runs every policy.
    @inline(never)
    mutating func runAll() {
        for policy in 0..<records.count {
            stop = -1
            run(Int32(policy))
        }
    }

    @inline(never)
    private mutating func run(_ policy: Int32) {
        let record = records[Int(policy)]
        guard record.isOpen || matches(record) else { return }
        // Steps that the candidate before has taken as well have done what they do.
        let start = stop >= 0 && stop <= common ? stop : 0
        (stop, common) = (-1, .max)
        switch machine.run(record, from: start, arena: arena) {
        case .unsatisfied(let stop):
            self.stop = stop
            if exclusions.isOpen(policy) { examine(policy, record, stop) }
        case .satisfied:
            if record.isForbid {
                findings.forbids.append(policy, in: arena)
            } else {
                findings.permits.append(policy, in: arena)
            }
        case .failed(let fault):
            findings.failures.append(DecisionScratch.Failure(policy: policy, fault: fault), in: arena)
            if record.isForbid { findings.hasFailedForbid = true }
        }
    }

    /// Finds out whether the end of a policy rests on the constant part alone.
    @inline(never)
    private func examine(_ policy: Int32, _ record: PolicyRecord, _ stop: Int) {
        let isExcluded = stop >= 0 && record.rests(on: fixedKey, of: machine.registers[3], through: stop)
        exclusions.set(policy, isExcluded: isExcluded)
    }

    @inline(__always)
    private func matches(_ record: PolicyRecord) -> Bool {
        record.principal.matches(machine.registers[0], machine.hierarchy, arena)
            && record.resource.matches(machine.registers[2], machine.hierarchy, arena)
            && (isActionFound || record.action.matches(machine.registers[1], machine.hierarchy, arena))
    }

    /// Puts the findings into the order of the policies.
    mutating func finish() {
        findings.permits.elements.sort { $0 < $1 }
        findings.forbids.elements.sort { $0 < $1 }
        findings.failures.elements.sort { $0.policy < $1.policy }
    }
}
