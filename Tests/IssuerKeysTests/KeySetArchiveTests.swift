import CedarSyntax
import Foundation
import Identity
import IssuerKeys
import JOSE
import OpenIDConnect
import SigningKeys
import Testing

/// Keys over a restart: each setting is a folder, and each cache a process of its own.
@Suite struct KeySetArchiveTests {
    private static let url = "https://idp.example/keys"

    /// A server's state directory, a wall clock, and an issuer.
    private final class Setting {
        let fetcher = ManualFetcher()
        let wall = ManualClock()
        let folder: URL
        var issuer = TrustedIssuer(issuer: "https://idp.example", keys: .address(KeySetArchiveTests.url))

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "archive-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            wall.advance(1_790_000_000_000)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        var keysFolder: URL { folder.appending(path: "issuer-keys") }

        var files: [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: keysFolder.path)) ?? []).sorted()
        }

        /// The only file.
        func file() throws -> URL { keysFolder.appending(path: try #require(files.first)) }

        func publish(_ keys: String...) {
            fetcher.set(KeySetArchiveTests.url, "{\"keys\":[\(keys.joined(separator: ","))]}")
        }

        /// A process that starts: its cache, and what it took up.
        func start(
            _ issuers: [TrustedIssuer]? = nil, at clock: ManualClock = ManualClock()
        ) throws -> (cache: KeySetCache, restoration: KeySetArchive.Restoration) {
            let wall = wall
            let cache = KeySetCache(
                fetcher: fetcher, archive: try KeySetArchive(directory: folder.path), clock: { clock.now },
                wallClock: { wall.now })
            cache.retain([TenantTrust(tenant: "a", issuers: issuers ?? [issuer])])
            return (cache, cache.restore())
        }

        /// A process that fetches a set and ends.
        func leave(_ kid: String = "k1") async throws {
            publish(try SigningKey.make(.es256).jwk(kid: kid))
            try await start().cache.refreshDue()
            fetcher.set(KeySetArchiveTests.url, .failure(KeyFetchError("down")))
        }

        func keyIDs(_ cache: KeySetCache) -> [String]? {
            guard case .available(let snapshot) = cache.keys(of: issuer) else { return nil }
            return snapshot.keys.keys.map { String(decoding: $0.keyID ?? [], as: UTF8.self) }
        }
    }

    @Test("a set is there again after a restart, while its issuer is down") func restart() async throws {
        let setting = try Setting()
        try await setting.leave()
        setting.wall.advance(3_600_000)
        let (cache, restoration) = try setting.start()
        #expect(restoration.restored == 1 && restoration.ignored.isEmpty)
        #expect(setting.keyIDs(cache) == ["k1"])
        await cache.refreshDue()
        #expect(setting.keyIDs(cache) == ["k1"])
        #expect(setting.fetcher.count(Self.url) == 2)
        #expect(cache.reports.first?.age == 3_600_000)
    }

    @Test("a withdrawn key is gone after a restart too") func withdrawn() async throws {
        let setting = try Setting()
        try await setting.leave("old")
        try await setting.leave("new")
        #expect(setting.keyIDs(try setting.start().cache) == ["new"])
        #expect(setting.files.count == 1)
    }

    @Test("age counts from the fetch, through restarts") func age() async throws {
        let setting = try Setting()
        try await setting.leave()
        for _ in 0..<3 {
            setting.wall.advance(6 * 3_600_000)
            let (cache, _) = try setting.start()
            await cache.refreshDue()
            #expect(setting.keyIDs(cache) == ["k1"])
        }
        setting.wall.advance(6 * 3_600_000)
        let clock = ManualClock()
        let (cache, _) = try setting.start(at: clock)
        #expect(setting.keyIDs(cache) == ["k1"])
        clock.advance(1)
        #expect(setting.keyIDs(cache) == nil)
        setting.wall.advance(1)
        let restoration = try setting.start().restoration
        #expect(restoration.restored == 0)
        #expect(restoration.ignored.first?.reason == "it is too old")
    }

    @Test("a fetch that confirms a set makes the kept one younger, but not every time") func confirmed() async throws {
        let setting = try Setting()
        setting.publish(try SigningKey.make(.es256).jwk())
        let clock = ManualClock()
        let (cache, _) = try setting.start(at: clock)
        var contents: [Data] = []
        for _ in 0..<13 {
            await cache.refreshDue()
            contents.append(try Data(contentsOf: setting.file()))
            for each in [clock, setting.wall] { each.advance(600_000) }
            _ = setting.keyIDs(cache)
        }
        #expect(setting.fetcher.count(Self.url) == 13)
        #expect(Set(contents).count == 7)
    }

    @Test("when the clock has gone back, nothing is taken up", arguments: [(30_000, true), (120_000, false)])
    func clock(back: Int64, isTakenUp: Bool) async throws {
        let setting = try Setting()
        try await setting.leave()
        setting.wall.advance(-back)
        let (cache, restoration) = try setting.start()
        #expect((setting.keyIDs(cache) != nil) == isTakenUp)
        #expect(restoration.ignored.isEmpty == isTakenUp)
        // Nor what seems old enough, once the clock is known to be wrong.
        let other = TrustedIssuer(issuer: "https://b.example", keys: .address("https://b.example/keys"))
        setting.fetcher.set("https://b.example/keys", "{\"keys\":[\(try SigningKey.make(.es256).jwk())]}")
        setting.wall.advance(-600_000)
        try await setting.start([setting.issuer, other]).cache.refreshDue()
        setting.wall.advance(600_000)
        #expect((try setting.start([setting.issuer, other]).restoration.restored == 2) == isTakenUp)
    }

    @Test("a set is only for the place that the configuration names now") func place() async throws {
        let setting = try Setting()
        try await setting.leave()
        let file = try setting.file()
        for other in [
            TrustedIssuer(issuer: "https://idp.example", keys: .address("https://idp.example/keys2")),
            TrustedIssuer(issuer: CedarString(Self.url), keys: .discovery),
        ] {
            setting.issuer = other
            let (cache, restoration) = try setting.start()
            #expect(restoration.restored == 0 && restoration.ignored.isEmpty)
            #expect(setting.keyIDs(cache) == nil)
        }
        // Under the name of another place's file, it is refused as well.
        setting.publish(try SigningKey.make(.es256).jwk())
        setting.fetcher.set(
            "https://idp.example/keys2", "{\"keys\":[\(try SigningKey.make(.es256).jwk())]}")
        setting.issuer = TrustedIssuer(issuer: "https://idp.example", keys: .address("https://idp.example/keys2"))
        try await setting.start().cache.refreshDue()
        let name = try #require(setting.files.first { $0 != file.lastPathComponent })
        try Data(contentsOf: file).write(to: setting.keysFolder.appending(path: name))
        #expect(try setting.start().restoration.ignored.count == 1)
    }

    @Test("what nobody names any more is removed") func sweep() async throws {
        let setting = try Setting()
        try await setting.leave()
        let draft = setting.keysFolder.appending(path: "1-1.new")
        try Data("torn".utf8).write(to: draft)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: draft.path)
        try Data("torn".utf8).write(to: setting.keysFolder.appending(path: "2-2.new"))
        try Data("x".utf8).write(to: setting.keysFolder.appending(path: "notes.txt"))
        let cache = try setting.start([]).cache
        let task = Task { await cache.run() }
        for _ in 0..<200 where setting.files.count > 2 { try await Task.sleep(nanoseconds: 10_000_000) }
        task.cancel()
        await task.value
        // What another process may be writing, and what was never ours, stays.
        #expect(setting.files == ["2-2.new", "notes.txt"])
    }

    @Test("files and their folder are their owner's alone") func permissions() async throws {
        let setting = try Setting()
        try await setting.leave()
        func mode(_ url: URL) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
        }
        #expect(try mode(try setting.file()) == 0o600)
        #expect(try mode(setting.keysFolder) == 0o700)
        #expect(setting.files.count == 1)
        try FileManager.default.setAttributes([.posixPermissions: 0o620], ofItemAtPath: try setting.file().path)
        #expect(try setting.start().restoration.ignored.first?.reason == "its file could be written by others")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: setting.keysFolder.path)
        #expect(throws: KeyFetchError.self) { try KeySetArchive(directory: setting.folder.path) }
    }

    /// Ways to spoil a file.
    enum Damage: String, CaseIterable, Sendable {
        case empty, torn, longer, flippedKey, flippedTime, otherVersion, unknownMember, duplicateMember, noKeys
        case tooLong, deep, link, folder

        func apply(to file: URL) throws {
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            func write(_ text: String) throws { try Data(text.utf8).write(to: file) }
            switch self {
            case .empty: try write("")
            case .torn: try write(String(text.dropLast(10)))
            case .longer: try write(text + "\n")
            case .flippedKey: try write(text.replacing("k1", with: "k2"))
            case .flippedTime: try write(text.replacing(#""fetched_at":17"#, with: #""fetched_at":017"#))
            case .otherVersion: try write(text.replacing(#""version":1"#, with: #""version":2"#))
            case .unknownMember: try write(text.replacing(#""version":1"#, with: #""version":1,"x":1"#))
            case .duplicateMember: try write(text.replacing(#""version":1"#, with: #""version":1,"version":1"#))
            case .noKeys:
                // The digest is right: somebody wrote it, and it is no use.
                let header = #"{"version":1,"address":"https://idp.example/keys","fetched_at":1790000000000,"sha256":"#
                try write(header + "\"ljjRGRRzXQByAC3U1nxzSpTuegzYRebcvJhO51gYYKc\"}\n{\"keys\":[]}")
            case .tooLong: try write(text + String(repeating: " ", count: 400_000))
            case .deep: try write(String(repeating: "[", count: 100_000) + "\n")
            case .link:
                let elsewhere = file.deletingLastPathComponent().appending(path: "elsewhere")
                try FileManager.default.moveItem(at: file, to: elsewhere)
                try FileManager.default.createSymbolicLink(at: file, withDestinationURL: elsewhere)
            case .folder:
                try FileManager.default.removeItem(at: file)
                try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
            }
        }
    }

    @Test(
        "a file that is not exactly as it was written is ignored, and the next fetch mends it",
        arguments: Damage.allCases)
    func damage(_ damage: Damage) async throws {
        let setting = try Setting()
        try await setting.leave()
        try damage.apply(to: try setting.file())
        let (cache, restoration) = try setting.start()
        #expect(restoration.restored == 0)
        #expect(restoration.ignored.map(\.place) == [Self.url])
        #expect(setting.keyIDs(cache) == nil)
        guard damage != .folder else { return }
        setting.publish(try SigningKey.make(.es256).jwk(kid: "k3"))
        await cache.refreshDue()
        #expect(setting.keyIDs(try setting.start().cache) == ["k3"])
    }

    @Test("a set that cannot be written leaves no older one behind, which is said once") func unwritable()
        async throws
    {
        let setting = try Setting()
        try await setting.leave("old")
        let reports = Reports()
        let clock = ManualClock()
        let wall = setting.wall
        let cache = KeySetCache(
            fetcher: setting.fetcher,
            archive: try KeySetArchive(directory: setting.folder.path) { reports.add($0) }, clock: { clock.now },
            wallClock: { wall.now })
        cache.retain([TenantTrust(tenant: "a", issuers: [setting.issuer])])
        _ = cache.restore()
        // A folder in the place of the file: nothing can be renamed onto it, nor removed as a file.
        let file = try setting.file()
        try FileManager.default.removeItem(at: file)
        try FileManager.default.createDirectory(
            at: file.appending(path: "x"), withIntermediateDirectories: true)
        for kid in ["a", "b", "c"] {
            setting.publish(try SigningKey.make(.es256).jwk(kid: kid))
            clock.advance(900_000)
            await cache.refreshDue()
            #expect(setting.keyIDs(cache) == [kid])
        }
        #expect(reports.all == ["keys of issuers cannot be written to the state directory"])
        try FileManager.default.removeItem(at: file)
        clock.advance(900_000)
        await cache.refreshDue()
        #expect(setting.keyIDs(try setting.start().cache) == ["c"])
        #expect(setting.files.count == 1)
    }

    @Test("all files together keep to their limit, and room that is freed is used") func room() async throws {
        let setting = try Setting()
        let reports = Reports()
        let issuers = (0..<3).map {
            TrustedIssuer(issuer: CedarString("https://i\($0).example"), keys: .address("https://i\($0).example/keys"))
        }
        for issuer in issuers {
            setting.fetcher.set("\(issuer.issuer)/keys", "{\"keys\":[\(try SigningKey.make(.es256).jwk())]}")
        }
        let clock = ManualClock()
        let wall = setting.wall
        // A file of one key has about 350 bytes.
        let cache = KeySetCache(
            fetcher: setting.fetcher,
            archive: try KeySetArchive(directory: setting.folder.path, maximumBytes: 800) { reports.add($0) },
            clock: { clock.now }, wallClock: { wall.now })
        func trust(_ issuers: some Sequence<TrustedIssuer>) -> [TenantTrust] {
            [TenantTrust(tenant: "a", issuers: Array(issuers))]
        }
        cache.retain(trust(issuers))
        await cache.refreshDue()
        #expect(setting.files.count == 2)
        #expect(reports.all == ["the state directory has no room for keys of more issuers"])
        cache.retain(trust(issuers.prefix(1)))
        let task = Task { await cache.run() }
        for _ in 0..<200 where setting.files.count > 1 { try await Task.sleep(nanoseconds: 10_000_000) }
        task.cancel()
        await task.value
        cache.retain(trust(issuers.prefix(2)))
        clock.advance(900_000)
        await cache.refreshDue()
        #expect(setting.files.count == 2)
    }
}
