import CedarModel
import CedarSyntax
import Identity
import JOSE
import OpenIDConnect
import SigningKeys

/// An issuer of tests: a key, a trust in it, and tokens.
struct Minting: Sendable {
    static let now: Int64 = 1_790_000_000
    static let at = Datetime(milliseconds: now * 1_000)
    static let name: CedarString = "https://idp.example/t/acme"

    let key: SigningKey

    init(_ algorithm: SignatureAlgorithm = .es256) throws {
        key = try SigningKey.make(algorithm)
    }

    func issuer() throws -> TrustedIssuer {
        var issuer = TrustedIssuer(issuer: Self.name, keys: .fixed(FixedKeySet(try key.set())))
        issuer.audiences = ["api"]
        issuer.clients = ["web"]
        return issuer
    }

    func trust(_ change: (inout TrustedIssuer) -> Void = { _ in }) throws -> TenantTrust {
        var issuer = try issuer()
        change(&issuer)
        return TenantTrust(tenant: "acme", issuers: [issuer])
    }

    /// A payload: the claims of a good access token, with some replaced and, for an empty text, removed.
    static func payload(_ changes: [String: String] = [:]) -> String {
        var claims = [
            "iss": "\"\(name)\"", "sub": "\"ada\"", "aud": "\"api\"", "exp": "\(now + 300)", "iat": "\(now)",
            "jti": "\"j1\"", "client_id": "\"web\"",
        ]
        for (claim, value) in changes { claims[claim] = value.isEmpty ? nil : value }
        return "{" + claims.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    func token(_ changes: [String: String] = [:], type: String? = "at+jwt") throws -> [UInt8] {
        let type = type.map { ",\"typ\":\"\($0)\"" } ?? ""
        return try key.token(
            header: "{\"alg\":\"\(key.algorithm.name)\",\"kid\":\"k\"\(type)}", payload: Self.payload(changes))
    }

    static func credentials(_ token: [UInt8]) -> PresentedCredentials {
        PresentedCredentials(.init(type: "jwt", value: token))
    }
}

extension TokenVerifier {
    /// The code of the failure; `nil` when the token is accepted.
    func code(
        _ token: [UInt8], _ trust: TenantTrust, at now: Datetime = Minting.at,
        _ change: (inout PresentedCredentials) -> Void = { _ in }
    ) -> String? {
        var credentials = Minting.credentials(token)
        change(&credentials)
        do throws(VerificationFailure) {
            _ = try verify(credentials, for: trust, at: now)
            return nil
        } catch {
            return error.code.rawValue
        }
    }
}
