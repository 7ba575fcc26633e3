import CedarSyntax
import Identity
import JOSE
import StrictJSON

/// The claims of a token that verification looks at, found in one pass.
///
/// A class, since it holds a reference per claim and is handed on.
final class TokenClaims {
    let root: JSONNode
    var issuer: JSONNode?
    var subject: JSONNode?
    var audience: JSONNode?
    var expiry: JSONNode?
    var notBefore: JSONNode?
    var issuedAt: JSONNode?
    var id: JSONNode?
    var authorizedParty: JSONNode?
    var clientID: JSONNode?
    var otherClient: JSONNode?
    var nonce: JSONNode?
    var accessTokenHash: JSONNode?
    var authenticationTime: JSONNode?
    var methods: JSONNode?
    var authenticationClass: JSONNode?
    var authenticationContexts: JSONNode?
    var confirmation: JSONNode?
    var actor: JSONNode?
    var use: JSONNode?
    var payloadType: JSONNode?
    var organization: JSONNode?
    var hasScope = false
    var proofMethod: JSONNode?
    var proofAddress: JSONNode?
    var accessTokenDigest: JSONNode?
    /// A claim of tokens that never name a subject: security events, logout, introspection, status lists.
    var foreignMarker: String?

    /// Reads a payload.
    /// - Throws: ``VerificationFailure`` with `claims.malformed`.
    init(parsing payload: [UInt8], limits: JWSLimits) throws(VerificationFailure) {
        do {
            root = try TokenObject.parse(payload, limits: limits, maximumMembers: limits.maximumMembers)
        } catch {
            throw VerificationFailure(.claims, "the payload cannot be read: \(error.reason)")
        }
        for member in root.members {
            guard let name = member.keyNode.stringBytes else { continue }
            take(name, member.value)
        }
    }

    private func take(_ name: ArraySlice<UInt8>, _ value: JSONNode) {
        switch name.count {
        case 3: takeShort(Self.packed(name), value)
        case 4 where Self.packed(name) == Self.acrs: authenticationContexts = value
        case 5:
            switch Self.packed(name) {
            case Self.nonceName: nonce = value
            case Self.scope: hasScope = true
            case Self.appid: otherClient = otherClient ?? value
            default: break
            }
        case 6 where Self.packed(name) == Self.events: foreignMarker = "events"
        case 7 where Self.packed(name) == Self.atHash: accessTokenHash = value
        case 9:
            if name.elementsEqual("client_id".utf8) {
                clientID = value
            } else if name.elementsEqual("auth_time".utf8) {
                authenticationTime = value
            } else if name.elementsEqual("token_use".utf8) {
                use = value
            }
        case 11 where name.elementsEqual("status_list".utf8): foreignMarker = "status_list"
        case 19 where name.elementsEqual("token_introspection".utf8): foreignMarker = "token_introspection"
        default: break
        }
    }

    private func takeShort(_ name: UInt64, _ value: JSONNode) {
        switch name {
        case Self.iss: issuer = value
        case Self.sub: subject = value
        case Self.aud: audience = value
        case Self.exp: expiry = value
        case Self.nbf: notBefore = value
        case Self.iat: issuedAt = value
        case Self.jti: id = value
        case Self.azp: authorizedParty = value
        case Self.cid: otherClient = value
        case Self.amr: methods = value
        case Self.acr: authenticationClass = value
        case Self.cnf: confirmation = value
        case Self.act: actor = value
        case Self.typ: payloadType = value
        case Self.tid: organization = value
        case Self.scp: hasScope = true
        case Self.htm: proofMethod = value
        case Self.htu: proofAddress = value
        case Self.ath: accessTokenDigest = value
        default: break
        }
    }

    /// Up to eight bytes as a number, so that names compare at once.
    private static func packed(_ name: some Sequence<UInt8>) -> UInt64 {
        name.reduce(0) { $0 &<< 8 | UInt64($1) }
    }

    private static let iss = packed("iss".utf8)
    private static let sub = packed("sub".utf8)
    private static let aud = packed("aud".utf8)
    private static let exp = packed("exp".utf8)
    private static let nbf = packed("nbf".utf8)
    private static let iat = packed("iat".utf8)
    private static let jti = packed("jti".utf8)
    private static let azp = packed("azp".utf8)
    private static let cid = packed("cid".utf8)
    private static let amr = packed("amr".utf8)
    private static let acr = packed("acr".utf8)
    private static let cnf = packed("cnf".utf8)
    private static let act = packed("act".utf8)
    private static let typ = packed("typ".utf8)
    private static let tid = packed("tid".utf8)
    private static let scp = packed("scp".utf8)
    private static let htm = packed("htm".utf8)
    private static let htu = packed("htu".utf8)
    private static let ath = packed("ath".utf8)
    private static let acrs = packed("acrs".utf8)
    private static let nonceName = packed("nonce".utf8)
    private static let scope = packed("scope".utf8)
    private static let appid = packed("appid".utf8)
    private static let events = packed("events".utf8)
    private static let atHash = packed("at_hash".utf8)

    // MARK: - Values

    /// A time, `nil` where the claim is not there.
    /// - Throws: ``VerificationFailure`` when it is no number of seconds.
    func time(_ node: JSONNode?, _ name: String) throws(VerificationFailure) -> Int64? {
        guard let node else { return nil }
        guard let milliseconds = NumericDate.milliseconds(of: node) else {
            throw VerificationFailure(.time, "`\(name)` is no number of seconds")
        }
        return milliseconds
    }

    /// A text, `nil` where the claim is not there.
    /// - Throws: ``VerificationFailure`` when it is something else.
    func text(_ node: JSONNode?, _ name: String) throws(VerificationFailure) -> CedarString? {
        guard let node else { return nil }
        guard let text = node.string, text.utf8.count <= 1_024 else {
            throw VerificationFailure(.kind, "`\(name)` is no text of at most 1024 bytes")
        }
        return CedarString(text)
    }
}
