import CedarEngine
import CedarModel
import CedarSyntax
import Glibc
import StrictJSON

/// An application to decide about: policies, links, entities and requests.
///
/// The file format is that of the workloads of the OOPSLA 2024 paper as this project keeps them: `{app, n, policies,
/// links?, entities, requests: [{principal, action, resource, decision?, reason?}]}` with ids as `[type, id]`.
struct Workload {
    var name: String
    var policies: PolicySet
    var entities: EntityStore
    var requests: [Request]

    /// The decisions that the file says are right; empty when it says none.
    var decisions: [Bool]

    init(name: String, json: [UInt8]) throws {
        self.name = name
        let root = try JSONDocument(parsing: json, limits: .bundle).root
        let parsed = PolicyParser.parse(SourceFile(name: name, text: root["policies"]?.string ?? ""))
        guard parsed.diagnostics.isEmpty else { throw Failure("\(name): \(parsed.diagnostics[0].message)") }
        policies = try PolicySet(
            parsed.policies.map { policy in
                // The files name templates by their `@id`, as the tool that made them did.
                var policy = policy
                if !policy.slots.isEmpty, let id = policy.annotation("id") { policy.id = id }
                return policy
            })
        for link in root["links"].map({ Array($0.elements) }) ?? [] {
            var slots: [Slot: EntityUID] = [:]
            for slot in [Slot.principal, .resource] {
                if let node = link["slots"]?[slot.rawValue] { slots[slot] = try Self.uid(node) }
            }
            try policies.link(
                template: PolicyID(link["template"]?.string ?? ""), as: PolicyID(link["id"]?.string ?? ""),
                slots: slots)
        }
        guard let entities = root["entities"], let requests = root["requests"] else {
            throw Failure("\(name): no entities or no requests")
        }
        let stored = try EntityReader(.reference).readStore(entities)
        self.entities = try EntityStore(Array(stored.entities) + Self.actions(root["schema"]))
        self.requests = try requests.elements.map { node in
            guard let principal = node["principal"], let action = node["action"], let resource = node["resource"] else {
                throw Failure("\(name): an incomplete request")
            }
            return Request(
                principal: try Self.uid(principal), action: try Self.uid(action), resource: try Self.uid(resource))
        }
        decisions = requests.elements.compactMap { $0["decision"]?.string.map { $0 == "allow" } }
    }

    init(name: String, policies: PolicySet, entities: EntityStore, requests: [Request]) {
        self.name = name
        self.policies = policies
        self.entities = entities
        self.requests = requests
        decisions = []
    }

    /// The actions of a JSON schema as entities, in the groups that it puts them in.
    private static func actions(_ schema: JSONNode?) -> [Entity] {
        var entities: [Entity] = []
        guard let schema else { return entities }
        for namespace in schema.members {
            let type = Name(unchecked: namespace.key.isEmpty ? "Action" : namespace.key + "::Action")
            guard let actions = namespace.value["actions"] else { continue }
            for action in actions.members {
                var entity = Entity(uid: EntityUID(type: type, id: CedarString(action.key)))
                if let groups = action.value["memberOf"] {
                    for group in groups.elements {
                        entity.parents.insert(EntityUID(type: type, id: CedarString(group["id"]?.string ?? "")))
                    }
                }
                entities.append(entity)
            }
        }
        return entities
    }

    private static func uid(_ node: JSONNode) throws -> EntityUID {
        let parts = node.elements.compactMap(\.string)
        guard parts.count == 2 else { throw Failure("an id that is not `[type, id]`") }
        return EntityUID(type: Name(unchecked: parts[0]), id: CedarString(parts[1]))
    }
}

/// A compiled workload with its requests loaded.
final class PreparedWorkload {
    let workload: Workload
    let policies: CompiledPolicies
    let requests: [CompiledRequest]
    let scratch = DecisionScratch()

    init(_ workload: Workload) throws {
        self.workload = workload
        var compiler = PolicyCompiler()
        let policies = compiler.compile(workload.policies, entities: compiler.compile(entities: workload.entities))
        self.policies = policies
        requests = try workload.requests.map { request in
            let compiled = CompiledRequest(for: policies)
            try compiled.load(request)
            return compiled
        }
    }

    /// Compares every answer with the reference evaluator, and with the file where it has decisions.
    func check() throws {
        for (index, request) in requests.enumerated() {
            let decision = policies.decide(request, in: scratch)
            let outcome = policies.outcome(of: request, in: scratch)
            let expected = Authorizer(errorHandling: .skip).authorize(
                workload.requests[index], policies: workload.policies, entities: workload.entities)
            guard decision == expected.decision, outcome.determiningPolicies == expected.determiningPolicies,
                outcome.errors.map(\.policy) == expected.errors.map(\.policy)
            else { throw Failure("\(workload.name): request \(index) is decided wrongly") }
            if index < workload.decisions.count, (decision == .allow) != workload.decisions[index] {
                throw Failure("\(workload.name): request \(index) differs from the file")
            }
        }
    }
}

/// Why a benchmark cannot run.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The bytes of a file.
func contents(of path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Failure("`\(path)` cannot be read") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return bytes }
        bytes += buffer[..<count]
    }
}
