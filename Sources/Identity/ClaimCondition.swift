package import CedarSyntax
package import StrictJSON

/// A claim that must have one of some values.
package struct ClaimCondition: Hashable, Sendable {
    /// The name of the claim, literally.
    package let claim: CedarString

    /// The values of which it must have one.
    package let values: Set<ClaimScalar>

    /// Makes a condition.
    package init(claim: CedarString, values: Set<ClaimScalar>) {
        self.claim = claim
        self.values = values
    }

    /// Whether the claims fulfil it: the claim is a single value, equal in kind and content.
    package func holds(for claims: JSONNode) -> Bool {
        guard let node = claims[claim.text], let value = ClaimScalar(node) else { return false }
        return values.contains(value)
    }
}

/// A claim that is one value.
package enum ClaimScalar: Hashable, Sendable {
    case text(CedarString)
    case integer(Int64)
    case bool(Bool)

    /// The value of a node; `nil` for lists, objects, null and numbers that are no integers.
    package init?(_ node: JSONNode) {
        switch node.kind {
        case .string: self = .text(CedarString(node.string ?? ""))
        case .bool: self = .bool(node.bool ?? false)
        case .number:
            guard let integer = node.integer else { return nil }
            self = .integer(integer)
        case .null, .array, .object: return nil
        }
    }
}
