import CedarSyntax

extension RecordType {
    /// What the server itself puts into the context of every request, which policies may read without asking.
    ///
    /// The clock in the time zone of the tenant, and who the tenant is.
    package static let serverContext = RecordType([
        "now": Attribute(
            .record(
                RecordType([
                    "instant": Attribute(.extension(.datetime)), "date": Attribute(.extension(.datetime)),
                    "hour": Attribute(.long), "minute": Attribute(.long), "day_of_week": Attribute(.long),
                    "time_zone": Attribute(.string),
                ]))),
        "tenant": Attribute(.record(RecordType(["id": Attribute(.string)]))),
    ])
}
