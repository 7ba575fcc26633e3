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

    /// A value that changes when a file is added, removed or written: the path, size, time and inode of every file.
    ///
    /// Cheap to compute; it says nothing about the content.
    package func fingerprint() -> [String] {
        let root =
            switch self {
            case .folder(let path), .bundle(let path): path
            }
        // Links are followed by hand: mounted configuration swaps a link, and the enumerator does not look behind it.
        var pending = [root]
        var entries: [String] = []
        // Links can lead in circles: each folder is visited once, whatever it is called.
        var visited: Set<String> = []
        while let path = pending.popLast(), entries.count < 100_000 {
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else {
                entries.append("\(path)?")
                continue
            }
            if attributes[.type] as? FileAttributeType == .typeDirectory {
                guard visited.insert(target).inserted else { continue }
                let names = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
                pending += names.sorted().map { "\(path)/\($0)" }
            } else {
                let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
                entries.append(
                    "\(path) \(attributes[.size] ?? 0) \(time) \(attributes[.systemFileNumber] ?? 0)")
            }
        }
        return entries
    }
}
