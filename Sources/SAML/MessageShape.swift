import CedarSyntax
import Identity

/// The parts of an element by the schema of SAML: which children there may be, how often, and in which order.
struct ElementGrammar {
    /// A child that an element may have.
    struct Child {
        let local: CedarString
        let space: XMLSpace
        /// How many times it may stand there.
        let most: Int
        /// Children of one place may stand in any order among themselves.
        let place: Int
    }

    let children: [Child]

    /// The children of an element, checked.
    func check(
        _ index: Int, _ tree: XMLTree, toleratesOrder: Bool
    ) throws(VerificationFailure) -> [Int] {
        guard tree.hasOnlyElements(index) else {
            throw VerificationFailure(.samlSchema, "`\(tree[index].name.local)` has text between its elements")
        }
        let found = tree.children(of: index)
        var counts = [Int](repeating: 0, count: children.count)
        var place = 0
        for child in found {
            guard let number = children.firstIndex(where: { tree.has(child, $0.local, $0.space) }) else {
                throw VerificationFailure(
                    .samlSchema, "`\(tree[index].name.local)` has an element that the schema does not have there")
            }
            counts[number] += 1
            if counts[number] > children[number].most {
                throw VerificationFailure(
                    .samlSchema, "`\(tree[index].name.local)` has `\(children[number].local)` too often")
            }
            if children[number].place < place, !toleratesOrder {
                throw VerificationFailure(
                    .samlOrder, "the elements of `\(tree[index].name.local)` are not in the schema's order")
            }
            place = children[number].place
        }
        return found
    }

    /// A response (SAML Core section 3.3.3).
    static let response = ElementGrammar(children: [
        .init(local: "Issuer", space: .assertion, most: 1, place: 0),
        .init(local: "Signature", space: .signature, most: 1, place: 1),
        .init(local: "Extensions", space: .protocol2, most: 1, place: 2),
        .init(local: "Status", space: .protocol2, most: 1, place: 3),
        .init(local: "Assertion", space: .assertion, most: .max, place: 4),
        .init(local: "EncryptedAssertion", space: .assertion, most: .max, place: 4),
    ])

    /// An assertion (SAML Core section 2.3.3).
    static let assertion = ElementGrammar(children: [
        .init(local: "Issuer", space: .assertion, most: 1, place: 0),
        .init(local: "Signature", space: .signature, most: 1, place: 1),
        .init(local: "Subject", space: .assertion, most: 1, place: 2),
        .init(local: "Conditions", space: .assertion, most: 1, place: 3),
        .init(local: "Advice", space: .assertion, most: 1, place: 4),
        .init(local: "Statement", space: .assertion, most: 64, place: 5),
        .init(local: "AuthnStatement", space: .assertion, most: 64, place: 5),
        .init(local: "AuthzDecisionStatement", space: .assertion, most: 64, place: 5),
        .init(local: "AttributeStatement", space: .assertion, most: 64, place: 5),
    ])

    /// A subject (SAML Core section 2.4.1).
    static let subject = ElementGrammar(children: [
        .init(local: "BaseID", space: .assertion, most: 1, place: 0),
        .init(local: "NameID", space: .assertion, most: 1, place: 0),
        .init(local: "EncryptedID", space: .assertion, most: 1, place: 0),
        .init(local: "SubjectConfirmation", space: .assertion, most: 64, place: 1),
    ])

    /// A confirmation of a subject (SAML Core section 2.4.1.1).
    static let confirmation = ElementGrammar(children: [
        .init(local: "BaseID", space: .assertion, most: 1, place: 0),
        .init(local: "NameID", space: .assertion, most: 1, place: 0),
        .init(local: "EncryptedID", space: .assertion, most: 1, place: 0),
        .init(local: "SubjectConfirmationData", space: .assertion, most: 1, place: 1),
    ])

    /// A statement of a sign-in (SAML Core section 2.7.2).
    static let authentication = ElementGrammar(children: [
        .init(local: "SubjectLocality", space: .assertion, most: 1, place: 0),
        .init(local: "AuthnContext", space: .assertion, most: 1, place: 1),
    ])

    /// The context of a sign-in (SAML Core section 2.7.2.2).
    static let context = ElementGrammar(children: [
        .init(local: "AuthnContextClassRef", space: .assertion, most: 1, place: 0),
        .init(local: "AuthnContextDecl", space: .assertion, most: 1, place: 1),
        .init(local: "AuthnContextDeclRef", space: .assertion, most: 1, place: 1),
        .init(local: "AuthenticatingAuthority", space: .assertion, most: 64, place: 2),
    ])

    /// A statement of attributes (SAML Core section 2.7.3).
    static let attributes = ElementGrammar(children: [
        .init(local: "Attribute", space: .assertion, most: 4_096, place: 0),
        .init(local: "EncryptedAttribute", space: .assertion, most: 16, place: 0),
    ])
}

/// What responses and assertions have in common: version, ID and time.
struct MessageHead {
    let id: CedarString
    let issueInstant: Int64

    init(_ index: Int, _ tree: XMLTree) throws(VerificationFailure) {
        let what = tree[index].name.local
        guard tree.attribute("Version", of: index) == "2.0" else {
            throw VerificationFailure(.samlVersion, "the version of `\(what)` is not 2.0")
        }
        guard let id = tree.attribute("ID", of: index), SAMLID.isValid(id.utf8) else {
            throw VerificationFailure(.samlID, "the ID of `\(what)` is missing or has another form")
        }
        guard let text = tree.attribute("IssueInstant", of: index), let instant = SAMLInstant.parse(text) else {
            throw VerificationFailure(.samlIssueInstant, "`IssueInstant` of `\(what)` is missing or no time")
        }
        self.id = id
        issueInstant = instant
    }
}

/// A response, as its elements stand.
struct ResponseShape {
    let head: MessageHead
    let destination: CedarString?
    let inResponseTo: CedarString?
    let issuer: CedarString?
    let signature: Int?
    /// The assertion or encrypted assertion.
    let content: Int
    let isEncrypted: Bool

    init(
        _ index: Int, _ tree: XMLTree, toleratesOrder: Bool
    ) throws(VerificationFailure) {
        let children = try ElementGrammar.response.check(index, tree, toleratesOrder: toleratesOrder)
        head = try MessageHead(index, tree)
        destination = tree.attribute("Destination", of: index)
        inResponseTo = tree.attribute("InResponseTo", of: index)
        issuer = try children.first { tree.has($0, "Issuer", .assertion) }
            .map { element throws(VerificationFailure) in try IssuerText.read(element, tree) }
        signature = children.first { tree.has($0, "Signature", .signature) }
        let contents = children.filter {
            tree.has($0, "Assertion", .assertion) || tree.has($0, "EncryptedAssertion", .assertion)
        }
        guard contents.count == 1 else {
            throw VerificationFailure(.samlAssertionCount, "the response has \(contents.count) assertions")
        }
        content = contents[0]
        isEncrypted = tree.has(content, "EncryptedAssertion", .assertion)
    }

    /// Success at the top; a nested code does not count (SAML Core section 3.2.2.2).
    static func checkStatus(_ response: Int, _ tree: XMLTree) throws(VerificationFailure) {
        let found = tree.children(of: response, named: "Status", .protocol2)
        guard found.count == 1, let status = found.first,
            let code = tree.children(of: status).first, tree.has(code, "StatusCode", .protocol2),
            tree.children(of: status, named: "StatusCode", .protocol2).count == 1,
            let value = tree.attribute("Value", of: code)
        else { throw VerificationFailure(.samlStatus, "the response has no status") }
        guard value == "urn:oasis:names:tc:SAML:2.0:status:Success" else {
            throw VerificationFailure(.samlStatus, "the response does not tell success")
        }
    }
}

/// Reads issuers (SAML Core sections 2.2.5 and 8.3.6).
enum IssuerText {
    static func read(_ index: Int, _ tree: XMLTree) throws(VerificationFailure) -> CedarString {
        guard let text = tree.text(of: index), !text.isEmpty, text.utf8.count <= 1_024,
            let first = text.utf8.first, let last = text.utf8.last, first > 0x20, last > 0x20
        else { throw VerificationFailure(.samlIssuerMalformed, "the issuer is empty or has white space around it") }
        if let format = tree.attribute("Format", of: index),
            format != "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
        {
            throw VerificationFailure(.samlIssuerFormat, "the issuer has another format than an entity's")
        }
        return text
    }
}

/// An assertion, as its elements stand.
struct AssertionShape {
    let element: Int
    let head: MessageHead
    let issuer: CedarString
    let signature: Int?
    let subject: Int?
    let conditions: Int?
    let authentications: [Int]
    let attributes: [Int]

    init(
        _ index: Int, _ tree: XMLTree, toleratesOrder: Bool
    ) throws(VerificationFailure) {
        let children = try ElementGrammar.assertion.check(index, tree, toleratesOrder: toleratesOrder)
        element = index
        head = try MessageHead(index, tree)
        guard let issuer = children.first(where: { tree.has($0, "Issuer", .assertion) }) else {
            throw VerificationFailure(.samlIssuerMissing, "the assertion has no issuer")
        }
        self.issuer = try IssuerText.read(issuer, tree)
        signature = children.first { tree.has($0, "Signature", .signature) }
        subject = children.first { tree.has($0, "Subject", .assertion) }
        conditions = children.first { tree.has($0, "Conditions", .assertion) }
        authentications = children.filter { tree.has($0, "AuthnStatement", .assertion) }
        attributes = children.filter { tree.has($0, "AttributeStatement", .assertion) }
    }
}
