import CedarModel
package import CedarSyntax
import Documents
import Foundation
import Residency

/// Loads applications from their files.
///
/// All findings of all files come back at once; a single error means that nothing is served.
package enum BundleLoader {
    /// Loads every application below a folder: each folder in it that has a `bundle.yaml`.
    package static func loadApplications(
        below directory: String, options: BundleCheckOptions = .init(), cache: CompilationCache = .init()
    ) -> LoadedApplications {
        var loaded = LoadedApplications()
        // Every folder is an application. One that lost its `bundle.yaml` must be an error: passing it over would hand
        // its requests to another application.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let folders = names.filter { !$0.hasPrefix(".") }.sorted().map { directory + "/" + $0 }.filter { path in
            var isFolder: ObjCBool = false
            // Safe: the call only writes the variable.
            return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
        }
        let applications = folders.filter { !ResidencyFiles.areIn(directory: $0) }
        let residency = residency(in: folders, &loaded)
        for folder in applications { load(folder, options, cache, residency, into: &loaded) }
        if applications.isEmpty {
            loaded.diagnostics.append(
                Diagnostic(
                    .noApplication, "there is no application below `\(directory)`",
                    help: "an application is a folder with a `bundle.yaml`"))
        }
        return loaded
    }

    /// Loads one application from its folder.
    package static func loadApplication(
        at directory: String, options: BundleCheckOptions = .init(), cache: CompilationCache = .init()
    ) -> LoadedApplications {
        var loaded = LoadedApplications()
        // The laws stand beside the applications.
        let parent = URL(fileURLWithPath: directory).deletingLastPathComponent().path
        let residency = residency(in: ["\(parent)/residency"], &loaded)
        load(directory, options, cache, residency, into: &loaded)
        return loaded
    }

    /// Loads one application from files that were read already.
    package static func loadApplication(
        from files: BundleFiles, options: BundleCheckOptions = .init(), cache: CompilationCache = .init()
    ) -> LoadedApplications {
        let builder = SnapshotBuilder(options: options, cache: cache)
        let snapshot = builder.build(files)
        var loaded = LoadedApplications()
        loaded.add(snapshot, builder)
        return loaded
    }

    /// The residency packs in one of some folders; `nil` when none has any.
    private static func residency(in folders: [String], _ loaded: inout LoadedApplications) -> ResidencyPacks? {
        guard let folder = folders.first(where: ResidencyFiles.areIn) else { return nil }
        let (files, findings) = ResidencyFiles.read(directory: folder)
        loaded.diagnostics += findings
        guard let files else { return nil }
        let now = Datetime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let (packs, problems) = ResidencyPacks.load(files, at: now)
        loaded.diagnostics += problems
        return packs
    }

    private static func load(
        _ directory: String, _ options: BundleCheckOptions, _ cache: CompilationCache, _ residency: ResidencyPacks?,
        into loaded: inout LoadedApplications
    ) {
        let builder = SnapshotBuilder(options: options, residency: residency, cache: cache)
        let snapshot = builder.build(directory)
        loaded.add(snapshot, builder)
    }
}

/// What became of loading applications.
package struct LoadedApplications: Sendable {
    /// The findings about all files.
    package var diagnostics: [Diagnostic] = []

    /// How long it took.
    package private(set) var durations = LoadDurations()

    private var snapshots: [PolicySnapshot] = []

    /// The applications; `nil` when there is an error in any of them.
    package var applications: Applications? {
        diagnostics.contains { $0.severity == .error } ? nil : Applications(snapshots)
    }

    mutating func add(_ snapshot: PolicySnapshot?, _ builder: SnapshotBuilder) {
        diagnostics += builder.findings.diagnostics
        durations.add(builder.stopwatch.durations)
        guard let snapshot else { return }
        if snapshots.contains(where: { $0.application == snapshot.application }) {
            diagnostics.append(
                Diagnostic(
                    .duplicateApplication, "two applications are called `\(snapshot.application)`",
                    help: "change `name` in one of their `bundle.yaml` files"))
        }
        snapshots.append(snapshot)
    }
}
