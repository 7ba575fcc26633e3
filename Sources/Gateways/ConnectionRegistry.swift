import NIOCore
import Synchronization

/// The open connections of a listener, over all its event loops.
///
/// Touched when a connection opens and closes, never by a request.
final class ConnectionRegistry: Sendable {
    /// What to do with a new connection.
    enum Admission {
        /// Serve it.
        case admitted

        /// Answer that there are too many, and close.
        case refused

        /// Close without a word: the listener is draining, or enough connections are being refused already.
        case dropped
    }

    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var isDraining = false
        var whenEmpty: [EventLoopPromise<Void>] = []

        /// The promises to succeed now.
        mutating func takeWaitingIfEmpty() -> [EventLoopPromise<Void>] {
            guard open.isEmpty else { return [] }
            defer { whenEmpty = [] }
            return whenEmpty
        }
    }

    /// How many connections beyond the maximum are told so before further ones are just dropped.
    private static let refusalReserve = 64

    private let state = Mutex(State())
    private let maximum: Int

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// How many connections are open.
    var count: Int { state.withLock { $0.open.count } }

    /// The open connections.
    var channels: [any Channel] { state.withLock { Array($0.open.values) } }

    /// Admits a connection, or says what becomes of it.
    ///
    /// Whatever the answer, ``remove(_:)`` follows when it closes.
    func admit(_ channel: any Channel) -> Admission {
        state.withLock { state in
            if state.isDraining { return .dropped }
            guard state.open.count < maximum + Self.refusalReserve else { return .dropped }
            state.open[ObjectIdentifier(channel)] = channel
            return state.open.count <= maximum ? .admitted : .refused
        }
    }

    /// Forgets a connection that has closed.
    func remove(_ channel: any Channel) {
        let waiting = state.withLock { state -> [EventLoopPromise<Void>] in
            state.open[ObjectIdentifier(channel)] = nil
            return state.takeWaitingIfEmpty()
        }
        for promise in waiting { promise.succeed() }
    }

    /// Admits no connection from now on, and returns those that are open.
    func beginDraining() -> [any Channel] {
        state.withLock { state in
            state.isDraining = true
            return Array(state.open.values)
        }
    }

    /// Succeeds a promise when no connection is open.
    ///
    /// It may have been completed otherwise by then.
    func notifyWhenEmpty(_ promise: EventLoopPromise<Void>) {
        let waiting = state.withLock { state -> [EventLoopPromise<Void>] in
            state.whenEmpty.append(promise)
            return state.takeWaitingIfEmpty()
        }
        for promise in waiting { promise.succeed() }
    }
}
