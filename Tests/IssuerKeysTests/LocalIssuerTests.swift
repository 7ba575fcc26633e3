import CedarModel
import CedarSyntax
import Foundation
import Identity
import IssuerKeys
import OpenIDConnect
import Testing

/// Keys and tokens of an issuer on this machine, when `VERDICT_VECTORS` has one and Python runs it.
@Suite(
    .enabled(if: LocalIssuer.isAvailable, "VERDICT_VECTORS has no local issuer, or Python cannot run it"), .serialized)
struct LocalIssuerTests {
    private static func policy() -> KeyFetchPolicy {
        var policy = KeyFetchPolicy()
        policy.allowsLoopback = true
        return policy
    }

    private struct Setting {
        let server: LocalIssuer
        let fetcher: HTTPKeyFetcher
        let cache: KeySetCache
        let verifier: TokenVerifier
        let clock = ManualClock()

        init(tenants: Int = 10) async throws {
            server = try await LocalIssuer(tenants: tenants)
            fetcher = HTTPKeyFetcher(policy: LocalIssuerTests.policy())
            let clock = self.clock
            cache = KeySetCache(fetcher: fetcher, policy: LocalIssuerTests.policy(), clock: { clock.now })
            verifier = TokenVerifier(keySource: cache)
        }

        func trust(_ number: Int) -> TenantTrust {
            var issuer = TrustedIssuer(issuer: CedarString("\(server.base)/t/\(number)"), keys: .discovery)
            issuer.audiences = ["https://api.verdict.example"]
            return TenantTrust(tenant: CedarString("t\(number)"), issuers: [issuer])
        }

        func code(_ token: [UInt8], _ trust: TenantTrust) -> String? {
            do throws(VerificationFailure) {
                let now = Datetime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
                _ = try verifier.verify(PresentedCredentials(.init(type: "jwt", value: token)), for: trust, at: now)
                return nil
            } catch {
                return error.code.rawValue
            }
        }

        func pass(_ time: Int64) async {
            clock.advance(time)
            await cache.refreshDue()
        }

        func end() async {
            await fetcher.shutdown()
            server.stop()
        }
    }

    @Test("tokens of every algorithm, through discovery") func tokens() async throws {
        let setting = try await Setting()
        let trust = setting.trust(0)
        let token = try await setting.server.mint(0)
        #expect(setting.code(token, trust) == "keys.unavailable")
        setting.cache.retain([trust])
        #expect(setting.code(token, trust) == "keys.unavailable")
        await setting.pass(0)
        #expect(setting.code(token, trust) == nil)
        #expect(setting.code(try await setting.server.mint(0, algorithm: "ES256"), trust) == nil)
        #expect(setting.code(try await setting.server.mint(0, algorithm: "EdDSA"), trust) == nil)
        #expect(setting.code(try await setting.server.mint(1), trust) == "claims.issuer")
        await setting.end()
    }

    @Test("rotation with overlap refuses nothing; without, one fetch is indeterminate") func rotation() async throws {
        let setting = try await Setting()
        let trust = setting.trust(0)
        setting.cache.retain([trust])
        await setting.pass(0)
        let old = try await setting.server.mint(0)
        #expect(setting.code(old, trust) == nil)

        // Published one interval before it is used.
        try await setting.server.post("/t/0/rotate", "{\"overlap\":true}")
        await setting.pass(900_000)
        #expect(setting.code(try await setting.server.mint(0), trust) == nil)
        #expect(setting.code(old, trust) == nil)

        // Used at once: pending until the fetch, then accepted; the old key is gone with the same fetch.
        await setting.pass(40_000)
        try await setting.server.post("/t/0/rotate", "{\"overlap\":false}")
        let new = try await setting.server.mint(0)
        #expect(setting.code(new, trust) == "keys.pending")
        #expect(setting.code(old, trust) == nil)
        await setting.pass(30_000)
        #expect(setting.code(new, trust) == nil)
        #expect(setting.code(old, trust) == "keys.pending")
        await setting.end()
    }

    @Test(
        "faults of an issuer change nothing",
        arguments: ["500", "redirect", "html", "huge", "empty", "reset", "bad_issuer", "hang"])
    func faults(mode: String) async throws {
        let setting = try await Setting()
        let trust = setting.trust(0)
        setting.cache.retain([trust])
        await setting.pass(0)
        let token = try await setting.server.mint(0)
        #expect(setting.code(token, trust) == nil)
        try await setting.server.post("/t/0/fault", "{\"mode\":\"\(mode)\"}")
        await setting.pass(43_200_000)
        #expect(setting.code(token, trust) == nil)
        // The discovery of another issuer and a set without keys must not be taken over.
        let fresh = setting.trust(0)
        let other = KeySetCache(fetcher: setting.fetcher, policy: Self.policy())
        other.retain([fresh])
        await other.refreshDue()
        #expect(other.reports.first?.keys == 0)
        #expect(other.reports.first?.lastError != nil)
        await setting.end()
    }

    @Test("hundreds of issuers at once") func many() async throws {
        let setting = try await Setting(tenants: 200)
        let trusts = (0..<200).map { setting.trust($0) }
        setting.cache.retain(trusts)
        let runner = Task { await setting.cache.run() }
        for _ in 0..<600 where setting.cache.reports.contains(where: { $0.keys == 0 }) {
            try await Task.sleep(nanoseconds: 50_000_000)
            setting.clock.advance(50)
        }
        #expect(setting.cache.reports.allSatisfy { $0.keys == 3 })
        #expect(setting.code(try await setting.server.mint(177), trusts[177]) == nil)
        runner.cancel()
        await runner.value
        await setting.end()
    }
}

/// The issuer of the vectors folder, as a process of its own.
final class LocalIssuer: @unchecked Sendable {
    // Unchecked: the process is started once, and stopping it is safe from anywhere.
    let base: String
    private let process: Process

    private static var script: String? {
        let folder = ProcessInfo.processInfo.environment["VERDICT_VECTORS"]
        let paths = [folder.map { $0 + "/idp-local/tinyidp.py" }].compactMap { $0 }
        return paths.first { FileManager.default.fileExists(atPath: $0) }
    }

    private static var python: String { ProcessInfo.processInfo.environment["VERDICT_PYTHON"] ?? "python3" }

    static let isAvailable: Bool = {
        guard script != nil else { return false }
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        probe.arguments = [python, "-c", "import cryptography"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    init(tenants: Int) async throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [Self.python, try #require(Self.script), "--port", "0", "--tenants", "\(tenants)"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // The line may come in pieces.
        var data = Data()
        while data.last != 0x0A {
            let piece = output.fileHandleForReading.availableData
            if piece.isEmpty { break }
            data += piece
        }
        let line = String(decoding: data, as: UTF8.self)
        base = try #require(line.split(separator: " ").last.map { String($0).trimmingCharacters(in: .newlines) })
    }

    deinit { process.terminate() }

    func stop() { process.terminate() }

    @discardableResult
    func post(_ path: String, _ body: String) async throws -> [UInt8] {
        let (base, python) = (self.base, Self.python)
        // A request by Python keeps the tests free of an HTTP client of their own.
        let program = """
            import sys, urllib.request
            sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], sys.argv[2].encode()).read())
            """
        return try await Task.detached {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [python, "-c", program, base + path, body]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return Array(data)
        }.value
    }

    func mint(_ tenant: Int, algorithm: String = "RS256") async throws -> [UInt8] {
        try await post("/t/\(tenant)/mint", "{\"alg\":\"\(algorithm)\"}")
    }
}
