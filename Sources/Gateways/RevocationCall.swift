import CedarModel
import CedarSyntax
import DecisionWire
import OpenIDConnect
import StrictJSON

/// The call `POST /v1/admin/revocations`: a token by `iss` and `jti`, or a subject by `iss` and `sub`.
enum RevocationCall {
    /// The longest name of an issuer, token or subject, in bytes.
    private static let maximumName = 1_024

    /// The longest that a token may be valid, in milliseconds: how long an entry is kept when nobody says.
    private static let longestLifetime: Int64 = 31_622_400_000

    static func answer(
        _ request: HTTPRequest, _ journal: RevocationJournal?, now: Datetime = SystemClock.now()
    ) -> HTTPResponse {
        guard let journal else {
            return HTTPResponse(
                ProblemDetails(
                    status: 403, code: "REVOCATION_DISABLED",
                    detail: "start the server with `--state-dir`: a revocation must outlive a restart"))
        }
        do {
            try journal.revoke(try read(request.body, now))
            return .json(Array(#"{"result":"revoked"}"#.utf8))
        } catch let problem as ProblemDetails {
            return HTTPResponse(problem)
        } catch {
            return HTTPResponse(ProblemDetails(status: 503, code: "REVOCATION_NOT_KEPT", detail: "\(error)"))
        }
    }

    private static func read(_ body: [UInt8], _ now: Datetime) throws(ProblemDetails) -> RevocationList.Entry {
        let root: JSONNode
        do {
            root = try JSONDocument(
                parsing: body, limits: JSONLimits(maximumBytes: 16 << 10, maximumDepth: 2, maximumValues: 16)
            ).root
        } catch {
            throw ProblemDetails(error)
        }
        guard root.kind == .object else { throw malformed("the request must be an object", root) }
        for member in root.members
        where !["iss", "jti", "sub", "issued_before", "expires"].contains(where: { member.keyEquals($0) }) {
            throw ProblemDetails(
                status: 400, code: "UNKNOWN_MEMBER",
                detail: "the members are `iss` with `jti` and `expires`, or `iss` with `sub` and `issued_before`",
                path: member.value.path)
        }
        let issuer = try name("iss", root)
        guard let issuer else { throw malformed("`iss` is missing", root) }
        switch (try name("jti", root), try name("sub", root)) {
        case (.some(let id), nil):
            guard root["issued_before"] == nil else { throw malformed("`issued_before` goes with `sub`", root) }
            let expiry = try time("expires", root) ?? Datetime(milliseconds: now.milliseconds + longestLifetime)
            // Clocks differ: the entry stays for a day longer.
            return .token(
                .init(issuer: issuer, id: id), forget: Datetime(milliseconds: expiry.milliseconds + 86_400_000))
        case (nil, .some(let subject)):
            guard root["expires"] == nil else { throw malformed("`expires` goes with `jti`", root) }
            return .subject(
                .init(issuer: issuer, subject: subject), issuedUntil: try time("issued_before", root) ?? now)
        default: throw malformed("name either a token with `jti` or a subject with `sub`", root)
        }
    }

    private static func name(_ key: String, _ root: JSONNode) throws(ProblemDetails) -> CedarString? {
        guard let node = root[key] else { return nil }
        guard let text = node.string, (1...maximumName).contains(text.utf8.count) else {
            throw malformed("`\(key)` must be a string of 1 to \(maximumName) bytes", node)
        }
        return CedarString(text)
    }

    /// A time in the words of tokens, seconds since 1970, or as RFC 3339 writes it.
    private static func time(_ key: String, _ root: JSONNode) throws(ProblemDetails) -> Datetime? {
        guard let node = root[key] else { return nil }
        if let seconds = node.integer, (0...253_402_300_799).contains(seconds) {
            return Datetime(milliseconds: seconds * 1_000)
        }
        guard let text = node.string, let time = Datetime(rfc3339: text) else {
            throw malformed("`\(key)` must be a time such as `2026-11-21T10:00:00Z`, or seconds since 1970", node)
        }
        return time
    }

    private static func malformed(_ detail: String, _ node: JSONNode) -> ProblemDetails {
        ProblemDetails(status: 400, code: "WRONG_TYPE", detail: detail, path: node.path)
    }
}
