import Glibc

/// What the file system says of a path.
struct FileStatus {
    /// What stands at the path.
    enum Kind {
        case file, folder, link, other
    }

    /// What stands there.
    let kind: Kind

    /// How many bytes a file has.
    let size: Int

    /// When the content was last changed, in nanoseconds since the epoch.
    let modified: Int64

    /// When the content or anything else about it was last changed, in nanoseconds since the epoch; nobody can set it.
    let changed: Int64

    /// What is the same for all paths that lead there.
    let identity: Identity

    /// A file or folder, whatever it is called.
    struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// Looks at a path; `nil` when nothing is there, or it cannot be looked at.
    init?(path: String, followsLink: Bool) {
        var status = stat()
        // Safe: the calls only write the variable, and read the path up to the zero byte behind it.
        let outcome = unsafe followsLink ? stat(path, &status) : lstat(path, &status)
        guard outcome == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        size = Int(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
