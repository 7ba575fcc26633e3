import CedarModel
import CedarSyntax
import Identity
import JOSE
import OpenIDConnect

/// An issuer with fixed public keys whose private halves nobody has, a trust in it, and a mapping of claims.
struct FixedTokens: Sendable {
    let keys: JSONWebKeySet
    let trust: TenantTrust
    let mapping: ClaimMapping
    let verifier = TokenVerifier(cache: nil, replays: ReplayWindow(capacity: 16))

    /// The time of all verifications.
    static let now = Datetime(milliseconds: 1_790_000_000_000)

    /// How many groups a token may bring.
    static let maximumGroups = 8

    static let world = FixedTokens()

    private init?() {
        // The points of RFC 7515 appendix A.3 and RFC 8037 appendix A.2, and the modulus of RFC 7515 appendix A.2.
        let text = """
            {"keys":[
            {"kty":"EC","crv":"P-256","kid":"e","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
             "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
            {"kty":"OKP","crv":"Ed25519","kid":"o","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
            {"kty":"RSA","kid":"r","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}
            ]}
            """
        guard let keys = try? JSONWebKeySet(parsing: Array(text.utf8)), keys.keys.count == 3 else { return nil }
        self.keys = keys
        var mapping = ClaimMapping.standard
        mapping.attributes = [
            AttributeRule(name: "email", sources: [ClaimPath("email")]),
            AttributeRule(name: "level", sources: [ClaimPath("level")], form: .integer),
            AttributeRule(name: "since", sources: [ClaimPath("since")], form: .datetime),
            AttributeRule(name: "scopes", sources: [ClaimPath("scope")], form: .words),
        ]
        var roles = NameRule(sources: [ClaimPath([.key("realm_access"), .key("roles")]), ClaimPath("roles")])
        roles.map = ["r-approver": ["approver", "reader"], "r-reader": ["reader"]]
        mapping.roles = roles
        var groups = NameRule(sources: [ClaimPath([.key("groups"), .every, .key("name")]), ClaimPath("groups")])
        groups.keep = [NamePattern("*")].compactMap { $0 }
        groups.limit = Self.maximumGroups
        mapping.groups = groups
        self.mapping = mapping
        var issuer = TrustedIssuer(
            issuer: "https://a.example", keys: .fixed(FixedKeySet(keys)), mapping: mapping)
        issuer.audiences = ["a"]
        issuer.clients = ["c"]
        issuer.tokens = [.access, .id]
        trust = TenantTrust(tenant: "acme", issuers: [issuer])
    }

    /// The bytes as a token, as a token with a proof, and as the proof of a token.
    func presentations(of bytes: [UInt8]) -> [PresentedCredentials] {
        let plain = PresentedCredentials(.init(type: "jwt", value: bytes))
        var proven = plain
        proven.proof = .init(value: bytes, method: "GET", url: "https://a.example/x?y#z")
        var certified = plain
        certified.clientCertificate = bytes
        return [plain, proven, certified]
    }
}
