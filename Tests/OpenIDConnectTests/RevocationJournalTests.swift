import CedarModel
import CedarSyntax
import Foundation
import Identity
import OpenIDConnect
import Testing

@Suite("Revocations on disk") struct RevocationJournalTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID().uuidString)")
    private let now = Minting.at

    private func journal(at now: Datetime = Minting.at) throws -> RevocationJournal {
        try RevocationJournal(directory: folder.path, now: now)
    }

    private var file: URL { folder.appending(path: "revocations.jsonl") }

    private func later(_ milliseconds: Int64) -> Datetime { Datetime(milliseconds: now.milliseconds + milliseconds) }

    @Test func aRestartDoesNotUnrevoke() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let minting = try Minting()
        let trust = try minting.trust()
        let first = try minting.token()
        let second = try minting.token(["jti": "\"j2\""])
        do {
            let journal = try journal()
            try journal.revoke(.token(.init(issuer: Minting.name, id: "j1"), forget: later(1_000)))
        }
        let journal = try journal()
        let verifier = TokenVerifier(revocations: journal.list)
        #expect(verifier.code(first, trust) == "revocation.token")
        #expect(verifier.code(second, trust) == nil)
        try journal.revoke(.subject(.init(issuer: Minting.name, subject: "ada"), issuedUntil: now))
        #expect(verifier.code(second, trust) == "revocation.subject")
        // A second server on the same folder, while the first one runs, reads all of it.
        let other = try RevocationJournal(directory: folder.path, now: now)
        #expect(other.list.counts == (1, 1))
        try other.revoke(.token(.init(issuer: Minting.name, id: "j9"), forget: later(1_000)))
        try journal.revoke(.token(.init(issuer: Minting.name, id: "j8"), forget: later(1_000)))
        let third = try RevocationJournal(directory: folder.path, now: now)
        #expect(third.list.counts == (3, 1))
    }

    @Test func whatHasExpiredIsForgotten() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let journal = try journal()
            try journal.revoke(.token(.init(issuer: "i", id: "old"), forget: later(1_000)))
            try journal.revoke(.token(.init(issuer: "i", id: "young"), forget: later(10_000)))
        }
        let journal = try journal(at: later(5_000))
        #expect(journal.list.counts.tokens == 1)
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains("young") && !text.contains("old"))
    }

    @Test func aLineThatWasNotFinishedWasNeverConfirmed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let journal = try journal()
            try journal.revoke(.token(.init(issuer: "i", id: "a"), forget: later(1_000)))
        }
        var bytes = try Data(contentsOf: file)
        bytes += Data(#"{"iss":"i","jti":"b""#.utf8)
        try bytes.write(to: file)
        let journal = try journal()
        try journal.revoke(.token(.init(issuer: "i", id: "c"), forget: later(1_000)))
        #expect(journal.list.counts.tokens == 2)
        #expect(try RevocationList.Content(parsing: Array(try Data(contentsOf: file))).count == 2)
    }

    @Test(arguments: ["", "no", "{\"version\":1}\nno\n", "{\"version\":7}\n"])
    func aServerDoesNotStartWithWhatItCannotRead(text: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        #expect(throws: RevocationJournal.Failure.self) { try journal() }
    }

    @Test func aFullListSaysSo() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = try RevocationJournal(directory: folder.path, now: now, capacity: 1)
        try journal.revoke(.token(.init(issuer: "i", id: "a"), forget: later(1_000)))
        #expect(throws: RevocationJournal.Failure.self) {
            try journal.revoke(.token(.init(issuer: "i", id: "b"), forget: later(1_000)))
        }
    }
}
