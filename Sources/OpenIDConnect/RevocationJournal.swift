package import CedarModel
import Foundation
import Glibc
import Synchronization

/// Revocations that outlive the process: each is written to a file in the state directory before it is confirmed, and
/// all are read before the server is ready.
///
/// Servers of one machine may share the directory, as during a restart; each reads the file once, at its start. Only a
/// server that has the directory to itself rewrites the file, without what can be forgotten.
package final class RevocationJournal: Sendable {
    /// The revocations.
    package let list: RevocationList

    /// Descriptors, which live as long as the journal.
    private let file: Mutex<FileHandle>
    private let lock: FileHandle

    /// Why a journal cannot be used, as a lowercase sentence.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// The reason.
        package let description: String
    }

    /// Opens the journal in a directory, which is made when it is not there.
    ///
    /// - Throws: ``Failure`` when it cannot be read or written; a server must not start then.
    package init(directory: String, now: Datetime, capacity: Int = 1_000_000) throws(Failure) {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        let url = folder.appendingPathComponent("revocations.jsonl")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            lock = try Self.open(folder.appendingPathComponent("revocations.lock"))
            let isAlone = flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0
            // A server that has the directory to itself holds the lock for a moment only.
            if !isAlone, flock(lock.fileDescriptor, LOCK_SH) != 0 { throw Failure(description: "it cannot be locked") }
            var content = RevocationList.Content()
            if FileManager.default.fileExists(atPath: url.path) {
                content = try RevocationList.Content(parsing: Array(try Data(contentsOf: url)))
            }
            list = RevocationList(content, capacity: capacity)
            if isAlone {
                list.prune(at: now)
                try Self.replace(url, with: list.current.encoded)
                guard flock(lock.fileDescriptor, LOCK_SH) == 0 else {
                    throw Failure(description: "it cannot be locked")
                }
            }
            file = Mutex(try Self.open(url))
        } catch {
            throw Failure(description: "the state directory cannot be used: \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as Failure: error.description
        case let error as RevocationList.Content.Unreadable: error.description
        default: "a file in it cannot be read or written"
        }
    }

    private static func open(_ url: URL) throws(Failure) -> FileHandle {
        // Safe: the path lives while the call runs.
        let descriptor = unsafe Glibc.open(url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(description: "`\(url.lastPathComponent)` cannot be opened") }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Puts a complete file in the place of another, so that a crash leaves one of the two.
    private static func replace(_ url: URL, with bytes: [UInt8]) throws {
        let draft = url.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: draft)
        let handle = try open(draft)
        try handle.write(contentsOf: Data(bytes))
        try handle.synchronize()
        // Safe: both paths live while the call runs.
        guard unsafe rename(draft.path, url.path) == 0 else {
            throw Failure(description: "a file in it cannot be replaced")
        }
        // Safe: the path lives while the call runs.
        let folder = unsafe Glibc.open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// Adds a revocation; it counts from now on, and after a restart.
    ///
    /// - Throws: ``Failure`` when there are too many entries, or the file cannot be written; in the latter case the
    ///   revocation counts until the process ends.
    package func revoke(_ entry: RevocationList.Entry) throws(Failure) {
        do {
            try list.revoke(entry)
        } catch {
            throw Failure(description: "there are \(error.capacity) revocations already, the most there can be")
        }
        let isWritten = file.withLock { file in
            do {
                try file.write(contentsOf: Data(entry.line + [0x0A]))
                try file.synchronize()
                return true
            } catch {
                return false
            }
        }
        guard isWritten else { throw Failure(description: "the revocation counts now but could not be written down") }
    }
}
