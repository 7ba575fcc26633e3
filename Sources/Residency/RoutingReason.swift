/// Why something is denied, or what nobody could judge.
package struct RoutingReason: Sendable, Equatable {
    /// The stable code, such as `OUTSIDE_EEA` or `MISSING_ATTRIBUTE:data.category`.
    package var code: String

    /// A sentence.
    package var message: String

    /// The regime; `nil` when routing itself is the reason.
    package var regime: String?

    /// The policy; `nil` when none is the reason.
    package var policy: String?

    /// The citation of the law.
    package var law: String?

    /// Makes a reason.
    package init(
        code: String, message: String, regime: String? = nil, policy: String? = nil, law: String? = nil
    ) {
        self.code = code
        self.message = message
        self.regime = regime
        self.policy = policy
        self.law = law
    }

    /// An attribute that is needed and not there.
    static func missing(_ path: String) -> RoutingReason {
        RoutingReason(code: "MISSING_ATTRIBUTE:\(path)", message: "`\(path)` is needed and not given")
    }

    /// A word that is none of the known ones.
    static func unknown(_ path: String) -> RoutingReason {
        RoutingReason(code: "UNKNOWN_VALUE:\(path)", message: "`\(path)` has a value that is not known")
    }

    /// A value of the wrong kind.
    static func invalid(_ path: String, _ wanted: String) -> RoutingReason {
        RoutingReason(code: "INVALID_VALUE:\(path)", message: "`\(path)` must be \(wanted)")
    }

    /// Evidence that does not count although it was given as proof.
    static func refused(_ message: String) -> RoutingReason {
        RoutingReason(code: "EVIDENCE_REFUSED", message: message)
    }

    /// A text of a request in a code, cut to a bounded length of harmless characters.
    static func excerpt(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(64).map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
    }
}
