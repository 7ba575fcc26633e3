import CedarSyntax
import Documents
import PolicyBundles
import Testing

@Suite struct RoleCatalogTests {
    private func read(_ text: String) -> (RoleCatalog?, [Diagnostic]) {
        let diagnostics = DiagnosticCollector()
        let catalog = RoleCatalog.read(SourceFile(name: "app/roles.yaml", text: text), into: diagnostics)
        return (catalog, diagnostics.diagnostics)
    }

    private let catalogue = """
        permissions:
          metrics:read: {description: Query metrics., origin: product}
          metrics:write: {origin: product, aliases: [send_metrics]}
          alert:view: {origin: matrix, aliases: [alerts:view]}
        models:
          main:
            roles:

        """

    @Test func resolvesAliasesAndInheritance() throws {
        let (read, diagnostics) = read(
            catalogue + """
                      viewer: {permissions: [alerts:view, metrics:read]}
                      editor: {inherits: [viewer], permissions: [send_metrics]}
                      auditor: {description: Reads., permissions: [alert:view]}
                      admin: {inherits: [editor, auditor]}
                """)
        #expect(diagnostics.isEmpty)
        let catalog = try #require(read)
        #expect(catalog.permissions?.map(\.id.value) == ["metrics:read", "metrics:write", "alert:view"])
        #expect(catalog.permissions?.map(\.origin) == ["product", "product", "matrix"])
        #expect(catalog.permissions?.first?.description == "Query metrics.")
        let model = try #require(catalog.model(named: "main"))
        #expect(model.role(named: "viewer")?.permissions.map(\.value) == ["alert:view", "metrics:read"])
        #expect(
            model.roles.map { $0.effectivePermissions.map(\.text) } == [
                ["alert:view", "metrics:read"], ["alert:view", "metrics:read", "metrics:write"], ["alert:view"],
                ["alert:view", "metrics:read", "metrics:write"],
            ])
        #expect(catalog.model(named: "other") == nil)
    }

    @Test("a role may inherit one that is written below it")
    func orderDoesNotMatter() throws {
        let (catalog, diagnostics) = read(
            catalogue + "      a: {inherits: [b]}\n      b: {inherits: [c]}\n      c: {permissions: [metrics:read]}\n")
        #expect(diagnostics.isEmpty)
        #expect(
            catalog?.models[0].roles.map { $0.effectivePermissions.map(\.text) } == [
                ["metrics:read"], ["metrics:read"], ["metrics:read"],
            ])
    }

    @Test func withoutACatalogueRolesMayNameAnything() {
        let (catalog, diagnostics) = read("models: {m: {roles: {r: {permissions: [b, a]}}}}")
        #expect(diagnostics.isEmpty)
        #expect(catalog?.permissions == nil)
        #expect(catalog?.models[0].roles[0].effectivePermissions.map(\.text) == ["a", "b"])
    }

    @Test(
        "mistakes in roles, in line 8 after a sound catalogue",
        arguments: [
            ("      r: {permissions: [metrics:raed]}", "V3201 8:25"),
            ("      r: {permissions: [unheard_of]}", "V3201 8:25"),
            ("      r: {permissions: [metrics:write, send_metrics]}", "V3207 8:40"),
            ("      r: {inherits: [s]}", "V3205 8:22"),
            ("      r: {inherits: [r]}", "V3206 8:22"),
            ("      r: {inherits: [s]}\n      s: {inherits: [r]}", "V3206 9:22"),
            ("      Viewer: {permissions: []}", "V3110 8:7"),
            ("      vïewer: {permissions: []}", "V3110 8:7"),
            ("      r: {permision: []}", "V3020 8:11"),
            ("      r: {permissions: metrics:read}", "V3022 8:24"),
            ("      r: {permissions: [1]}", "V3022 8:25"),
            ("      r: {permissions: }", "V3023 8:11"),
            ("      r: []", "V3022 8:10"),
            ("      r:", "V3022 8:9"),
        ])
    func mistakesInRoles(text: String, expected: String) {
        #expect(read(catalogue + text + "\n").1.map(summary) == [expected])
    }

    @Test(
        "mistakes elsewhere",
        arguments: [
            ("permissions: {a: {aliases: [b]}, b: {}}", "V3203 1:29"),
            ("permissions: {a: {aliases: [a]}}", "V3203 1:29"),
            ("permissions: {a: {aliases: [c]}, b: {aliases: [c]}}", "V3204 1:48"),
            ("permissions: {a: {aliases: [c, c]}}", "V3026 1:32"),
            ("permissions: {\" a\": {}}", "V3202 1:15"),
            ("permissions: {a: {aliases: [\"\\u202e\"]}}", "V3202 1:29"),
            ("permissions: {a: {origin: The Product}}", "V3110 1:27"),
            ("permissions: {a: {orign: product}}", "V3020 1:19"),
            ("permissions: {a: text}", "V3022 1:18"),
            ("permissions: [a]", "V3022 1:14"),
            ("models: {M: {roles: {}}}", "V3110 1:10"),
            ("models: {m: {}}", "V3021 1:13"),
            ("models: {m: {role: {}}}", "V3021 1:13, V3020 1:14"),
            ("model: {}", "V3020 1:1"),
        ])
    func mistakesElsewhere(text: String, expected: String) {
        #expect(read(text).1.map(summary).joined(separator: ", ") == expected)
    }

    @Test func mistakesSayHowToMendThem() {
        let (_, diagnostics) = read(
            catalogue + "      viewer: {permissions: [metrics:raed]}\n      a: {inherits: [viewr]}\n"
                + "      x: {inherits: [y]}\n      y: {inherits: [z]}\n      z: {inherits: [x]}\n")
        #expect(
            diagnostics.map(\.help) == [
                "did you mean `metrics:read`?", "did you mean `viewer`?", "remove one of these from `inherits`",
            ])
        #expect(diagnostics[2].message == "the role `x` inherits itself: `x` from `y` from `z` from `x`")
    }

    @Test("canonically equivalent names are different permissions")
    func namesCompareByScalars() {
        let (catalog, diagnostics) = read("permissions: {\"\\u00e9\": {}, \"e\\u0301x\": {}}")
        #expect(diagnostics.isEmpty)
        #expect(catalog?.permissions?.count == 2)
        let (_, findings) = read(
            "permissions: {\"\\u00e9\": {}}\nmodels: {m: {roles: {r: {permissions: [\"e\\u0301\"]}}}}")
        #expect(findings.map(\.code) == [.unknownPermission])
    }

    @Test func longChainsOfRolesNeedNoStack() throws {
        let count = 20_000
        let roles = (0..<count).map { index in
            index + 1 < count ? "r\(index): {inherits: [r\(index + 1)]}" : "r\(index): {permissions: [p]}"
        }
        let (catalog, diagnostics) = read(
            "models:\n  m:\n    roles:\n" + roles.map { "      \($0)\n" }.joined())
        #expect(diagnostics.isEmpty)
        #expect(catalog?.models[0].roles.first?.effectivePermissions.map(\.text) == ["p"])
    }

    @Test func grantsAreLimited() {
        let roles = (0..<3_000).map { index in
            "      r\(index): {inherits: [\(index > 0 ? "r\(index - 1)" : "")], permissions: [p\(index)]}\n"
        }
        let (_, diagnostics) = read("models:\n  m:\n    roles:\n" + roles.joined())
        #expect(diagnostics.map(\.code) == [.tooManyGrants])
    }
}
