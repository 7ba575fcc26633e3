package import CedarSyntax

/// What becomes of the claims of a token: the `claims` section of a tenant's file.
///
/// The language is small and total: every claim has an outcome, and no rule can fail to end. A claim of the wrong kind
/// becomes an attribute that cannot be read, so that policies that need it fail closed and others are undisturbed.
package struct ClaimMapping: Sendable {
    /// The principal's type, in the words of requests, and where it is written.
    package var principalType: Spanned<String>

    /// How the principal's id is made.
    package var principalID: ClaimTemplate

    /// The attributes, in the byte order of their names.
    package var attributes: [AttributeRule]

    /// How roles are found.
    package var roles: NameRule?

    /// How groups are found.
    package var groups: NameRule?

    /// The type of the groups, in the words of requests, where they are entities.
    package var groupType: Spanned<String>?

    /// What counts as a second factor.
    package var secondFactor = SecondFactorRule()

    /// Where it is written; the same for all issuers that share it.
    package var span = SourceSpan(start: 0, end: 0)

    /// A `User` whose id is `sub`, and nothing else.
    package static let standard = ClaimMapping(
        principalType: Spanned("User", SourceSpan(start: 0, end: 0)), principalID: ClaimTemplate(claim: "sub"),
        attributes: [], roles: nil, groups: nil)

    /// Makes a mapping; attributes may come in any order.
    package init(
        principalType: Spanned<String>, principalID: ClaimTemplate, attributes: [AttributeRule], roles: NameRule?,
        groups: NameRule?, groupType: Spanned<String>? = nil
    ) {
        self.principalType = principalType
        self.principalID = principalID
        self.attributes = attributes.sorted { $0.name < $1.name }
        self.roles = roles
        self.groups = groups
        self.groupType = groupType
    }
}

/// How an attribute is made of a claim.
package struct AttributeRule: Sendable {
    /// The name of the attribute.
    package var name: CedarString

    /// Where the claim is; of several places, the first that has one counts.
    package var sources: [ClaimPath]

    /// What is made of it.
    package var form: Form = .string

    /// Whether a token without the claim is refused.
    package var isRequired = false

    /// What stands in for a claim that is not there.
    package var fallback: Fallback?

    /// Whether letters are made lower case; ASCII only, so that no locale can change it.
    package var isLowercased = false

    /// What of a list is kept.
    package var filter = NameFilter()

    /// Where it is written, for findings of the schema check.
    package var span = SourceSpan(start: 0, end: 0)

    /// Makes a rule.
    package init(name: CedarString, sources: [ClaimPath], form: Form = .string) {
        self.name = name
        self.sources = sources
        self.form = form
    }

    /// What a claim can become.
    package enum Form: String, CaseIterable, Sendable {
        /// A text.
        case string
        /// A whole number, also written as a text.
        case integer
        /// A truth value, also written as a text.
        case boolean
        /// An instant, of a number of seconds (RFC 7519 section 2).
        case datetime
        /// A set of texts, of a list or a single text.
        case strings
        /// A set of texts, of a list or of a text with spaces between them (RFC 6749 section 3.3).
        case words
    }

    /// A value from the configuration.
    package enum Fallback: Sendable {
        case string(CedarString)
        case integer(Int64)
        case boolean(Bool)
        case strings([CedarString])
    }
}

/// Which names of a list are kept: patterns that may begin or end with `*`.
package struct NameFilter: Sendable {
    /// Only names that match one of these; all where it is `nil`.
    package var only: [NamePattern]?

    /// No names that match one of these.
    package var except: [NamePattern] = []

    /// Keeps everything.
    package init() {}

    /// Whether there is nothing that is not kept.
    var keepsEverything: Bool { only == nil && except.isEmpty }

    /// Whether a name is kept.
    package func keeps(_ name: CedarString) -> Bool {
        if let only, !only.contains(where: { $0.matches(name) }) { return false }
        return !except.contains { $0.matches(name) }
    }
}

/// A name, or its beginning or end with `*` in place of the rest.
package struct NamePattern: Hashable, Sendable {
    private let text: [UInt8]
    private let matchesAnyStart: Bool
    private let matchesAnyEnd: Bool

    /// Reads a pattern; `nil` when `*` stands anywhere but at the start or the end.
    package init?(_ pattern: String) {
        var bytes = Array(pattern.utf8)[...]
        let star = UInt8(ascii: "*")
        matchesAnyStart = bytes.count > 1 && bytes.first == star
        if matchesAnyStart { bytes = bytes.dropFirst() }
        matchesAnyEnd = bytes.last == star
        if matchesAnyEnd { bytes = bytes.dropLast() }
        guard !bytes.contains(star) else { return nil }
        text = Array(bytes)
    }

    /// Whether a name matches, byte for byte.
    package func matches(_ name: CedarString) -> Bool {
        let bytes = name.utf8
        guard bytes.count >= text.count else { return false }
        switch (matchesAnyStart, matchesAnyEnd) {
        case (false, false): return bytes.elementsEqual(text)
        case (false, true): return bytes.starts(with: text)
        case (true, false): return bytes.suffix(text.count).elementsEqual(text)
        case (true, true):
            let all = Array(bytes)
            return text.isEmpty || (0...(all.count - text.count)).contains { all[$0...].starts(with: text) }
        }
    }

    /// Whether it stands for one name only.
    package var isExact: Bool { !matchesAnyStart && !matchesAnyEnd }
}

/// How roles or groups are found.
///
/// A name that the rule does not list is dropped, or the token is refused: nothing that an issuer invents becomes a
/// role by having its name.
package struct NameRule: Sendable {
    /// Where the names are; all places count together.
    package var sources: [ClaimPath]

    /// What each name means: one name or several.
    package var map: [CedarString: [CedarString]] = [:]

    /// Names that keep their name.
    package var keep: [NamePattern] = []

    /// Where the names that it can give are written, without those that patterns keep.
    package var places: [CedarString: SourceSpan] = [:]

    /// What becomes of a name that is neither mapped nor kept.
    package var unmapped: Unmapped = .drop

    /// What it means that no place has a claim.
    package var whenAbsent: Absence = .none

    /// What becomes of a token whose issuer did not send all names.
    package var whenUnknown: Unknown = .unknown

    /// Whether a text holds several names with spaces between them.
    package var splitsWords = false

    /// How many names there may be; with more, they count as not all sent.
    package var limit = 512

    /// Makes a rule that drops everything.
    package init(sources: [ClaimPath]) {
        self.sources = sources
    }

    /// What becomes of names that the rule does not list.
    package enum Unmapped: String, CaseIterable, Sendable {
        case drop, refuse
    }

    /// What the absence of the claim means.
    package enum Absence: String, CaseIterable, Sendable {
        case none, unknown, refuse
    }

    /// What becomes of a token whose names are not all known.
    package enum Unknown: String, CaseIterable, Sendable {
        case unknown, refuse
    }

    /// All names that the rule can give, without those that patterns keep.
    package var names: [CedarString] { places.keys.sorted() }
}

/// What counts as a second factor (RFC 8176).
package struct SecondFactorRule: Sendable {
    /// Methods (`amr`) that alone prove two factors, beside `mfa`.
    package var methods: Set<CedarString> = []

    /// Classes (`acr`, `acrs`) that prove two factors.
    package var classes: Set<CedarString> = []

    /// Counts what RFC 8176 says and nothing else.
    package init() {}

    /// Whether a sign-in had a second factor: `mfa`, a method or class that is listed, or methods of two kinds of
    /// factors.
    package func holds(methods: [CedarString], classes: [CedarString]) -> Bool {
        if methods.contains(where: { $0 == "mfa" || self.methods.contains($0) }) { return true }
        if classes.contains(where: { self.classes.contains($0) }) { return true }
        if methods.count < 2 { return false }
        let kinds = Set(methods.compactMap { Self.kinds[$0] })
        return kinds.count >= 2
    }

    private enum Kind { case knowledge, possession, inherence }

    private static let kinds: [CedarString: Kind] = [
        "pwd": .knowledge, "pin": .knowledge, "kba": .knowledge,
        "otp": .possession, "sms": .possession, "tel": .possession, "hwk": .possession, "swk": .possession,
        "sc": .possession,
        "face": .inherence, "fpt": .inherence, "iris": .inherence, "retina": .inherence, "vbm": .inherence,
    ]
}
