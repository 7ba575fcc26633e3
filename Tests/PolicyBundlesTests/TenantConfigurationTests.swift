import CedarSyntax
import Documents
import PolicyBundles
import Testing

@Suite struct TenantConfigurationTests {
    private func read(_ text: String, stem: String = "acme") -> (TenantConfiguration?, [Diagnostic]) {
        let diagnostics = DiagnosticCollector()
        let roles = RoleCatalog.read(
            SourceFile(name: "app/roles.yaml", text: "models: {registry: {roles: {}}}"), into: diagnostics)
        let file = SourceFile(name: "app/tenants/\(stem).yaml", text: text)
        let tenant = TenantConfiguration.read(file, stem: stem, roles: roles, into: diagnostics)
        return (tenant, diagnostics.diagnostics)
    }

    @Test func readsEveryKey() throws {
        let (read, diagnostics) = read(
            """
            id: acme
            time_zone: Europe/Berlin
            home_region: eu-central-1
            role_model: registry
            attributes: {tier: enterprise, seats: 12}
            """)
        #expect(diagnostics.isEmpty)
        let tenant = try #require(read)
        #expect(tenant.id.value == "acme")
        #expect(tenant.timeZone == "Europe/Berlin")
        #expect(tenant.homeRegion?.value == "eu-central-1")
        #expect(tenant.roleModel?.value == "registry")
        #expect(tenant.attributes?.members?.map(\.key.value) == ["tier", "seats"])
    }

    @Test func defaults() {
        let (tenant, diagnostics) = read("id: acme")
        #expect(diagnostics.isEmpty)
        #expect(tenant?.timeZone == "UTC")
        #expect(tenant?.attributes == nil)
    }

    @Test(arguments: ["UTC", "Etc/UTC", "Asia/Kolkata", "Asia/Calcutta", "America/Argentina/Ushuaia", "Europe/Kyiv"])
    func timeZones(name: String) {
        #expect(read("id: acme\ntime_zone: \(name)").1.isEmpty)
    }

    @Test(
        arguments: [
            ("time_zone: UTC", "V3021 1:1"),
            ("id: other", "V3301 1:5"),
            ("id: Acme", "V3301 1:5"),
            ("id: a/b", "V3110 1:5"),
            ("id: 12", "V3022 1:5"),
            ("id: acme\ntime_zone: Europe/Berlim", "V3302 2:12"),
            ("id: acme\ntime_zone: europe/berlin", "V3302 2:12"),
            ("id: acme\ntime_zone: CST", "V3302 2:12"),
            ("id: acme\ntime_zone: GMT+2", "V3302 2:12"),
            ("id: acme\ntime_zone: ../../etc/passwd", "V3302 2:12"),
            ("id: acme\nhome_region: EU", "V3110 2:14"),
            ("id: acme\nrole_model: registri", "V3303 2:13"),
            ("id: acme\nattributes: [a]", "V3022 2:13"),
            ("id: acme\nattributes: text", "V3022 2:13"),
            ("id: acme\noidc: {}", "V3021 2:7"),
            ("id: acme\nclaims: {}", "V3409 2:9"),
            ("id: acme\noverlay:", "V3024 2:1"),
            ("id: acme\ntimezone: UTC", "V3020 2:1"),
        ])
    func mistakesHavePlaces(text: String, expected: String) {
        #expect(read(text).1.map(summary) == [expected])
    }

    @Test func mistakesSayHowToMendThem() {
        #expect(read("id: acme\ntime_zone: Europe/Berlim").1.map(\.help) == ["did you mean `Europe/Berlin`?"])
        #expect(read("id: acme\nrole_model: registri").1.map(\.help) == ["did you mean `registry`?"])
    }
}
