import CedarModel
public import CedarSyntax

/// One kind of request: an action with a type of principal and a type of resource that it applies to.
public struct RequestEnvironment: Hashable, Sendable, CustomStringConvertible {
    /// The type of the principal.
    public let principal: Name

    /// The action.
    public let action: EntityUID

    /// The type of the resource.
    public let resource: Name

    /// Makes a kind of request.
    public init(principal: Name, action: EntityUID, resource: Name) {
        self.principal = principal
        self.action = action
        self.resource = resource
    }

    /// The environment as messages name it.
    public var description: String {
        "principal `\(principal.path.excerpt)`, action `\(action.excerpt)`, resource `\(resource.path.excerpt)`"
    }
}
