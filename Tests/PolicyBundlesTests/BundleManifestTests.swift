import CedarEngine
import CedarSchema
import CedarSyntax
import Documents
import PolicyBundles
import Testing

@Suite struct BundleManifestTests {
    private func read(_ text: String) -> (BundleManifest?, [Diagnostic]) {
        let diagnostics = DiagnosticCollector()
        let manifest = BundleManifest.read(SourceFile(name: "app/bundle.yaml", text: text), into: diagnostics)
        return (manifest, diagnostics.diagnostics)
    }

    @Test func readsEveryKey() throws {
        let (read, diagnostics) = read(
            """
            name: traceo
            namespace: Acme::Traceo
            includes: [residency]
            types: {api-gateway: Gateway, "a b": Other::Thing}
            authoritative: [tenant, owner]
            on_error: skip
            asserted_principals: true
            caller_may_assert: [context]
            lint: {missing_id: off, missing_reason: error}
            """)
        #expect(diagnostics.isEmpty)
        let manifest = try #require(read)
        #expect(manifest.name.value == "traceo")
        #expect(manifest.namespace?.value.path == "Acme::Traceo")
        #expect(manifest.includes.map(\.value) == ["residency"])
        let types = manifest.types.map { "\($0.name.value)=\($0.type.value)" }
        #expect(types == ["api-gateway=Gateway", "a b=Other::Thing"])
        #expect(manifest.authoritative.map(\.value) == ["tenant", "owner"])
        #expect(manifest.onError == .skip)
        #expect(manifest.assertedPrincipals?.value == true)
        #expect(manifest.callerMayAssert == [.context])
        #expect([manifest.lint[.missingID], manifest.lint[.missingReason]] == [.off, .error])
        #expect(manifest.lint[.shadowedByForbid] == .warning)
    }

    @Test("what is not said is the safe choice")
    func defaults() throws {
        let (read, diagnostics) = read("name: app")
        #expect(diagnostics.isEmpty)
        let manifest = try #require(read)
        #expect(manifest.onError == .deny)
        #expect(manifest.assertedPrincipals == nil)
        #expect(manifest.callerMayAssert == [.context, .resource])
        #expect(manifest.namespace == nil)
    }

    @Test(
        arguments: [
            ("namespace: A", "V3021 1:1"),
            ("name: Traceo", "V3110 1:7"),
            ("name: ../x", "V3110 1:7"),
            ("name: \"\"", "V3110 1:7"),
            ("name: 12", "V3022 1:7"),
            ("name: a\nnamespace: a b", "V3111 2:12"),
            ("name: a\nnamespace: __cedar", "V3111 2:12"),
            ("name: a\nincludes: [b, b]", "V3026 2:15"),
            ("name: a\nincludes: [a]", "V3112 2:12"),
            ("name: a\nincludes: [../b]", "V3110 2:12"),
            ("name: a\ntypes: {x: 1y}", "V3111 2:12"),
            ("name: a\ntypes: {x: [y]}", "V3022 2:12"),
            ("name: a\non_error: allow", "V3025 2:11"),
            ("name: a\nasserted_principals: yes", "V3022 2:22"),
            ("name: a\ncaller_may_assert: [principal]", "V3025 2:21"),
            ("name: a\nlint: {missing_id: loud}", "V3025 2:20"), ("name: a\nlint: {missing_ids: off}", "V3020 2:8"),
            ("name: a\nauthoritative: tenant", "V3022 2:16"),
            ("name: a\non_eror: deny", "V3020 2:1"),
            ("name: a\non_error:", "V3023 2:1"),
            ("name: a\nname: b", "V3010 2:1"),
            ("[name]", "V3022 1:1"),
            ("", "V3006 1:1"),
        ])
    func mistakesHavePlaces(text: String, expected: String) {
        #expect(read(text).1.map(summary) == [expected])
    }
}
