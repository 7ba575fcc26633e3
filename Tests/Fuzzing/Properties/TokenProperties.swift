import CedarSyntax
import Identity
import JOSE
import OpenIDConnect

/// What holds of tokens, keys, proofs and claim mappings of any bytes.
enum TokenProperties {
    /// No token of a fuzzer is accepted, since it has no key; whatever is read has one spelling; claims give no more
    /// than their mapping lists.
    static func check(_ bytes: [UInt8]) throws(BrokenProperty) {
        try checkEncoding(bytes)
        guard let world = FixedTokens.world else { throw BrokenProperty("the fixed keys are valid") }
        if let token = try? CompactJWS(parsing: bytes) {
            let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            try require(parts.count == 3, "a token has three parts")
            try require(
                Base64URL.encode(token.signature).utf8.elementsEqual(parts[2]), "a signature has one spelling")
            try require((try? world.keys.verify(token, allowing: .all)) == nil, "no signature comes about by chance")
        }
        for presented in world.presentations(of: bytes) {
            guard let failure = failure(of: presented, world) else {
                throw BrokenProperty("a token that nobody signed is refused")
            }
            try require(!failure.code.rawValue.isEmpty && !failure.callerText.isEmpty, "a refusal has a reason")
        }
        if let claims = try? TokenObject.parse(bytes, limits: .standard, maximumMembers: 256),
            let mapped = try? world.mapping.evaluate(claims)
        {
            try require(
                Set(mapped.roles.names).isSubset(of: ["approver", "reader"]), "claims give no role but those listed")
            try require(mapped.groups.names.count <= FixedTokens.maximumGroups, "groups keep to their limit")
        }
        if let set = try? JSONWebKeySet(parsing: bytes) {
            for key in set.keys { try require(key.thumbprint.count == 32, "a thumbprint is a SHA-256") }
        }
    }

    private static func failure(of presented: PresentedCredentials, _ world: FixedTokens) -> VerificationFailure? {
        do throws(VerificationFailure) {
            _ = try world.verifier.verify(presented, for: world.trust, at: FixedTokens.now)
            return nil
        } catch {
            return error
        }
    }

    private static func checkEncoding(_ bytes: [UInt8]) throws(BrokenProperty) {
        let text = Base64URL.encode(bytes)
        try require(Base64URL.decode(text.utf8) == bytes, "encoded bytes can be decoded")
        if let decoded = Base64URL.decode(bytes) {
            try require(Base64URL.encode(decoded).utf8.elementsEqual(bytes), "bytes have one spelling")
        }
    }
}
