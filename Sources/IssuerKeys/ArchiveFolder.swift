import Glibc
import Synchronization

/// A folder of small files that are read, replaced and removed as a whole, under names without a path.
final class ArchiveFolder: Sendable {
    private let descriptor: Int32
    private let drafts = Atomic<UInt64>(0)

    /// How the drafts of files end.
    private static let draftSuffix = ".new"

    /// When a draft counts as left over, in seconds: no write takes that long.
    private static let draftTime = 600

    /// Opens a folder, which is made when it is not there.
    /// - Throws: ``KeyFetchError`` when it is not this user's own, so that others could put files there.
    init(_ path: String) throws(KeyFetchError) {
        // Safe: here and below, a path lives while the call that takes it runs.
        _ = unsafe mkdir(path, 0o700)
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw KeyFetchError("the folder of keys cannot be opened") }
        guard Self.isOwn(descriptor, S_IFDIR) != nil else {
            close(descriptor)
            throw KeyFetchError("the folder of keys can be written by others")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The size of a file that only this user can write; `nil` for others, and for another kind of file.
    private static func isOwn(_ descriptor: Int32, _ kind: mode_t) -> Int? {
        var status = stat()
        // Safe: the structure is this function's own.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == kind, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else { return nil }
        return Int(status.st_size)
    }

    /// The bytes of a file; `nil` when there is none.
    /// - Throws: ``KeyFetchError`` when it is longer, not a plain file, or could be written by others.
    func read(_ name: String, atMost limit: Int) throws(KeyFetchError) -> [UInt8]? {
        // Without waiting for the other end, should it be a pipe.
        let file = unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw KeyFetchError("its file cannot be opened")
        }
        defer { close(file) }
        guard let size = Self.isOwn(file, S_IFREG) else {
            throw KeyFetchError("its file could be written by others")
        }
        guard size <= limit else { throw KeyFetchError("its file is too long") }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            // Safe: reads at most as many bytes as are left of the array.
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(file, $0.baseAddress.map { unsafe $0 + filled }, size - filled)
            }
            guard count > 0 else { throw KeyFetchError("its file cannot be read") }
            filled += count
        }
        return bytes
    }

    /// Puts a complete file in the place of another.
    ///
    /// It is not forced to the disk: after a power failure the file may be torn, which its reader notices, and a fetch
    /// brings it again.
    func replace(_ name: String, with bytes: [UInt8]) -> Bool {
        // Two servers may share the folder, as during a restart.
        let draft = "\(getpid())-\(drafts.add(1, ordering: .relaxed).newValue)\(Self.draftSuffix)"
        _ = unsafe unlinkat(descriptor, draft, 0)
        let file = unsafe openat(descriptor, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        var written = 0
        while written < bytes.count {
            // Safe: writes at most as many bytes as are left of the array.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(file, $0.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            guard count > 0 else { break }
            written += count
        }
        let isComplete = close(file) == 0 && written == bytes.count
        if isComplete, unsafe renameat(descriptor, draft, descriptor, name) == 0 { return true }
        _ = unsafe unlinkat(descriptor, draft, 0)
        return false
    }

    /// Removes a file if it is there.
    func remove(_ name: String) {
        // Safe: as above.
        _ = unsafe unlinkat(descriptor, name, 0)
    }

    /// Whether a file is the draft of a write that was interrupted.
    func isAbandoned(_ name: String) -> Bool {
        guard name.hasSuffix(Self.draftSuffix) else { return false }
        var status = stat()
        // Safe: the structure is this function's own.
        guard unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return false }
        return time(nil) - status.st_mtim.tv_sec > Self.draftTime
    }

    /// The names of all files.
    var names: [String] {
        // A descriptor of its own, since reading a folder moves the place in it.
        let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { return [] }
        // Safe: the stream is closed on every way out, and an entry is only read before the next call.
        guard let stream = unsafe fdopendir(copy) else {
            close(copy)
            return []
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
