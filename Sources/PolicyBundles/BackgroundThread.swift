import Foundation
import Glibc
import Synchronization

/// Work on a thread of its own that leaves the processor to every other thread of the server.
///
/// A loop that wakes up for a request runs at once, even where there are fewer processors than threads. A thread cannot
/// take its priority back without a privilege, so that each piece of work gets a new one.
enum BackgroundThread {
    /// How far the thread stands behind the others (nice(2)): a third of their share of a processor.
    ///
    /// No further, because whoever asked for a reload waits for it, and a withdrawn permission must soon be gone on a
    /// machine that is busy without end.
    private static let nice: Int32 = 5

    /// Policies nest deeper than the half megabyte of other threads.
    private static let stackSize = 8 << 20

    /// Runs the work, and waits for it without using the processor.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Result {
        let box = Box<Result>()
        let thread = Thread {
            // On Linux the priority is one of the calling thread, not of the process (setpriority(2)).
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice)
            box.put(work())
        }
        thread.name = "reload"
        thread.stackSize = stackSize
        thread.start()
        return box.take()
    }

    /// Where the result is handed over.
    private final class Box<Result: Sendable>: Sendable {
        private let result = Mutex<Result?>(nil)
        private let condition = NSCondition()

        func put(_ value: Result) {
            condition.lock()
            result.withLock { $0 = value }
            condition.signal()
            condition.unlock()
        }

        func take() -> Result {
            condition.lock()
            defer { condition.unlock() }
            while true {
                if let value = result.withLock({ $0 }) { return value }
                condition.wait()
            }
        }
    }
}
