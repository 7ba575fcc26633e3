import CedarEngine
import CedarSyntax

/// The numbers of the names of members that requests have.
package struct RequestPlanNames: BitwiseCopyable, Sendable {
    package let application, tenant, principal, subject, action, resource, context: Int32
    package let type, id, name, attributes, properties, roles, parents, credentials: Int32
    package let now, permission, credential: Int32
    package let data, value, jwt, evaluations, options: Int32
    package let entityEscape, extensionEscape, function, argument: Int32
    package let standardTenant: Int32
    package let instant, date, hour, minute, dayOfWeek, timeZone: Int32

    /// The names themselves.
    static let all: [CedarString] = [
        "application", "tenant", "principal", "subject", "action", "resource", "context", "type", "id", "name",
        "attributes", "properties", "roles", "parents", "credentials", "now", "permission", "__entity",
        "__extn", "fn", "arg", "instant", "date", "hour", "minute", "day_of_week", "time_zone", "default",
        "credential", "data", "value", "jwt", "evaluations", "options",
    ]

    init(_ compiled: CompiledPolicies) {
        func symbol(_ name: CedarString) -> Int32 { compiled.symbol(of: name) }
        application = symbol("application")
        tenant = symbol("tenant")
        principal = symbol("principal")
        subject = symbol("subject")
        action = symbol("action")
        resource = symbol("resource")
        context = symbol("context")
        type = symbol("type")
        id = symbol("id")
        name = symbol("name")
        attributes = symbol("attributes")
        properties = symbol("properties")
        roles = symbol("roles")
        parents = symbol("parents")
        credentials = symbol("credentials")
        now = symbol("now")
        permission = symbol("permission")
        credential = symbol("credential")
        data = symbol("data")
        value = symbol("value")
        jwt = symbol("jwt")
        evaluations = symbol("evaluations")
        options = symbol("options")
        entityEscape = symbol("__entity")
        extensionEscape = symbol("__extn")
        function = symbol("fn")
        argument = symbol("arg")
        standardTenant = symbol("default")
        instant = symbol("instant")
        date = symbol("date")
        hour = symbol("hour")
        minute = symbol("minute")
        dayOfWeek = symbol("day_of_week")
        timeZone = symbol("time_zone")
    }
}
