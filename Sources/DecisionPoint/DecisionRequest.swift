package import CedarModel
package import Identity
package import Residency

/// The question a caller asks, in the caller's names, whatever wire format it came in.
package struct DecisionRequest: Sendable {
    /// The application; `nil` for the default one.
    package var application: String?

    /// The tenant; `nil` for `default`.
    package var tenant: String?

    /// Who asks.
    package var principal: Party

    /// Whether the caller names the principal; it may leave that to the credential.
    package var namesPrincipal = true

    /// The names of the roles that the caller asserts for the principal.
    package var roles: [String] = []

    /// The name of the action.
    package var action: String

    /// What is said about the action; policies read it as `context.action`.
    package var actionAttributes: Record = .empty

    /// On what.
    package var resource: Party

    /// The circumstances.
    package var context: Record = .empty

    /// The subject's credentials, in the order given.
    package var credentials: [SubjectCredential] = []

    /// What is asked about data, in the shape of a routing request; `nil` when nothing is.
    package var data: Datum?

    /// Makes a request without further attributes.
    package init(principal: Party, action: String, resource: Party) {
        self.principal = principal
        self.action = action
        self.resource = resource
    }

    /// A principal or a resource as a caller describes it.
    package struct Party: Sendable {
        /// The type, in the caller's words.
        package var type: String

        /// The id.
        package var id: String

        /// What the caller says about it.
        package var attributes: Record

        /// The groups that the caller says it belongs to: types in the caller's words.
        package var parents: [(type: String, id: String)]

        /// Makes a party.
        package init(
            type: String, id: String, attributes: Record = .empty, parents: [(type: String, id: String)] = []
        ) {
            self.type = type
            self.id = id
            self.attributes = attributes
            self.parents = parents
        }
    }
}
