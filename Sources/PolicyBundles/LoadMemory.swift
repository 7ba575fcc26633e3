import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax

/// What earlier loads found out about one application, so that a reload reads, checks and joins only what changed.
///
/// Everything in it is known by the bytes that it was made of, never by times or sizes of files. Policies depend on
/// their own text and on the duties that it can name, their checks on the schema and the settings besides, and the rest
/// of an application on all files but policies. What depends on something that changed is forgotten.
struct LoadMemory: Sendable {
    /// One policy or template of a file, with everything that only its text says.
    struct Entry {
        /// Findings that come before the policy is added.
        var findings: [Diagnostic] = []

        /// What is added; `nil` when the findings forbid it.
        var policy: Prepared?

        /// A policy or template that can be added as it is.
        final class Prepared: Sendable {
            let source: PolicySource

            /// `nil` for a template.
            let instance: PolicyInstance?

            let description: PolicyDescription

            init(_ source: PolicySource, _ description: PolicyDescription) {
                self.source = source
                self.description = description
                instance = PolicyInstance(source.policy)
            }
        }

        /// A number that no other entry has; 0 for policies that are not of a file.
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

    /// Something made of files that are not policies, and what was found on the way.
    struct Remembered<Value: Sendable>: Sendable {
        var value: Value
        var findings: [Diagnostic]
    }

    /// The files of the last load, so that those that did not change need not be kept twice.
    var lastFiles: BundleFiles?

    /// The hash states behind ``lastFiles``.
    var versions = VersionStates()

    // MARK: - Policies

    private var files: [String: File] = [:]
    private var nextSerial = 0

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
        if files.count > paths.count { files = files.filter { paths.contains($0.key) } }
    }

    /// How many policies the files have.
    var policyCount: Int { files.values.reduce(0) { $0 + $1.entries.count } }

    /// A number for a new entry.
    mutating func makeSerial() -> Int {
        nextSerial += 1
        return nextSerial
    }

    // MARK: - Checks

    /// The outcome of validation, by entry.
    private(set) var verdicts: [Int: PolicyVerdict] = [:]

    /// The findings of the linter, by entry.
    private(set) var lints: [Int: [Diagnostic]] = [:]

    /// Remembers what validation found of policies with these serials, by their positions.
    mutating func remember(_ found: [(index: Int, verdict: PolicyVerdict)], of serials: [Int]) {
        for (index, verdict) in found where serials[index] > 0 { verdicts[serials[index]] = verdict }
        if verdicts.count > 2 * serials.count { verdicts = Self.pruned(verdicts, to: serials) }
    }

    /// Remembers what the linter found, likewise.
    mutating func remember(_ found: [(index: Int, findings: [Diagnostic])], of serials: [Int]) {
        for (index, findings) in found where serials[index] > 0 { lints[serials[index]] = findings }
        if lints.count > 2 * serials.count { lints = Self.pruned(lints, to: serials) }
    }

    /// What is known of entries that are still there.
    private static func pruned<Value>(_ known: [Int: Value], to serials: [Int]) -> [Int: Value] {
        let present = Set(serials)
        return known.filter { present.contains($0.key) }
    }

    // MARK: - The other files

    /// The files that are not policies, by what depends on them.
    struct Surroundings {
        /// What the texts of policies refer to.
        var duties: [SourceFile]

        /// What policies are checked against.
        var rules: [SourceFile]

        /// All of them.
        var all: [SourceFile]

        /// The level of validation that was asked for.
        var level: Int?

        /// Whether tenants are checked against residency packs, which say other things on other days.
        var hasPacks: Bool

        init(_ files: BundleFiles, level: Int?, hasPacks: Bool) {
            duties = files.files.filter { $0.kind == .obligations }.map(\.source)
            rules = files.files.filter { $0.kind == .schema || $0.kind == .manifest }.map(\.source)
            all = files.others.files.map(\.source)
            self.level = level
            self.hasPacks = hasPacks
        }
    }

    private var surroundings: Surroundings?

    /// `obligations.yaml`.
    var duties: Remembered<DutyCatalog>?
    /// The schema, if there is one.
    var schema: Remembered<Schema?>?
    /// Everything but policies and entities.
    var description: Remembered<BundleDescription?>?
    /// The policies that stand for roles.
    var roles: Remembered<[Entry]>?
    /// `links.yaml`.
    var links: Remembered<[TemplateLink]>?
    /// `entities.json`.
    var stored: Remembered<[Entity]>?
    /// The actions that exist, where policies have no say in it.
    var actions: Remembered<ActionCatalog>?
    /// All entities.
    var store: Remembered<EntityStore?>?
    /// The tenants.
    var tenants: Remembered<[CedarString: Tenant]>?
    /// Whether the schema has a place for roles.
    var roleTypes: Remembered<Bool>?
    /// What else is checked of the tables.
    var permissions: Remembered<Void>?
    var context: Remembered<Void>?

    /// Forgets what does not hold in other surroundings.
    mutating func enter(_ new: Surroundings) {
        let old = surroundings
        surroundings = new
        if !Self.areSame(old?.duties, new.duties) { files = [:] }
        if !Self.areSame(old?.rules, new.rules) || old?.level != new.level {
            (verdicts, lints, schema) = ([:], [:], nil)
        }
        if new.hasPacks { (tenants, context) = (nil, nil) }
        if Self.areSame(old?.all, new.all) { return }
        (duties, description, roles, links, stored, actions) = (nil, nil, nil, nil, nil, nil)
        (store, tenants, roleTypes, permissions, context) = (nil, nil, nil, nil, nil)
    }

    private static func areSame(_ old: [SourceFile]?, _ new: [SourceFile]) -> Bool {
        guard let old, old.count == new.count else { return false }
        return zip(old, new).allSatisfy { $0.name.utf8.elementsEqual($1.name.utf8) && $0.bytes == $1.bytes }
    }
}
