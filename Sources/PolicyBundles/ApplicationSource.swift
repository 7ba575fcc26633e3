import Foundation

/// Where the applications of a server come from.
package enum ApplicationSource: Sendable {
    /// A folder of applications.
    case folder(String)
    /// The folder of one application.
    case bundle(String)

    /// Loads the applications as they stand now.
    package func load(options: BundleCheckOptions = .init(), cache: CompilationCache = .init()) -> LoadedApplications {
        switch self {
        case .folder(let path): BundleLoader.loadApplications(below: path, options: options, cache: cache)
        case .bundle(let path): BundleLoader.loadApplication(at: path, options: options, cache: cache)
        }
    }

    /// What the files look like: the path, size, times and inode of every file.
    ///
    /// Cheap to compute; it says nothing about the content.
    package func fingerprint() -> SourceFingerprint {
        let root =
            switch self {
            case .folder(let path), .bundle(let path): path
            }
        // Links are followed: mounted configuration swaps a link.
        var pending = [root]
        var entries: [String] = []
        var isSettled = true
        let now = Int64(Date().timeIntervalSince1970 * 1_000_000_000)
        // Links can lead in circles: each folder is visited once, whatever it is called.
        var visited: Set<FileStatus.Identity> = []
        while let path = pending.popLast(), entries.count < 100_000 {
            guard let status = FileStatus(path: path, followsLink: true) else {
                entries.append("\(path)?")
                continue
            }
            if status.kind == .folder {
                guard visited.insert(status.identity).inserted else { continue }
                let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
                pending += names.sorted().map { "\(path)/\($0)" }
            } else {
                // Times in the far future are of another clock, and will not be met again.
                if (now &- status.changed).magnitude <= SourceFingerprint.tick { isSettled = false }
                entries.append(
                    "\(path) \(status.size) \(status.modified) \(status.changed) \(status.identity.inode)")
            }
        }
        return SourceFingerprint(entries: entries, isSettled: isSettled)
    }
}

/// What the files of a server looked like at one moment.
package struct SourceFingerprint: Sendable {
    /// How far apart two changes may be and still get the same time, in nanoseconds: file systems count in ticks, the
    /// coarsest that are in use in seconds.
    static let tick: UInt64 = 1_000_000_000

    let entries: [String]

    /// Whether any later change gives a file another time.
    let isSettled: Bool

    /// Whether nothing looks different, so that nobody is writing just now.
    package func looks(like other: SourceFingerprint) -> Bool { entries == other.entries }

    /// Whether files that were read when they looked so are sure to be those that look as in another fingerprint.
    package func isStillTrue(of other: SourceFingerprint) -> Bool { isSettled && looks(like: other) }
}
