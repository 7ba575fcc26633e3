import CedarModel
import CedarSyntax
import Identity

extension Tenant {
    /// Joins what is configured for a tenant; members without a value are absent from the context.
    init(
        id: String, zone: ZoneClock, homeRegion: String?, roleModel: String?, attributes: Record,
        roleAssignments: RoleAssignments, trust: TenantTrust?
    ) {
        var fields = [
            Record.Field(key: "id", value: .string(CedarString(id))),
            Record.Field(key: "time_zone", value: .string(CedarString(zone.name))),
            Record.Field(key: "attributes", value: .record(attributes)),
        ]
        if let homeRegion { fields.append(Record.Field(key: "home_region", value: .string(CedarString(homeRegion)))) }
        self.init(
            id: CedarString(id), zone: zone, roleModel: roleModel.map { CedarString($0) }, contextValue: Record(fields),
            roleAssignments: roleAssignments, trust: trust)
    }
}
