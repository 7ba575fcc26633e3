import IssuerKeys
import Synchronization

/// A fetcher whose answers a test sets, and that counts what it is asked.
final class ManualFetcher: KeyFetching {
    private let answers = Mutex<[String: Result<FetchedDocument, KeyFetchError>]>([:])
    private let counts = Mutex<[String: Int]>([:])

    func set(_ url: String, _ text: String, maximumAge: Int64? = nil) {
        answers.withLock { $0[url] = .success(.document(Array(text.utf8), tag: "t", maximumAge: maximumAge)) }
    }

    func set(_ url: String, _ answer: Result<FetchedDocument, KeyFetchError>) {
        answers.withLock { $0[url] = answer }
    }

    func count(_ url: String) -> Int { counts.withLock { $0[url] ?? 0 } }

    func fetch(_ url: String, unlessTagged tag: String?) async throws(KeyFetchError) -> FetchedDocument {
        counts.withLock { $0[url, default: 0] += 1 }
        return try (answers.withLock { $0[url] } ?? .success(.absent)).get()
    }
}

/// A clock that a test moves.
final class ManualClock: Sendable {
    private let milliseconds = Atomic<Int64>(0)
    var now: Int64 { milliseconds.load(ordering: .relaxed) }
    func advance(_ time: Int64) { milliseconds.add(time, ordering: .relaxed) }
}
