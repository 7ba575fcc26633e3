package import CedarSyntax
import StrictJSON

/// A text with claims in it: `{tid}/{oid}`.
///
/// Each place names one claim of the outermost object, literally. A value that contains the text behind its place would
/// make two subjects look like one, and is refused.
package struct ClaimTemplate: Sendable {
    /// A piece.
    package enum Part: Hashable, Sendable {
        case text(CedarString)
        case claim(CedarString)
    }

    /// The pieces in their order.
    package let parts: [Part]

    /// The greatest length of what it gives, in bytes.
    static let maximumLength = 1_024

    /// The value of one claim.
    package init(claim: CedarString) {
        parts = [.claim(claim)]
    }

    /// Reads a template; `nil` when braces do not match, a place is empty or two places touch.
    package init?(_ text: String) {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var name: [UInt8]?
        for byte in text.utf8 {
            switch (byte, name) {
            case (UInt8(ascii: "{"), nil):
                if !literal.isEmpty { parts.append(.text(CedarString(utf8: literal))) }
                if literal.isEmpty, case .claim = parts.last { return nil }
                literal = []
                name = []
            case (UInt8(ascii: "}"), .some(let open)):
                guard !open.isEmpty else { return nil }
                parts.append(.claim(CedarString(utf8: open)))
                name = nil
            case (UInt8(ascii: "{"), .some), (UInt8(ascii: "}"), nil): return nil
            case (_, .some): name?.append(byte)
            case (_, nil): literal.append(byte)
            }
        }
        guard name == nil else { return nil }
        if !literal.isEmpty { parts.append(.text(CedarString(utf8: literal))) }
        guard parts.contains(where: { if case .claim = $0 { true } else { false } }) else { return nil }
        self.parts = parts
    }

    /// The claims that it needs.
    package var claims: [CedarString] {
        parts.compactMap { if case .claim(let name) = $0 { name } else { nil } }
    }

    /// The text for some claims.
    /// - Throws: ``VerificationFailure`` when a claim is missing, of the wrong kind or ambiguous.
    func text(for claims: JSONNode) throws(VerificationFailure) -> CedarString {
        if parts.count == 1, case .claim(let name) = parts[0] { return CedarString(try value(of: name, in: claims)) }
        var text = ""
        for (index, part) in parts.enumerated() {
            switch part {
            case .text(let literal): text += literal.text
            case .claim(let name):
                let value = try value(of: name, in: claims)
                if index + 1 < parts.count, case .text(let next) = parts[index + 1],
                    Array(value.utf8).contains(next)
                {
                    throw VerificationFailure(
                        .kind, "the claim `\(name)` contains the text that ends it in the principal's id")
                }
                text += value
            }
        }
        return CedarString(text)
    }

    private func value(of name: CedarString, in claims: JSONNode) throws(VerificationFailure) -> String {
        guard let node = claims[name.text], !node.isNull else {
            throw VerificationFailure(.missing, "the claim `\(name)`, which makes the principal's id, is missing")
        }
        let text =
            switch node.kind {
            case .string: node.string
            case .number: node.integer.map { String($0) }
            default: String?.none
            }
        guard let text, !text.isEmpty, text.utf8.count <= Self.maximumLength else {
            throw VerificationFailure(.kind, "the claim `\(name)`, which makes the principal's id, is no short text")
        }
        return text
    }
}

extension [UInt8] {
    /// Whether a text occurs anywhere.
    fileprivate func contains(_ text: CedarString) -> Bool {
        let wanted = Array(text.utf8)
        guard !wanted.isEmpty, count >= wanted.count else { return false }
        return (0...(count - wanted.count)).contains { self[$0...].starts(with: wanted) }
    }
}
