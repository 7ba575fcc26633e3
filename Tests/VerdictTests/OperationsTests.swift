import Foundation
import Testing

/// The operations listener of a running server: metrics, what is loaded, and reloading in all three ways.
@Suite struct OperationsTests {
    static let token = "correct-horse-battery"
    static let broken = "permit (principal, action, resource) when { 1 + };\n"

    /// A copy of the example application, and a server of it with a token.
    private final class Setup {
        let folder: URL
        let server: ServerProcess

        init(_ arguments: [String] = []) throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "policies-\(UUID().uuidString)")
            try FileManager.default.copyItem(
                at: VerdictProgram.repository.appending(path: "Policies"), to: folder)
            let tokenFile = folder.appending(path: ".token")
            try Data("\(OperationsTests.token)\n".utf8).write(to: tokenFile)
            server = try ServerProcess(
                ["--policies", folder.path, "--admin-token-file", tokenFile.path] + arguments)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: "traceo/policies/\(name)"))
        }

        func remove(_ name: String) throws {
            try FileManager.default.removeItem(at: folder.appending(path: "traceo/policies/\(name)"))
        }

        /// Waits until the readiness page contains a text.
        func waitUntilReadinessSays(_ text: String) throws -> Bool {
            for _ in 0..<200 {
                if try server.health("/health/ready").body.contains(text) { return true }
                usleep(50_000)
            }
            return false
        }
    }

    @Test func reloadingNeedsTheToken() throws {
        let setup = try Setup()
        #expect(try setup.server.administer("/v1/admin/reload", token: nil).status == 401)
        #expect(try setup.server.administer("/v1/admin/reload", token: "correct-horse-batterx").status == 401)
        #expect(try setup.server.administer("/v1/admin/reload", token: "correct").status == 401)
        let answer = try setup.server.administer("/v1/admin/reload", token: Self.token)
        #expect(answer.status == 200)
        #expect(answer.body == #"{"result":"unchanged"}"#)
        let closed = try ServerProcess(["--policies", "Policies"])
        #expect(try closed.administer("/v1/admin/reload", token: Self.token).status == 403)
    }

    @Test func aBadBundleKeepsTheLastGoodOne() throws {
        let setup = try Setup()
        let before = try setup.server.health("/v1/policies").body
        try setup.write(Self.broken, "broken.cedar")
        let failed = try setup.server.administer("/v1/admin/reload", token: Self.token)
        #expect(failed.status == 409)
        #expect(failed.body.contains("traceo/policies/broken.cedar") || failed.body.contains("broken.cedar"))
        let ready = try setup.server.health("/health/ready")
        #expect(ready.status == 200)
        #expect(ready.body.contains(#""status":"stale""#))
        #expect(ready.body.contains(#""code":"V1"#))
        #expect(try setup.server.health("/v1/policies").body == before)
        #expect(try setup.server.post("/t/acme/v1/decide", ServeTests.question).body.contains(#""decision":"allow""#))

        try setup.remove("broken.cedar")
        try setup.write(
            "@id(\"closed\") @code(\"CLOSED\") forbid (principal, action, resource);\n", "closed.cedar")
        let replaced = try setup.server.administer("/v1/admin/reload", token: Self.token)
        #expect(replaced.body == #"{"result":"replaced"}"#)
        #expect(try setup.server.health("/health/ready").body.contains(#""status":"ready""#))
        #expect(try setup.server.post("/t/acme/v1/decide", ServeTests.question).body.contains("CLOSED"))
    }

    @Test func anApplicationThatLosesItsManifestIsNotHandedToAnother() throws {
        let setup = try Setup()
        let other = setup.folder.appending(path: "other")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        let manifest = other.appending(path: "bundle.yaml")
        try Data("name: other\n".utf8).write(to: manifest)
        #expect(try setup.server.administer("/v1/admin/reload", token: Self.token).body == #"{"result":"replaced"}"#)
        #expect(try setup.server.post("/v1/decide", ServeTests.question).body.contains("UNKNOWN_APPLICATION"))
        try FileManager.default.moveItem(at: manifest, to: other.appending(path: "bundle.yml"))
        #expect(try setup.server.administer("/v1/admin/reload", token: Self.token).status == 409)
        try FileManager.default.removeItem(at: other)
        let lost = try setup.server.administer("/v1/admin/reload", token: Self.token)
        #expect(lost.status == 409)
        #expect(lost.body.contains("V3165"))
        #expect(try setup.server.post("/v1/decide", ServeTests.question).body.contains("UNKNOWN_APPLICATION"))
    }

    @Test func linksInCirclesDoNotHoldUpTheStart() throws {
        let setup = try Setup()
        let circle = setup.folder.appending(path: "traceo/.circle")
        try FileManager.default.createDirectory(at: circle, withIntermediateDirectories: true)
        for name in ["a", "b"] {
            try FileManager.default.createSymbolicLink(
                at: circle.appending(path: name), withDestinationURL: circle)
        }
        let server = try ServerProcess(["--policies", setup.folder.path, "--watch"])
        #expect(try server.health("/health/ready").status == 200)
    }

    @Test func reloadsOnSIGHUP() throws {
        let setup = try Setup()
        try setup.write(Self.broken, "broken.cedar")
        setup.server.signal(SIGHUP)
        #expect(try setup.waitUntilReadinessSays("stale"))
        try setup.remove("broken.cedar")
        setup.server.signal(SIGHUP)
        #expect(try setup.waitUntilReadinessSays(#""status":"ready""#))
    }

    @Test func watchesItsFiles() throws {
        let setup = try Setup(["--watch"])
        try setup.write(Self.broken, "broken.cedar")
        #expect(try setup.waitUntilReadinessSays("stale"))
        try setup.remove("broken.cedar")
        #expect(try setup.waitUntilReadinessSays(#""status":"ready""#))
    }

    @Test func metricsCountDecisionsAndErrors() throws {
        let setup = try Setup()
        _ = try setup.server.post("/t/acme/v1/decide", ServeTests.question)
        _ = try setup.server.post("/t/globex/v1/decide", ServeTests.question)
        _ = try setup.server.post("/t/acme/v1/decide", "{")
        var page = ""
        for _ in 0..<100 {
            page = try setup.server.health("/metrics").body
            if page.contains(#"verdict_call_errors_total{code="JSON_UNEXPECTED_END"} 1"#) { break }
            usleep(50_000)
        }
        #expect(page.contains(#"verdict_decisions_total{endpoint="decide",decision="allow"} 1"#))
        #expect(page.contains(#"verdict_decisions_total{endpoint="decide",decision="deny"} 1"#))
        #expect(page.contains(#"verdict_call_errors_total{code="JSON_UNEXPECTED_END"} 1"#))
        #expect(page.contains(#"verdict_stage_duration_seconds_count{stage="decide"} 2"#))
        #expect(page.contains(#"verdict_stage_duration_seconds_bucket{stage="decide",le="+Inf"} 2"#))
        #expect(page.contains(#"verdict_snapshot_info{application="traceo",version="sha256:"#))
        #expect(page.contains("verdict_snapshot_stale 0"))
        for line in page.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.wholeMatch(of: /[a-z_]+(\{[^{}]*\})? [0-9.]+/) != nil, "\(line)")
        }
    }

    @Test func policiesAreListed() throws {
        let setup = try Setup()
        let body = try setup.server.health("/v1/policies").body
        let listing = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        let application = try #require((listing["applications"] as? [[String: Any]])?.first)
        #expect(application["name"] as? String == "traceo")
        let policies = try #require(application["policies"] as? [[String: Any]])
        #expect(policies.contains { $0["id"] as? String == "guardrail.isolation.resource_tenant" })
        #expect((application["tenants"] as? [String])?.contains("acme") == true)
        let models = application["role_models"] as? [String: [String: [String]]]
        #expect(models?["registry"]?["viewer"]?.contains("metrics:read") == true)
    }

    @Test func aTokenFileThatIsTooShortDoesNotStart() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        try Data("short".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try VerdictProgram.run(["serve", "--admin-token-file", file.path, "--port", "0"])
        #expect(outcome.status == 3)
        #expect(!outcome.errors.contains("short\n"))
    }
}
