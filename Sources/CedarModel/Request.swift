public import CedarSyntax

/// The question whether a principal may do an action on a resource in a context.
public struct Request: Sendable {
    /// Who asks.
    public var principal: EntityUID

    /// What is to be done.
    public var action: EntityUID

    /// On what.
    public var resource: EntityUID

    /// The circumstances.
    public var context: Record

    /// Makes a request.
    public init(principal: EntityUID, action: EntityUID, resource: EntityUID, context: Record = .empty) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
    }
}
