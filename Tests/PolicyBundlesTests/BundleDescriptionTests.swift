import CedarSyntax
import Documents
import PolicyBundles
import Testing

@Suite struct BundleDescriptionTests {
    @Test func joinsTheTables() throws {
        let files = BundleFiles(
            application: "app",
            texts: [
                "bundle.yaml": "name: app", "roles.yaml": "models: {m: {roles: {r: {permissions: [p]}}}}",
                "tenants/b.yaml": "id: b\nrole_model: m", "tenants/a.yaml": "id: a",
            ])
        let (read, diagnostics) = BundleDescription.read(files)
        #expect(diagnostics.isEmpty)
        let description = try #require(read)
        #expect(description.manifest.name.value == "app")
        #expect(description.tenants.map(\.id.value) == ["a", "b"])
        #expect(description.roles?.models.count == 1)
    }

    @Test("one run reports the mistakes of every file")
    func reportsEverything() {
        let files = BundleFiles(
            application: "app",
            texts: [
                "bundle.yaml": "nam: app", "roles.yaml": "models: {m: {roles: {R: {}}}}",
                "tenants/a.yaml": "id: b\nrole_model: x",
            ])
        let (description, diagnostics) = BundleDescription.read(files)
        #expect(description == nil)
        #expect(
            diagnostics.map { "\(summary($0)) \($0.location?.file.name ?? "")" } == [
                "V3021 1:1 app/bundle.yaml", "V3020 1:1 app/bundle.yaml", "V3110 1:22 app/roles.yaml",
                "V3301 1:5 app/tenants/a.yaml", "V3303 2:13 app/tenants/a.yaml",
            ])
    }

    @Test func rolesAreNeededForARoleModel() {
        let files = BundleFiles(
            application: "app", texts: ["bundle.yaml": "name: app", "tenants/a.yaml": "id: a\nrole_model: x"])
        #expect(BundleDescription.read(files).diagnostics.map(\.code) == [.unknownRoleModel])
    }

    @Test("the application that comes with the sources loads without findings")
    func traceoIsSound() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let (files, diagnostics) = BundleFiles.read(directory: "/\(root)/Policies/traceo")
        #expect(diagnostics.isEmpty)
        let (description, findings) = BundleDescription.read(try #require(files))
        #expect(findings.map(summary) == [])
        #expect((description?.roles?.permissions?.count ?? 0) >= 50)
    }
}
