import IssuerKeys
import Synchronization

/// A fetcher whose answers a test sets, and that counts what it is asked.
final class ManualFetcher: KeyFetching {
    private let answers = Mutex<[String: Result<FetchedDocument, KeyFetchError>]>([:])
    private let duringFetch = Mutex<(@Sendable () -> Void)?>(nil)
    private let counts = Mutex<[String: Int]>([:])

    func set(_ url: String, _ text: String, maximumAge: Int64? = nil) {
        answers.withLock { $0[url] = .success(.document(Array(text.utf8), tag: "t", maximumAge: maximumAge)) }
    }

    func set(_ url: String, _ answer: Result<FetchedDocument, KeyFetchError>) {
        answers.withLock { $0[url] = answer }
    }

    /// Does something while a fetch is under way, after the answer is made.
    func onFetch(_ action: (@Sendable () -> Void)?) { duringFetch.withLock { $0 = action } }

    func count(_ url: String) -> Int { counts.withLock { $0[url] ?? 0 } }

    func fetch(_ url: String, unlessTagged tag: String?) async throws(KeyFetchError) -> FetchedDocument {
        counts.withLock { $0[url, default: 0] += 1 }
        let answer = answers.withLock { $0[url] } ?? .success(.absent)
        duringFetch.withLock { $0 }?()
        return try answer.get()
    }
}

/// A clock that a test moves.
final class ManualClock: Sendable {
    private let milliseconds = Atomic<Int64>(0)
    var now: Int64 { milliseconds.load(ordering: .relaxed) }
    func advance(_ time: Int64) { milliseconds.add(time, ordering: .relaxed) }
}

/// What something reported.
final class Reports: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
}
