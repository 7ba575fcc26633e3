public import CedarSyntax

/// An entity that compiled policies or their stored entities name, found once and used in many decisions.
///
/// Handles are of the policies that gave them, and mean nothing to others.
public struct EntityHandle: Sendable, BitwiseCopyable {
    let id: Int32
    let type: Int32
}

extension CompiledPolicies {
    /// The handle of an entity; `nil` when neither policies nor stored entities name it.
    public func handle(of uid: EntityUID) -> EntityHandle? {
        guard let type = symbols.string(uid.type.path.utf8.span), let name = symbols.string(uid.id.utf8.span),
            let id = symbols.entity(type: type, name: name)
        else { return nil }
        return EntityHandle(id: id, type: type)
    }

    /// Calls a function with the position in ``policies`` of every satisfied permit of the last decision.
    public func forEachPermit(in scratch: DecisionScratch, _ body: (Int) -> Void) {
        for index in 0..<scratch.findings.permits.count { body(Int(scratch.findings.permits[index])) }
    }

    /// Calls a function with the position in ``policies`` of every forbid of the last decision that denies: whether
    /// it was satisfied, and whether it had no value instead.
    public func forEachForbid(in scratch: DecisionScratch, _ body: (Int, _ hasFailed: Bool) -> Void) {
        for index in 0..<scratch.findings.forbids.count { body(Int(scratch.findings.forbids[index]), false) }
        for index in 0..<scratch.findings.failures.count {
            let policy = Int(scratch.findings.failures[index].policy)
            if records[policy].isForbid { body(policy, true) }
        }
    }
}

extension CompiledRequest {
    /// Asks the next question about the same context: the request stays as it is but for its three entities.
    ///
    /// For requests that bring no entities of their own.
    public func ask(principal: EntityHandle, action: EntityHandle, resource: EntityHandle) {
        setPrincipal(.entity(principal.id, type: principal.type))
        setAction(.entity(action.id, type: action.type))
        setResource(.entity(resource.id, type: resource.type))
    }
}

extension EntityHandle {
    /// An entity that no policy names and that has no attributes and no parents.
    public static let unknown = EntityHandle(id: -1, type: -1)
}

extension CompiledRequest.Builder {
    /// Pushes an entity that is known by its handle.
    public mutating func push(_ handle: EntityHandle) {
        push(EntityReference(value: .entity(handle.id, type: handle.type)))
    }
}
