import CedarSyntax
import Documents
import Foundation
import PolicyBundles
import Testing

@Suite struct BundleFilesTests {
    private func folder(_ files: [String: String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (path, text) in files { try folder.write(text, to: "app/\(path)") }
        return folder
    }

    private func read(
        _ folder: TemporaryFolder, limits: BundleLimits = .standard
    ) -> (files: BundleFiles?, diagnostics: [Diagnostic]) {
        BundleFiles.read(directory: folder.url.appendingPathComponent("app").path, limits: limits)
    }

    @Test func readsFilesInTheOrderOfTheirPaths() throws {
        let (files, diagnostics) = read(
            try folder([
                "bundle.yaml": "name: app", "roles.yaml": "{}", "entities.json": "[]", "policies/b.cedar": "",
                "policies/a.cedar": "permit (principal, action, resource);", "tenants/t.yaml": "id: t",
                "README.md": "text", ".hidden": "", ".git/x.cedar": "", "policies/.#a.cedar": "",
                "policies/README.md": "",
            ]))
        #expect(diagnostics.isEmpty)
        #expect(files?.application == "app")
        #expect(
            files?.files.map(\.path) == [
                "app/bundle.yaml", "app/entities.json", "app/policies/a.cedar", "app/policies/b.cedar",
                "app/roles.yaml",
                "app/tenants/t.yaml",
            ])
        #expect(files?.policies.map(\.stem) == ["a", "b"])
        #expect(files?.tenants.map(\.stem) == ["t"])
    }

    @Test(
        "files that must not be passed over",
        arguments: [
            ("policies/a.cedarschema", "V3105"), ("schema.CEDARSCHEMA", "V3105"),
            ("gateway.yaml", "V3104"),
            ("regions.yaml", "V3104"), ("law2026/l.cedar", "V3104"), ("baseline/b.cedar", "V3104"),
            ("root.cedar", "V3105"), ("roles.yml", "V3105"), ("Roles.yaml", "V3105"), ("tenants/t.yml", "V3105"),
            ("tenants/t.cedar", "V3105"), ("policies/p.CEDAR", "V3105"), ("policies/deep/p.cedar", "V3105"),
            ("policies/p.yaml", "V3105"), ("policy/p.cedar", "V3105"), ("tenants/t.json", "V3105"),
        ])
    func refusesWhatItWouldNotCarryOut(path: String, code: String) throws {
        let (_, diagnostics) = read(try folder(["bundle.yaml": "name: app", path: "x"]))
        #expect(diagnostics.map { "\($0.code)" } == [code])
        #expect(diagnostics.allSatisfy { $0.severity == .error })
        #expect(diagnostics.allSatisfy { path.hasPrefix($0.location?.file.name.dropFirst(4) ?? "?") })
    }

    @Test(arguments: ["notes.txt", "docs/a.md", "policies/notes.txt", "script.sh"])
    func warnsOfWhatHasNoMeaning(path: String) throws {
        let (files, diagnostics) = read(try folder(["bundle.yaml": "name: app", path: "x"]))
        #expect(diagnostics.map { "\($0.code)" } == ["V3106"])
        #expect(diagnostics.allSatisfy { $0.severity == .warning })
        #expect(files?.files.count == 1)
    }

    @Test func aFolderMustBeThereAndHaveAManifest() throws {
        let empty = try folder(["roles.yaml": "{}"])
        #expect(read(empty).diagnostics.map(summaryWithFile) == ["V3107 app/bundle.yaml"])
        let (files, diagnostics) = BundleFiles.read(directory: empty.url.appendingPathComponent("none").path)
        #expect(files == nil)
        #expect(diagnostics.map(summaryWithFile) == ["V3101 none"])
    }

    // MARK: - Links

    @Test("links within the folder, as mounted configuration has them")
    func linksWithinTheFolder() throws {
        let folder = try folder(["..data/bundle.yaml": "name: app", "..data/p.cedar": "x", "policies/q.cedar": "y"])
        try folder.link("app/bundle.yaml", to: "..data/bundle.yaml")
        try folder.link("app/policies/p.cedar", to: "../..data/p.cedar")
        let (files, diagnostics) = read(folder)
        #expect(diagnostics.isEmpty)
        #expect(files?.files.map(\.path) == ["app/bundle.yaml", "app/policies/p.cedar", "app/policies/q.cedar"])
    }

    @Test func linksThatLeaveTheFolderAreRefused() throws {
        let folder = try folder(["bundle.yaml": "name: app"])
        try folder.write("secret", to: "outside.yaml")
        try folder.write("secret", to: "application/a.cedar")
        try folder.link("app/roles.yaml", to: "../outside.yaml")
        try folder.link("app/policies", to: "../application")
        try folder.link("app/entities.json", to: "/etc/hostname")
        let (files, diagnostics) = read(folder)
        #expect(
            diagnostics.map(summaryWithFile) == [
                "V3102 app/entities.json", "V3102 app/policies", "V3102 app/roles.yaml",
            ])
        #expect(files?.files.count == 1)
    }

    @Test func linksThatLeadNowhereAreRefused() throws {
        let folder = try folder(["bundle.yaml": "name: app"])
        try folder.link("app/roles.yaml", to: "missing.yaml")
        try folder.link("app/entities.json", to: "entities.json")
        let codes = read(folder).diagnostics.map(summaryWithFile)
        #expect(codes == ["V3101 app/entities.json", "V3101 app/roles.yaml"])
    }

    @Test func foldersWithTheNameOfAFileAreNotRead() throws {
        let folder = try folder(["bundle.yaml": "name: app", "roles.yaml/x": ""])
        #expect(read(folder).diagnostics.contains { $0.location?.file.name == "app/roles.yaml" })
    }

    // MARK: - Limits

    @Test func limitsHold() throws {
        let folder = try folder([
            "bundle.yaml": "name: app", "policies/a.cedar": "12345678", "policies/b.cedar": "1234",
        ])
        func codes(_ files: Int, _ bytes: Int, _ total: Int) -> [String] {
            let limits = BundleLimits(maximumFiles: files, maximumFileBytes: bytes, maximumTotalBytes: total)
            return read(folder, limits: limits).diagnostics.map(summaryWithFile)
        }
        #expect(codes(3, 9, 21) == [])
        #expect(codes(2, 9, 21) == ["V3103 app/policies/b.cedar"])
        #expect(codes(3, 8, 21) == ["V3103 app/bundle.yaml", "V3107 app/bundle.yaml"])
        #expect(codes(3, 9, 20) == ["V3103 app/policies/b.cedar"])
    }

    // MARK: - Version

    @Test("the version of a known bundle, worked out with another implementation")
    func versionIsStable() {
        let files = BundleFiles(application: "app", texts: ["bundle.yaml": "name: app\n", "policies/a.cedar": "x"])
        #expect(files.version == Self.knownVersion)
    }

    @Test func versionChangesWithEveryByteAndName() {
        let variants: [[String: String]] = [
            ["bundle.yaml": "name: app", "policies/a.cedar": "x", "policies/b.cedar": "y"],
            ["bundle.yaml": "name: app", "policies/a.cedar": "xy", "policies/b.cedar": ""],
            ["bundle.yaml": "name: app", "policies/a.cedar": "y", "policies/b.cedar": "x"],
            ["bundle.yaml": "name: app", "policies/a.cedar": "x", "policies/c.cedar": "y"],
            ["bundle.yaml": "name: app", "policies/a.cedar": "x"],
        ]
        let versions = variants.map { BundleFiles(application: "app", texts: $0).version }
        #expect(Set(versions).count == variants.count)
        #expect(BundleFiles(application: "other", texts: variants[0]).version != versions[0])
    }

    @Test func versionOfAnApplicationWithIncludesDoesNotDependOnTheirOrder() {
        let one = BundleFiles(application: "one", texts: ["bundle.yaml": "name: one"])
        let two = BundleFiles(application: "two", texts: ["bundle.yaml": "name: two"])
        #expect(BundleFiles.version(of: [one, two]) == BundleFiles.version(of: [two, one]))
        #expect(BundleFiles.version(of: [one, two]) != one.version)
    }

    private static let knownVersion =
        "sha256:b90f6fd33cd0471f7494a43a5f557e46f41b1daa8a7da716678e79534ee83389"
}
