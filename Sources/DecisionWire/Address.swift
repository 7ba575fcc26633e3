import DecisionPoint

/// The application and the tenant of a call, from wherever the caller named them.
///
/// All that are given must agree.
package struct Address: Sendable {
    private var application: (value: String, place: String)?
    private var tenant: (value: String, place: String)?

    /// An address that names nothing yet.
    package init() {}

    /// Adds an application as named at a place such as `the path`.
    package mutating func addApplication(_ value: String?, at place: String) throws(ProblemDetails) {
        try Self.add(value, at: place, to: &application, what: "application")
    }

    /// Adds a tenant as named at a place.
    package mutating func addTenant(_ value: String?, at place: String) throws(ProblemDetails) {
        try Self.add(value, at: place, to: &tenant, what: "tenant")
    }

    /// The application that is named.
    package var applicationName: String? { application?.value }

    /// The tenant that is named.
    package var tenantName: String? { tenant?.value }

    /// Sets the address of a request.
    func apply(to request: inout DecisionRequest) {
        request.application = application?.value
        request.tenant = tenant?.value
    }

    private static func add(
        _ value: String?, at place: String, to current: inout (value: String, place: String)?, what: String
    ) throws(ProblemDetails) {
        guard let value else { return }
        if let earlier = current, !earlier.value.utf8.elementsEqual(value.utf8) {
            throw ProblemDetails(
                status: 400, code: "ADDRESS_CONFLICT",
                detail: "\(earlier.place) names \(what) `\(Excerpt.of(earlier.value))` and \(place) names "
                    + "`\(Excerpt.of(value))`")
        }
        current = (value, place)
    }
}
