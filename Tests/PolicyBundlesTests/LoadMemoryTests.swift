import CedarEngine
import CedarSyntax
import PolicyBundles
import SeededRandom
import Testing

/// Reloads that read and check only what changed, against loads from nothing: both must find and serve the same.
@Suite("Reloading what changed") struct LoadMemoryTests {
    private static let bundle = "name: app\nnamespace: App\nlint: {missing_reason: warning}\n"

    private static let schema = """
        namespace App {
          entity Team;
          entity User in [Team] { level?: Long };
          entity Doc { owner?: User };
          action view, edit appliesTo { principal: User, resource: Doc, context: { mfa?: Bool } };
        }
        """

    /// Texts of policy files, some with mistakes.
    private static let texts = [
        #"@id("a") permit (principal, action == App::Action::"view", resource);"#,
        #"permit (principal, action, resource) when { principal.level > 3 };"#,
        #"@id("b") @reason("no") forbid (principal, action, resource) when { principal has level && principal.level > 3 };"#,
        #"@id("a") forbid (principal, action == App::Action::"edit", resource);"#,
        #"@id("c") permit (principal, action == App::Action::"delete", resource);"#,
        #"permit (principal in App::Team::"x", action, resource) when { context has mfa && context.mfa };"#,
        "permit (principal, action", "", "// nothing\n",
        #"forbid (principal, action, resource); @obligation("nothing") permit (principal, action, resource);"#,
        #"permit (principal == ?principal, action, resource);"#,
    ]

    private static func load(_ texts: [String: String], _ cache: CompilationCache) -> LoadedApplications {
        BundleLoader.loadApplication(from: BundleFiles(application: "app", texts: texts), cache: cache)
    }

    private static func rendered(_ loaded: LoadedApplications) -> String {
        DiagnosticRenderer(usesColour: false).render(loaded.diagnostics)
    }

    @Test("finds what a load from nothing finds", arguments: 1...6)
    func sameFindings(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cache = CompilationCache()
        var files = ["bundle.yaml": Self.bundle, "app.cedarschema": Self.schema]
        for round in 0..<40 {
            let name = "policies/\(["x", "y", "z", "w"].randomElement(using: &random) ?? "x").cedar"
            switch Int.random(in: 0..<12, using: &random) {
            case 0: files[name] = nil
            case 1: files["app.cedarschema"] = files["app.cedarschema"].map { $0 + "\n// \(round)" }
            case 2:
                files["app.cedarschema"] = Self.schema.replacingOccurrences(of: "level?", with: "level", in: &random)
            case 3: files["bundle.yaml"] = Bool.random(using: &random) ? Self.bundle : "name: app\nnamespace: App\n"
            default: files[name] = Self.texts.randomElement(using: &random)
            }
            let (again, fresh) = (Self.load(files, cache), Self.load(files, CompilationCache()))
            #expect(Self.rendered(again) == Self.rendered(fresh), "round \(round)")
            let (served, expected) = (again.applications?.snapshots.first, fresh.applications?.snapshots.first)
            #expect(served?.version == expected?.version)
            #expect(served?.policies.policies.map(\.id) == expected?.policies.policies.map(\.id))
            #expect(
                served?.descriptions.mapValues { [$0.code, $0.message, $0.file, "\($0.position)"] }
                    == expected?.descriptions.mapValues { [$0.code, $0.message, $0.file, "\($0.position)"] })
        }
    }

    @Test("compiles only what changed")
    func compilesOnce() throws {
        let cache = CompilationCache()
        var files = ["bundle.yaml": Self.bundle]
        for index in 0..<20 {
            files["policies/f\(index).cedar"] =
                #"@id("p\#(index)") permit (principal, action, resource) when { context.n == \#(index) };"#
        }
        _ = Self.load(files, cache)
        let first = cache.statistics
        #expect(first.compiled == 20)
        files["policies/f3.cedar"] = #"@id("p3") permit (principal, action, resource) when { context.n == 100 };"#
        _ = Self.load(files, cache)
        #expect(cache.statistics.compiled == 21)
        #expect(cache.statistics.reused == first.reused + 19)
    }
}

extension String {
    /// The text, in half of the cases with a replacement.
    fileprivate func replacingOccurrences(
        of text: String, with other: String, in random: inout SeededGenerator
    ) -> String {
        Bool.random(using: &random)
            ? split(separator: text, omittingEmptySubsequences: false).joined(separator: other) : self
    }
}
