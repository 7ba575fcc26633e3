import JOSE
import SAML
import Synchronization

/// The key sets of issuers, and the metadata of identity providers, in a folder of the server's own, so that an outage of an issuer during a restart changes no
/// decision.
///
/// One file for each place, replaced as a whole whenever the set changes. The time of the fetch is kept with it: keys
/// count as long after a restart as they would have without. Everything read is checked as if a stranger had written it,
/// and what does not pass is as good as not there. Calls wait for the disk, so that none comes from a request.
package final class KeySetArchive: Sendable {
    private let folder: ArchiveFolder
    private let maximumBytes: Int
    private let report: @Sendable (String) -> Void
    private let state = Mutex(State())

    private struct State {
        var sizes: [String: Int] = [:]
        var total = 0
        var isFailing = false

        mutating func note(_ name: String, _ size: Int?) {
            total += (size ?? 0) - (sizes[name] ?? 0)
            sizes[name] = size
        }
    }

    /// By how much a file may be from the future before that counts as a clock that went back, in milliseconds.
    package static let clockTolerance: Int64 = 60_000

    /// How the files of the folder end.
    static let suffix = ".keys"

    /// What became of an archive at the start.
    package struct Restoration: Sendable {
        /// How many places have keys now.
        package var restored = 0
        /// The places whose files are ignored, with the reason.
        package var ignored: [(place: String, reason: String)] = []

        /// Nothing.
        package init() {}
    }

    /// Opens an archive in a folder, which is made when it is not there, for its owner alone.
    ///
    /// - Parameters:
    ///   - directory: the state directory of the server.
    ///   - maximumBytes: the most bytes of all files together; beyond, further places are not kept.
    ///   - report: told once when files cannot be written any more, as a lowercase sentence.
    /// - Throws: ``KeyFetchError`` when the folder cannot be used; a server runs without it then.
    package init(
        directory: String, maximumBytes: Int = 256 << 20, report: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(KeyFetchError) {
        folder = try ArchiveFolder(directory + "/issuer-keys")
        self.maximumBytes = maximumBytes
        self.report = report
    }

    // MARK: - At the start

    /// Gives units their sets from the archive.
    func restore(
        _ units: [KeySetUnit], wall: Int64, now: Int64, _ reader: FetchedKeys.Reader
    ) -> Restoration {
        var restoration = Restoration()
        var found: [(unit: KeySetUnit, entry: Entry)] = []
        for unit in units {
            do throws(KeyFetchError) {
                if let entry = try read(unit.place) { found.append((unit, entry)) }
            } catch {
                restoration.ignored.append((unit.place.name, error.description))
            }
        }
        // Ages cannot be told when the clock has gone back: keys would count longer than they may.
        let newest = found.map(\.entry.fetchedAt).max() ?? wall
        guard newest - wall <= Self.clockTolerance else {
            restoration.ignored += found.map { ($0.unit.place.name, "the clock has gone back since it was written") }
            return restoration
        }
        for (unit, entry) in found {
            do throws(KeyFetchError) {
                try unit.restore(entry.document, age: max(0, wall - entry.fetchedAt), at: now, reader)
                restoration.restored += 1
            } catch {
                restoration.ignored.append((unit.place.name, error.description))
            }
        }
        return restoration
    }

    /// What is kept of a place.
    func read(_ place: KeyPlace) throws(KeyFetchError) -> Entry? {
        let name = place.fileName
        guard let bytes = try folder.read(name, atMost: Self.maximumFileBytes(of: place)) else { return nil }
        state.withLock { $0.note(name, bytes.count) }
        return try Entry(parsing: bytes, of: place)
    }

    private static func maximumFileBytes(of place: KeyPlace) -> Int {
        Entry.maximumHeaderBytes
            + (place.kind == .metadata ? Metadata.limits.maximumBytes : JSONWebKeySet.maximumBytes)
    }

    // MARK: - While the server runs

    /// Writes an entry in the place of the last one.
    ///
    /// When that fails the last one goes too: it may hold a key that the issuer has withdrawn.
    /// - Returns: whether the archive has it.
    func keep(_ entry: Entry) -> Bool {
        let (name, bytes) = (entry.place.fileName, entry.encoded)
        let fits = state.withLock { state in
            let fits =
                bytes.count <= Self.maximumFileBytes(of: entry.place)
                && state.total - (state.sizes[name] ?? 0) + bytes.count <= maximumBytes
            if fits { state.note(name, bytes.count) }
            return fits
        }
        if fits, folder.replace(name, with: bytes) {
            state.withLock { $0.isFailing = false }
            return true
        }
        folder.remove(name)
        let isNew = state.withLock { state in
            state.note(name, nil)
            defer { state.isFailing = true }
            return !state.isFailing
        }
        if isNew {
            report(
                fits
                    ? "keys of issuers cannot be written to the state directory"
                    : "the state directory has no room for keys of more issuers")
        }
        return false
    }

    /// Removes the files of all other places, and what an interrupted write left.
    func sweep(keeping places: Set<KeyPlace>) {
        let wanted = Set(places.map(\.fileName))
        for name in folder.names where !wanted.contains(name) {
            let isOurs = name.hasSuffix(Self.suffix)
            guard isOurs || folder.isAbandoned(name) else { continue }
            folder.remove(name)
            state.withLock { $0.note(name, nil) }
        }
    }
}
