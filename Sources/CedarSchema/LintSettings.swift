import CedarModel

/// How serious the findings of each check of ``PolicyLinter`` are.
///
/// All are warnings unless said otherwise, except ``PolicyLint/missingReason``, which is off: a text for people is
/// the choice of those who write the policies.
public struct LintSettings: Hashable, Sendable {
    /// How serious the findings of a check are.
    public enum Level: String, CaseIterable, Sendable {
        case off, warning, error
    }

    private var levels: [PolicyLint: Level] = [:]

    /// The settings of a bundle that does not say anything.
    public init() {}

    /// The settings in which every check is at one level.
    public init(all level: Level) {
        for lint in PolicyLint.allCases { levels[lint] = level }
    }

    /// How serious the findings of a check are.
    public subscript(lint: PolicyLint) -> Level {
        get { levels[lint] ?? (lint == .missingReason ? .off : .warning) }
        set { levels[lint] = newValue }
    }

    /// Sets the level of a check by its name.
    ///
    /// For a name that no check has nothing changes, and the answer is why.
    public mutating func set(_ name: String, to level: Level) -> UnknownLint? {
        guard let lint = PolicyLint(rawValue: name) else { return UnknownLint(name: name) }
        self[lint] = level
        return nil
    }

    /// A name that no check has.
    public struct UnknownLint: Error, Hashable, Sendable {
        /// The name.
        public let name: String

        /// The fact.
        public var message: String { "there is no check `\(name.excerpt)`" }

        /// The name that was meant, or all names.
        public var help: String { PolicyLint.suggestion(for: name) }
    }
}
