import CedarModel
import DecisionPoint
import Dispatch
import Glibc
import Synchronization

/// A file to which lines about calls are appended.
///
/// Each event loop gathers lines and hands over many at once; the kernel keeps what is appended in one piece together.
/// Writing happens on a thread of its own: a file system may take its time, and decisions must not wait for it.
package final class AccessLogFile: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "access log")

    /// How many bytes wait to be written.
    private let waiting = Atomic(0)
    private let lost = Atomic<UInt64>(0)

    /// With more waiting than this, lines are lost: memory must not fill up because a disk is slow.
    private static let maximumWaiting = 16 << 20

    /// Opens a file, which is made when it is not there; `nil` when it cannot be written.
    package init?(path: String) {
        // Safe: the path is copied before the call returns.
        descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// How many lines could not be written, because the file system refused them or was too slow.
    package var lostLines: UInt64 { lost.load(ordering: .relaxed) }

    /// Waits until everything that was handed over is written.
    package func finish() { queue.sync {} }

    /// Takes lines to be written.
    func append(_ lines: [UInt8], count: Int) {
        guard waiting.load(ordering: .relaxed) + lines.count <= Self.maximumWaiting else { return lose(count) }
        waiting.wrappingAdd(lines.count, ordering: .relaxed)
        queue.async { [self] in
            lose(write(lines, count: count))
            waiting.wrappingSubtract(lines.count, ordering: .relaxed)
        }
    }

    private func lose(_ count: Int) { lost.wrappingAdd(UInt64(count), ordering: .relaxed) }

    /// Writes lines; answers how many of them the file system did not take.
    private func write(_ bytes: [UInt8], count lines: Int) -> Int {
        var written = 0
        while written < bytes.count {
            // Safe: the buffer holds the bytes from the offset on.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return written == 0 ? lines : bytes[written...].count { $0 == UInt8(ascii: "\n") } }
            written += count
        }
        return 0
    }
}

/// The lines of one event loop about its decisions and failed calls: one JSON object each.
final class AccessLog {
    private let file: AccessLogFile
    private var lines: [UInt8] = []
    private var lineCount = 0
    /// The second that ``stamp`` writes.
    private var second = Int64.min
    private var stamp: [UInt8] = []

    /// How many bytes are gathered before they are appended.
    private static let capacity = 32 << 10

    init(_ file: AccessLogFile) {
        self.file = file
        lines.reserveCapacity(Self.capacity + 1024)
    }

    deinit { flush() }

    /// Appends what is gathered.
    func flush() {
        guard !lines.isEmpty else { return }
        file.append(lines, count: lineCount)
        // The memory goes with the lines.
        lines = []
        lines.reserveCapacity(Self.capacity + 1024)
        lineCount = 0
    }

    /// A decision.
    ///
    /// Some endpoints give it no id.
    func decided(
        isAllow: Bool, endpoint: DecisionRoute.Endpoint, tenant: String?, id: DecisionIdentifier?, milliseconds: Int64,
        nanoseconds: Int64
    ) {
        begin(milliseconds, endpoint)
        append(isAllow ? #","decision":"allow""# : #","decision":"deny""#)
        if let tenant { member(#","tenant":"#, tenant) }
        if let id {
            append(#","decision_id":""#)
            id.append(to: &lines)
            append("\"")
        }
        end(nanoseconds)
    }

    /// A call that was an error.
    func failed(
        code: String, endpoint: DecisionRoute.Endpoint?, tenant: String?, milliseconds: Int64, nanoseconds: Int64
    ) {
        begin(milliseconds, endpoint)
        member(#","error":"#, code)
        if let tenant { member(#","tenant":"#, tenant) }
        end(nanoseconds)
    }

    private func begin(_ milliseconds: Int64, _ endpoint: DecisionRoute.Endpoint?) {
        append(#"{"time":""#)
        let now = milliseconds.quotientAndRemainder(dividingBy: 1000)
        if now.quotient != second {
            second = now.quotient
            stamp = Self.stamp(of: second)
        }
        lines.append(contentsOf: stamp)
        for divisor in [100, 10, 1] as [Int64] {
            lines.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: now.remainder / divisor % 10))
        }
        append(#"Z""#)
        switch endpoint {
        case .decide: append(#","endpoint":"decide""#)
        case .evaluation: append(#","endpoint":"evaluation""#)
        case .evaluations: append(#","endpoint":"evaluations""#)
        case .route: append(#","endpoint":"route""#)
        case nil: break
        }
    }

    private func end(_ nanoseconds: Int64) {
        append(#","microseconds":"#)
        lines.append(contentsOf: String(nanoseconds / 1000).utf8)
        append("}\n")
        lineCount += 1
        if lines.count >= Self.capacity { flush() }
    }

    /// A member with a text, of which no more than the beginning is logged.
    private func member(_ name: StaticString, _ text: String) {
        append(name)
        lines.append(UInt8(ascii: "\""))
        for byte in text.utf8.prefix(128) {
            // What is not plain ASCII is of a caller's making and only has to be recognized.
            let isPlain = byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            lines.append(isPlain ? byte : UInt8(ascii: "?"))
        }
        lines.append(UInt8(ascii: "\""))
    }

    private func append(_ text: StaticString) {
        // Safe: the bytes of a static string live as long as the program.
        unsafe lines.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// A second as `2026-11-21T10:00:00.`.
    private static func stamp(of second: Int64) -> [UInt8] {
        let time = Datetime(milliseconds: second * 1000).components
        func digits(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return Array(
            ("\(digits(time.year, 4))-\(digits(time.month, 2))-\(digits(time.day, 2))"
                + "T\(digits(time.hour, 2)):\(digits(time.minute, 2)):\(digits(time.second, 2)).").utf8)
    }
}
