import CedarSyntax
import Identity

/// Reads what an assertion says from the tree of its signed octets, and applies the rules of the profiles to it (SAML
/// Profiles sections 4.1.4.2 and 4.1.4.3, RFC 7522 section 3).
struct AssertionReader {
    let tree: XMLTree
    let shape: AssertionShape
    let provider: IdentityProvider
    let service: ServiceIdentity
    let expectations: PresentedCredentials.SAMLExpectations
    let binding: MessageBinding
    let now: Int64
    /// The request that the response around the assertion answers.
    let answered: CedarString?
    /// The IDs of everything around the assertion, for what is decrypted in it.
    let ids: Set<CedarString>

    private var policy: ProviderPolicy { provider.policy }

    /// Everything that the assertion says, when all rules hold.
    func read() throws(VerificationFailure) -> AssertionFacts {
        var facts = AssertionFacts(
            id: shape.head.id, issuer: shape.issuer, issueInstant: shape.head.issueInstant)
        try IssueTime(policy: policy, now: now).check(shape.head.issueInstant, "assertion")
        try readConditions(&facts)
        try readSubject(&facts)
        try readAuthentication(&facts)
        try readAttributes(&facts)
        return facts
    }

    // MARK: Conditions

    private func readConditions(_ facts: inout AssertionFacts) throws(VerificationFailure) {
        guard let conditions = shape.conditions else {
            throw VerificationFailure(.conditionsMissing, "the assertion has no conditions")
        }
        try readValidity(conditions, &facts)
        var restrictions = 0
        var oneTimeUses = 0
        var proxyRestrictions = 0
        guard tree.hasOnlyElements(conditions) else {
            throw VerificationFailure(.samlSchema, "`Conditions` has text between its elements")
        }
        for condition in tree.children(of: conditions) {
            if tree.has(condition, "AudienceRestriction", .assertion) {
                restrictions += 1
                try checkAudience(condition)
            } else if tree.has(condition, "OneTimeUse", .assertion) {
                oneTimeUses += 1
            } else if tree.has(condition, "ProxyRestriction", .assertion) {
                proxyRestrictions += 1
            } else {
                throw VerificationFailure(.conditionUnknown, "the assertion has a condition that is not known")
            }
        }
        guard oneTimeUses <= 1, proxyRestrictions <= 1 else {
            throw VerificationFailure(.conditionRepeated, "a condition is there twice")
        }
        facts.isForOneUse = oneTimeUses == 1
        if restrictions == 0, policy.requiresAudience {
            throw VerificationFailure(.samlAudienceMissing, "the assertion has no audience")
        }
    }

    private func readValidity(_ conditions: Int, _ facts: inout AssertionFacts) throws(VerificationFailure) {
        let start = try time("NotBefore", of: conditions)
        let end = try time("NotOnOrAfter", of: conditions)
        if let start, let end, start >= end {
            throw VerificationFailure(.timeInverted, "the assertion's validity ends before it begins")
        }
        if let start, start > now + policy.skew {
            throw VerificationFailure(.timeNotBefore, "the assertion is not valid yet")
        }
        if let end {
            guard now - policy.skew < end else {
                throw VerificationFailure(.timeNotOnOrAfter, "the assertion is not valid any more")
            }
            facts.expiry = min(facts.expiry, end)
        }
    }

    /// Every restriction must name us, each in one of its audiences (SAML Core section 2.5.1.4).
    private func checkAudience(_ restriction: Int) throws(VerificationFailure) {
        guard !service.audiences.isEmpty || policy.requiresAudience else { return }
        let audiences = tree.children(of: restriction)
        guard tree.hasOnlyElements(restriction), !audiences.isEmpty,
            audiences.allSatisfy({ tree.has($0, "Audience", .assertion) })
        else {
            throw VerificationFailure(.samlAudienceMismatch, "an audience restriction has other parts than it must")
        }
        let wanted = expectations.audience.map { [$0] } ?? service.audiences
        guard audiences.contains(where: { tree.text(of: $0).map { wanted.contains($0) } ?? false }) else {
            throw VerificationFailure(.samlAudienceMismatch, "the assertion is for another audience")
        }
    }

    private func time(_ name: CedarString, of index: Int) throws(VerificationFailure) -> Int64? {
        guard let text = tree.attribute(name, of: index) else { return nil }
        guard let instant = SAMLInstant.parse(text) else {
            throw VerificationFailure(.timeForm, "`\(name)` is no time with a zone")
        }
        return instant
    }

    // MARK: Subject

    private func readSubject(_ facts: inout AssertionFacts) throws(VerificationFailure) {
        guard let subject = shape.subject else {
            throw VerificationFailure(.subjectMissing, "the assertion has no subject")
        }
        let children = try ElementGrammar.subject.check(
            subject, tree, toleratesOrder: policy.toleratesElementOrder)
        if let first = children.first {
            if tree.has(first, "NameID", .assertion) {
                facts.nameID = try nameID(first, tree)
            } else if tree.has(first, "EncryptedID", .assertion) {
                facts.nameID = try decryptedNameID(first)
            }
        }
        guard facts.nameID != nil || !policy.requiresNameID else {
            throw VerificationFailure(.subjectUnnamed, "the subject has no name id")
        }
        let confirmations = children.filter { tree.has($0, "SubjectConfirmation", .assertion) }
        var reason = "the subject has no confirmation"
        for element in confirmations {
            do {
                let confirmation = try confirmation(element, hasEnd: facts.expiry != .max)
                facts.confirmationEnd = confirmation.end ?? facts.expiry
                facts.expiry = min(facts.expiry, facts.confirmationEnd)
                facts.inResponseTo = confirmation.inResponseTo
                facts.certificateThumbprint = confirmation.thumbprint
                return
            } catch {
                guard error.code == .subjectConfirmation else { throw error }
                reason = error.detail
            }
        }
        throw VerificationFailure(.subjectConfirmation, "no confirmation of the subject holds: \(reason)")
    }

    private func nameID(_ index: Int, _ tree: XMLTree) throws(VerificationFailure) -> AssertionFacts.NameID {
        guard let value = tree.text(of: index) else {
            throw VerificationFailure(.subjectNested, "the name id has elements in it")
        }
        guard value.utf8.contains(where: { $0 > 0x20 }), value.utf8.count <= 4_096 else {
            throw VerificationFailure(.subjectEmpty, "the name id is empty or too long")
        }
        guard !value.text.unicodeScalars.contains(where: { Self.isInvisible($0) }) else {
            throw VerificationFailure(.subjectInvisible, "the name id has characters that cannot be seen")
        }
        let name = AssertionFacts.NameID(
            value: value, format: tree.attribute("Format", of: index),
            qualifier: tree.attribute("NameQualifier", of: index),
            serviceQualifier: tree.attribute("SPNameQualifier", of: index))
        if policy.checksNameQualifier, let qualifier = name.serviceQualifier, !service.audiences.contains(qualifier) {
            throw VerificationFailure(.subjectQualifier, "the name id belongs to another service")
        }
        try checkScope(of: value)
        return name
    }

    /// Controls, directions and widths: what makes two names look like one.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F,
            0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    /// A scoped name must be of one of the provider's scopes, where the tenant lists them.
    private func checkScope(of value: CedarString) throws(VerificationFailure) {
        guard let scopes = policy.scopes, let at = value.utf8.lastIndex(of: UInt8(ascii: "@")) else { return }
        guard scopes.contains(CedarString(utf8: value.utf8[at...].dropFirst())) else {
            throw VerificationFailure(.subjectScope, "the scope of an identifier is not the provider's")
        }
    }

    private func decryptedNameID(_ index: Int) throws(VerificationFailure) -> AssertionFacts.NameID {
        let content = try EncryptedContent(index, tree, policy)
        let plaintext = try content.decrypt(with: service.keys)
        let element = try DecryptedElement.parse(
            plaintext, local: "NameID", place: index, in: tree, ids: ids, limits: policy.limits)
        return try nameID(element.apex, element.tree)
    }

    // MARK: Confirmation

    private struct Confirmation {
        var end: Int64?
        var inResponseTo: CedarString?
        var thumbprint: [UInt8]?
    }

    /// A confirmation by bearer or by the key of the client's certificate; every other one does not count.
    private func confirmation(_ index: Int, hasEnd: Bool) throws(VerificationFailure) -> Confirmation {
        func fails(_ reason: String) -> VerificationFailure { VerificationFailure(.subjectConfirmation, reason) }
        let children = try ElementGrammar.confirmation.check(
            index, tree, toleratesOrder: policy.toleratesElementOrder)
        let method = tree.attribute("Method", of: index)
        let isBearer = method == "urn:oasis:names:tc:SAML:2.0:cm:bearer"
        guard isBearer || method == "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key" else {
            throw fails("the method is neither bearer nor holder-of-key")
        }
        var result = Confirmation()
        guard let data = children.first(where: { tree.has($0, "SubjectConfirmationData", .assertion) }) else {
            // A bare assertion whose conditions end may leave the data out (RFC 7522 section 3).
            guard binding == .assertion, isBearer, hasEnd else { throw fails("the confirmation has no data") }
            return result
        }
        guard let recipient = tree.attribute("Recipient", of: data) else { throw fails("there is no recipient") }
        let recipients = expectations.recipient.map { [$0] } ?? service.recipients
        guard recipients.contains(recipient) else { throw fails("the recipient is somebody else") }
        guard let end = try time("NotOnOrAfter", of: data) else { throw fails("the confirmation has no end") }
        guard now - policy.skew < end else { throw fails("the confirmation is not valid any more") }
        if let start = try time("NotBefore", of: data) {
            guard !isBearer || policy.ignoresBearerNotBefore else {
                throw fails("a bearer confirmation has a `NotBefore`")
            }
            guard start <= now + policy.skew else { throw fails("the confirmation is not valid yet") }
        }
        if let address = expectations.clientAddress, let stated = tree.attribute("Address", of: data),
            address != stated
        {
            throw fails("the confirmation is for another address")
        }
        result.end = end
        result.inResponseTo = tree.attribute("InResponseTo", of: data)
        guard isAnswer(result.inResponseTo) else { throw fails("the confirmation answers another request") }
        if !isBearer { result.thumbprint = try holderThumbprint(data) }
        return result
    }

    /// Whether the confirmation answers the request that it must: the caller's, or the one that the response answers.
    ///
    /// A caller that states nothing cannot tell an answer from an unsolicited message; only a contradiction is refused
    /// then.
    private func isAnswer(_ request: CedarString?) -> Bool {
        if let wanted = expectations.requestID { return request == wanted }
        if expectations.isUnsolicited { return request == nil }
        return binding == .assertion || request == nil || request == answered
    }

    /// The thumbprint of the client's certificate, when the confirmation holds its key.
    private func holderThumbprint(_ data: Int) throws(VerificationFailure) -> [UInt8] {
        guard let presented = expectations.clientCertificate else {
            throw VerificationFailure(.subjectConfirmation, "no client certificate was presented")
        }
        guard KeyHolder(certificate: presented).isNamed(by: data, tree) else {
            throw VerificationFailure(.subjectConfirmation, "the client's certificate is another one")
        }
        return HashMethod.sha256.digest(presented)
    }

    // MARK: Sign-in

    private func readAuthentication(_ facts: inout AssertionFacts) throws(VerificationFailure) {
        for statement in shape.authentications {
            let sign = try authentication(statement)
            guard sign.instant <= now + policy.skew else {
                throw VerificationFailure(.timeAuthenticationInstant, "the sign-in is in the future")
            }
            if let end = sign.sessionEnd {
                guard now - policy.skew < end else {
                    throw VerificationFailure(.timeSession, "the provider's session has ended")
                }
                facts.expiry = min(facts.expiry, end)
            }
            if sign.instant >= facts.authentication?.instant ?? .min { facts.authentication = sign }
        }
        guard let sign = facts.authentication else {
            guard binding == .assertion || !policy.requiresAuthentication, policy.contexts == nil,
                policy.maximumAuthenticationAge == nil
            else { throw VerificationFailure(.authenticationMissing, "the assertion tells of no sign-in") }
            return
        }
        if let age = policy.maximumAuthenticationAge, now - policy.skew - sign.instant > age * 1_000 {
            throw VerificationFailure(.timeAuthenticationAge, "the sign-in is too long ago")
        }
        if let contexts = policy.contexts, !(sign.context.map { contexts.contains($0) } ?? false) {
            throw VerificationFailure(.authenticationContext, "the class of the sign-in is not one that is demanded")
        }
    }

    private func authentication(_ index: Int) throws(VerificationFailure) -> AssertionFacts.Authentication {
        let children = try ElementGrammar.authentication.check(
            index, tree, toleratesOrder: policy.toleratesElementOrder)
        guard let instant = try time("AuthnInstant", of: index) else {
            throw VerificationFailure(.timeForm, "the sign-in has no time")
        }
        var context: CedarString?
        var authorities: [CedarString] = []
        guard let element = children.first(where: { tree.has($0, "AuthnContext", .assertion) }) else {
            throw VerificationFailure(.samlSchema, "the sign-in has no context")
        }
        for part in try ElementGrammar.context.check(element, tree, toleratesOrder: policy.toleratesElementOrder) {
            if tree.has(part, "AuthnContextClassRef", .assertion) {
                context = tree.text(of: part)
            } else if tree.has(part, "AuthenticatingAuthority", .assertion), let name = tree.text(of: part) {
                authorities.append(name)
            }
        }
        return AssertionFacts.Authentication(
            instant: instant, context: context, authorities: authorities,
            session: tree.attribute("SessionIndex", of: index),
            sessionEnd: try time("SessionNotOnOrAfter", of: index))
    }

    // MARK: Attributes

    private func readAttributes(_ facts: inout AssertionFacts) throws(VerificationFailure) {
        var places: [AttributeKey: Int] = [:]
        var decryptions = 0
        for statement in shape.attributes {
            let children = try ElementGrammar.attributes.check(
                statement, tree, toleratesOrder: policy.toleratesElementOrder)
            for element in children {
                let attribute: AssertionFacts.Attribute
                if tree.has(element, "Attribute", .assertion) {
                    attribute = try self.attribute(element, tree)
                } else {
                    decryptions += 1
                    guard decryptions <= 16 else {
                        throw VerificationFailure(.encryptionForm, "the assertion has too many encrypted attributes")
                    }
                    attribute = try decryptedAttribute(element)
                }
                let key = AttributeKey(name: attribute.name, format: attribute.format)
                guard let place = places[key] else {
                    places[key] = facts.attributes.count
                    facts.attributes.append(attribute)
                    continue
                }
                guard policy.mergesDuplicateAttributes else {
                    throw VerificationFailure(.attributeDuplicate, "an attribute is there twice")
                }
                facts.attributes[place].values += attribute.values
            }
        }
    }

    private struct AttributeKey: Hashable {
        let name: CedarString
        let format: CedarString?
    }

    private static let unspecified: CedarString = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"

    private func attribute(_ index: Int, _ tree: XMLTree) throws(VerificationFailure) -> AssertionFacts.Attribute {
        guard let name = tree.attribute("Name", of: index), !name.isEmpty else {
            throw VerificationFailure(.attributeName, "an attribute has no name")
        }
        let format = tree.attribute("NameFormat", of: index)
        var values: [CedarString?] = []
        for value in tree.children(of: index) {
            guard tree.has(value, "AttributeValue", .assertion) else {
                throw VerificationFailure(.samlSchema, "an attribute has other parts than values")
            }
            let isNull = tree[value].attributes.contains {
                $0.name == XMLName(local: "nil", space: .instance) && ($0.value == "true" || $0.value == "1")
            }
            if isNull {
                values.append(nil)
            } else if let text = tree.text(of: value) {
                values.append(text)
            } else if isPersistentName(value, tree) {
                // A name id as a value (eduPersonTargetedID) is opaque: it is there, and never its text.
                values.append(nil)
            } else {
                throw VerificationFailure(.attributeNested, "the value of an attribute has elements in it")
            }
        }
        return AssertionFacts.Attribute(name: name, format: format == Self.unspecified ? nil : format, values: values)
    }

    private func isPersistentName(_ value: Int, _ tree: XMLTree) -> Bool {
        let children = tree.children(of: value)
        return children.count == 1 && tree.has(children[0], "NameID", .assertion) && tree.isLeaf(children[0])
            && tree.hasOnlyElements(value)
    }

    private func decryptedAttribute(_ index: Int) throws(VerificationFailure) -> AssertionFacts.Attribute {
        let content = try EncryptedContent(index, tree, policy)
        let plaintext = try content.decrypt(with: service.keys)
        let element = try DecryptedElement.parse(
            plaintext, local: "Attribute", place: index, in: tree, ids: ids, limits: policy.limits)
        return try attribute(element.apex, element.tree)
    }
}

/// The rule for the time of a message: not in the future, and not too long ago.
struct IssueTime {
    let policy: ProviderPolicy
    let now: Int64

    func check(_ instant: Int64, _ what: String) throws(VerificationFailure) {
        guard instant <= now + policy.skew else {
            throw VerificationFailure(.timeIssueInstant, "the \(what) was issued in the future")
        }
        if let age = policy.maximumAge, now - policy.skew - instant > age * 1_000 {
            throw VerificationFailure(.timeAge, "the \(what) was issued too long ago")
        }
    }
}

/// What a message came as.
package enum MessageBinding: String, Sendable {
    /// A response of the Web SSO profile (SAML Profiles section 4.1).
    case response
    /// A bare assertion (RFC 7522).
    case assertion
}
