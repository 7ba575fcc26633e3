import CedarSchema
import CedarSyntax

/// What earlier loads found out about the policies of one application, so that a reload reads and checks only the files
/// that changed.
///
/// What is told about a policy depends on its text, and for checks on every other file that is not a policy: the schema,
/// the settings, the roles. As soon as one of those changes, what was found by checking is forgotten.
struct LoadMemory {
    /// One policy or template of a file, with everything that only its text says.
    struct Entry {
        /// Findings that come before the policy is added.
        var findings: [Diagnostic]

        /// What is added; `nil` when the findings forbid it.
        var policy: Policy?
        var description: PolicyDescription?
        var location: Diagnostic.Location

        /// A number that no other entry has.
        var serial: Int
    }

    /// A file of policies as it was read.
    struct File {
        var source: SourceFile
        var isTemplates: Bool
        var stem: String
        /// The findings of the parser.
        var findings: [Diagnostic]
        var entries: [Entry]
    }

    /// What all checks depend on besides the policies.
    struct Surroundings {
        var files: [SourceFile]
        var level: Int?

        /// Whether nothing is different.
        func isSame(as other: Surroundings) -> Bool {
            level == other.level && files.count == other.files.count
                && zip(files, other.files).allSatisfy {
                    $0.name.utf8.elementsEqual($1.name.utf8) && $0.bytes == $1.bytes
                }
        }
    }

    private var surroundings: Surroundings?
    private var files: [String: File] = [:]
    private var nextSerial = 0

    /// The outcome of validation, by entry.
    private var verdicts: [Int: PolicyVerdict] = [:]

    /// The findings of the linter, by entry.
    private var lints: [Int: [Diagnostic]] = [:]

    /// Forgets what does not hold in other surroundings.
    mutating func enter(_ surroundings: Surroundings) {
        if self.surroundings?.isSame(as: surroundings) != true {
            // What the texts say of obligations depends on a file besides them.
            files = [:]
            verdicts = [:]
            lints = [:]
        }
        self.surroundings = surroundings
    }

    /// A file as it was read before; `nil` when it is another one now.
    func file(_ source: SourceFile, isTemplates: Bool, stem: String) -> File? {
        guard let known = files[source.name], known.isTemplates == isTemplates,
            known.stem.utf8.elementsEqual(stem.utf8), known.source.bytes == source.bytes
        else { return nil }
        return known
    }

    /// Remembers a file.
    mutating func remember(_ file: File) { files[file.source.name] = file }

    /// Forgets all files but some.
    mutating func keep(_ paths: Set<String>) {
        files = files.filter { paths.contains($0.key) }
    }

    /// A number for a new entry.
    mutating func makeSerial() -> Int {
        nextSerial += 1
        return nextSerial
    }

    // MARK: - Checks

    /// What validation found of policies, by their entries; `nil` for what is not known.
    func verdicts(of serials: [Int]) -> [PolicyVerdict?] { serials.map { verdicts[$0] } }

    /// Remembers what validation found.
    mutating func remember(_ found: [PolicyVerdict], of serials: [Int]) {
        verdicts = Dictionary(zip(serials, found).filter { $0.0 > 0 }, uniquingKeysWith: { first, _ in first })
    }

    /// What the linter found, likewise.
    func lints(of serials: [Int]) -> [[Diagnostic]?] { serials.map { lints[$0] } }

    /// Remembers what the linter found.
    mutating func remember(_ found: [[Diagnostic]], of serials: [Int]) {
        lints = Dictionary(zip(serials, found).filter { $0.0 > 0 }, uniquingKeysWith: { first, _ in first })
    }
}
