import CedarModel
import CedarSyntax
import Identity
import JOSE
import OpenIDConnect
import StrictJSON

extension JWTVectors {
    /// Whole tokens against the policy and keys of their file.
    static func tokens(_ file: VectorFile) throws -> [CaseResult] {
        let verifier = TokenVerifier(cache: nil)
        return try tests(file).map { test in
            let policy = VectorPolicy(file.root["policy"], test["policy_override"])
            let trust = try policy.trust(keys: test["jwks_override"] ?? file.root["jwks"])
            var credentials = PresentedCredentials(.init(type: "jwt", value: bytes(test["token"])))
            credentials.expectations = policy.expectations
            return result(
                set: file.name, id: text(test["id"]), expect: Expectation(word: text(test["expect"])),
                outcome: outcome(verifier, credentials, trust, policy.now))
        }
    }

    /// Tokens with proofs of possession; one window of replays for the whole file.
    static func proofs(_ file: VectorFile) throws -> [CaseResult] {
        let verifier = TokenVerifier(cache: nil)
        return try tests(file).map { test in
            let policy = VectorPolicy(file.root["policy"], test["policy_override"])
            let trust = try policy.trust(keys: test["jwks_override"] ?? file.root["jwks"])
            var credentials = PresentedCredentials(.init(type: "jwt", value: bytes(test["access_token"])))
            if test["proof"] != nil {
                credentials.proof = PresentedCredentials.Proof(
                    value: bytes(test["proof"]), method: text(test["request"]?["method"]),
                    url: text(test["request"]?["url"]), nonce: (test["nonce"] ?? test["request"]?["nonce"])?.string)
            }
            return result(
                set: file.name, id: text(test["id"]), expect: Expectation(word: text(test["expect"])),
                outcome: outcome(verifier, credentials, trust, policy.now))
        }
    }

    private static func tests(_ file: VectorFile) throws -> [JSONNode] {
        guard let tests = file.root["tests"], tests.kind == .array else {
            throw CorpusError("the file has no list `tests`")
        }
        return Array(tests.elements)
    }

    private static func bytes(_ node: JSONNode?) -> [UInt8] { node?.stringBytes.map { Array($0) } ?? [] }

    private static func outcome(
        _ verifier: TokenVerifier, _ credentials: PresentedCredentials, _ trust: TenantTrust, _ now: Datetime
    ) -> String? {
        do throws(VerificationFailure) {
            _ = try verifier.verify(credentials, for: trust, at: now)
            return nil
        } catch {
            return error.code.rawValue
        }
    }
}

/// The policy of a file of vectors, with what a single test overrides.
private struct VectorPolicy {
    private let base: JSONNode?
    private let override: JSONNode?

    init(_ base: JSONNode?, _ override: JSONNode?) {
        self.base = base
        self.override = override
    }

    private subscript(name: String) -> JSONNode? { override?[name] ?? base?[name] }

    private func number(_ name: String) -> Int64? { self[name]?.integer }

    private func texts(_ name: String) -> [CedarString] {
        self[name]?.elements.compactMap { $0.string.map { CedarString($0) } } ?? []
    }

    var now: Datetime { Datetime(milliseconds: (number("now") ?? 0) * 1_000) }

    var expectations: PresentedCredentials.Expectations {
        var expectations = PresentedCredentials.Expectations()
        expectations.nonce = self["nonce"]?.string
        expectations.accessToken = self["access_token"]?.stringBytes.map { Array($0) }
        expectations.maximumAge = number("max_age")
        return expectations
    }

    func trust(keys: JSONNode?) throws -> TenantTrust {
        let set = try JSONWebKeySet(parsing: Array(keys?.rawBytes ?? []))
        var issuer = TrustedIssuer(
            issuer: CedarString(self["issuer"]?.string ?? ""), keys: .fixed(FixedKeySet(set)))
        issuer.algorithms = SignatureAlgorithmSet(texts("algs").compactMap { SignatureAlgorithm(name: $0.text) })
        if self["token_use"]?.stringEquals("id") == true {
            issuer.tokens = [.id]
            issuer.clients = Set(texts("audiences"))
        } else {
            issuer.tokens = self["require_at_jwt_typ"]?.bool == true ? [.rfc9068] : [.access]
            issuer.audiences = Set(texts("audiences"))
        }
        issuer.clockSkew = number("skew_s") ?? issuer.clockSkew
        issuer.maximumLifetime = number("max_lifetime_s") ?? issuer.maximumLifetime
        issuer.proofWindow = number("dpop_iat_window_s") ?? issuer.proofWindow
        if let bytes = number("max_token_bytes") { issuer.limits.maximumTokenBytes = Int(bytes) }
        return TenantTrust(tenant: "vectors", issuers: [issuer])
    }
}
