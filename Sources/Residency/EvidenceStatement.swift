package import CedarModel
import CedarSyntax
import JOSE
import StrictJSON

/// A signed statement of evidence: a JWT of the type `verdict-evidence+jwt` (RFC 7519, RFC 8725 section 3.11).
///
/// `aud` is the tenant's id, `iat` and `exp` say from when until when it counts, and `evidence` lists items as the
/// tenant's file has them, without `from` and `until`.
package struct EvidenceStatement: Sendable {
    /// Who signed it.
    package let signer: EvidenceSigner

    /// The end of its time.
    package let expiry: Datetime

    /// What it states.
    package let items: [TenantProfile.Evidence]

    /// The type that the header must have.
    package static let type = "verdict-evidence+jwt"

    /// The greatest number of statements of a request.
    package static let maximumStatements = 8

    /// The greatest number of items of a statement.
    package static let maximumItems = 64

    /// How far a signer's clock may be ahead, in milliseconds.
    static let skew: Int64 = 60_000

    /// Why a statement does not count.
    package struct Refusal: Error, Sendable {
        /// The reason as a lowercase sentence, without any part of the statement but names.
        package let message: String
    }

    /// Verifies a statement for a tenant.
    /// - Throws: ``Refusal``.
    package static func verify(
        _ text: String, for tenant: String?, by signers: [EvidenceSigner], at now: Datetime
    ) throws(Refusal) -> EvidenceStatement {
        let token: CompactJWS
        let claims: JSONNode
        do {
            token = try CompactJWS(parsing: Array(text.utf8))
        } catch {
            throw Refusal(message: error.detail)
        }
        guard token.header.type == type else { throw Refusal(message: "its `typ` is not `\(type)`") }
        do {
            let limits = JWSLimits.standard
            claims = try TokenObject.parse(token.payload, limits: limits, maximumMembers: limits.maximumMembers)
        } catch {
            throw Refusal(message: "its payload cannot be read: \(error.reason)")
        }
        guard let issuer = claims["iss"]?.string,
            let signer = signers.first(where: { $0.issuer.utf8.elementsEqual(issuer.utf8) })
        else { throw Refusal(message: "the tenant has no such signer") }
        do {
            _ = try signer.keys.verify(token, allowing: .standard)
        } catch {
            throw Refusal(message: error.detail)
        }
        guard let tenant, claims["aud"]?.string.map({ $0.utf8.elementsEqual(tenant.utf8) }) ?? false else {
            throw Refusal(message: "its `aud` is not the tenant")
        }
        let expiry = try checkTime(claims, now)
        return EvidenceStatement(signer: signer, expiry: expiry, items: try items(claims, until: expiry))
    }

    /// A statement counts from `iat`, or from `nbf` where it has one, until `exp`.
    private static func checkTime(_ claims: JSONNode, _ now: Datetime) throws(Refusal) -> Datetime {
        func instant(_ name: String) throws(Refusal) -> Datetime? {
            guard let node = claims[name] else { return nil }
            // The greatest time of the calendar that policies know.
            guard let seconds = node.integer, (0..<253_402_300_800).contains(seconds) else {
                throw Refusal(message: "its `\(name)` is not a time in seconds")
            }
            return Datetime(milliseconds: seconds * 1_000)
        }
        guard let issued = try instant("iat"), let expiry = try instant("exp") else {
            throw Refusal(message: "it has no `iat` or no `exp`")
        }
        let start = max(issued, try instant("nbf") ?? issued)
        guard start.milliseconds - skew <= now.milliseconds else { throw Refusal(message: "it does not count yet") }
        guard now < expiry else { throw Refusal(message: "it has expired") }
        return expiry
    }

    private static func items(
        _ claims: JSONNode, until expiry: Datetime
    ) throws(Refusal) -> [TenantProfile.Evidence] {
        guard let nodes = claims["evidence"], nodes.kind == .array, nodes.count <= maximumItems else {
            throw Refusal(message: "its `evidence` is not a list of at most \(maximumItems) items")
        }
        var items: [TenantProfile.Evidence] = []
        for node in nodes.elements {
            guard node.kind == .object else { throw Refusal(message: "an item of its `evidence` is not an object") }
            var facts: [(key: String, value: Datum)] = []
            for member in node.members where !member.keyEquals("destination") {
                guard let key = TenantProfile.Evidence.Section(rawValue: member.key) else {
                    throw Refusal(message: "an item of its `evidence` has a member that is not known")
                }
                facts.append(key.fact(Datum(member.value)))
            }
            if let destination = node["destination"], destination.string == nil {
                throw Refusal(message: "the `destination` of an item is not a country")
            }
            items.append(
                TenantProfile.Evidence(
                    destination: node["destination"]?.string, period: Period(end: expiry), facts: .object(facts)))
        }
        return items
    }
}
