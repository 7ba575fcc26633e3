import CedarSyntax
import Identity

/// The rules for all elements of a message, before any cryptography: namespaces, IDs, and where the elements that
/// matter may stand at all.
struct DocumentRules {
    private let tree: XMLTree
    private(set) var ids: [CedarString: Int] = [:]

    /// Checks a document.
    /// - Parameters:
    ///   - tree: the document.
    ///   - apex: the element that the message is: its root, unless it was decrypted.
    ///   - outer: the IDs of the document around it.
    @discardableResult
    init(
        checking tree: XMLTree, apex: Int = 0, outer: Set<CedarString> = []
    ) throws(VerificationFailure) {
        self.tree = tree
        for index in tree.elements.indices {
            try checkNamespaces(index)
            if index != apex, tree.has(index, "Response", .protocol2) {
                throw VerificationFailure(.nestedResponse, "a response stands within another element")
            }
        }
        for index in tree.elements.indices { try checkIDs(index, outer) }
        for index in tree.elements.indices { try checkLookalike(index) }
        try checkObjects()
        for index in tree.elements.indices { try checkPosition(index, apex) }
    }

    /// Canonical XML cannot tell relative namespaces apart (Canonical XML 1.0 section 1.3).
    private func checkNamespaces(_ index: Int) throws(VerificationFailure) {
        for declaration in tree[index].declarations where !declaration.address.isEmpty {
            guard Self.isAbsolute(declaration.address) else {
                throw VerificationFailure(.xmlRelativeNamespace, "a namespace of the message is a relative address")
            }
        }
    }

    /// Whether an address begins with a scheme (RFC 3986 section 3.1).
    private static func isAbsolute(_ address: CedarString) -> Bool {
        var isFirst = true
        for byte in address.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A: break
            case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if isFirst { return false }
            case UInt8(ascii: ":"): return !isFirst
            default: return false
            }
            isFirst = false
        }
        return false
    }

    /// `ID` in any case, and the names that SAML 1 had.
    private static func isID(_ local: CedarString) -> Bool {
        switch local.utf8.count {
        case 2: local.utf8.elementsEqual("id".utf8) { $0 | 0x20 == $1 }
        case 9: local == "RequestID"
        case 10: local == "ResponseID"
        case 11: local == "AssertionID"
        default: false
        }
    }

    /// Everything that any XML library could take for an ID is one here, so that no two mean different elements.
    private mutating func checkIDs(_ index: Int, _ outer: Set<CedarString>) throws(VerificationFailure) {
        for attribute in tree[index].attributes {
            guard Self.isID(attribute.name.local) else { continue }
            if attribute.name.space != .none {
                throw VerificationFailure(.idNamespaced, "an ID attribute of the message is in a namespace")
            }
            guard ids.updateValue(index, forKey: attribute.value) == nil, !outer.contains(attribute.value) else {
                throw VerificationFailure(.idDuplicate, "two elements of the message have one ID")
            }
        }
    }

    /// The only namespace in which an element of a name may be; `nil` for names that do not matter.
    private static func home(of local: CedarString) -> XMLSpace? {
        switch local.utf8.count {
        case 8 where local == "Response": .protocol2
        case 9 where local == "Assertion": .assertion
        case 9 where local == "Signature": .signature
        case 10 where local == "SignedInfo": .signature
        case 18 where local == "EncryptedAssertion": .assertion
        default: nil
        }
    }

    private func checkLookalike(_ index: Int) throws(VerificationFailure) {
        let name = tree[index].name
        guard let space = Self.home(of: name.local), space != name.space else { return }
        throw VerificationFailure(.samlSchema, "an element `\(name.local)` of the message is in a foreign namespace")
    }

    /// An honest signature with an object in it: what the object holds is not signed, whatever it says.
    private func checkObjects() throws(VerificationFailure) {
        for index in tree.elements.indices where tree.has(index, "Object", .signature) {
            let signature = tree[index].parent
            guard signature >= 0, tree.has(signature, "Signature", .signature), tree[signature].parent >= 0,
                let id = tree.attribute("ID", of: tree[signature].parent),
                let info = tree.children(of: signature, named: "SignedInfo", .signature).first,
                let reference = tree.children(of: info, named: "Reference", .signature).first,
                tree.attribute("URI", of: reference) == CedarString("#\(id.text)")
            else { continue }
            throw VerificationFailure(.signatureObject, "a signature of the message has an object in it")
        }
    }

    private func checkPosition(_ index: Int, _ apex: Int) throws(VerificationFailure) {
        let name = tree[index].name
        guard Self.home(of: name.local) == name.space else { return }
        // Advice and evidence are never read (SAML Core sections 2.6.1 and 2.7.4.3).
        let isUnread = tree.isInside(index) {
            $0.name.space == .assertion && ($0.name.local == "Advice" || $0.name.local == "Evidence")
        }
        let parent = tree[index].parent
        if name.local == "Assertion" || name.local == "EncryptedAssertion" {
            let isInResponse = parent == apex && tree.has(apex, "Response", .protocol2)
            guard index == apex || isInResponse || isUnread else {
                throw VerificationFailure(.misplacedAssertion, "an assertion stands where none may be")
            }
        } else if name.local == "Signature" {
            let isOfMessage = parent >= 0 && Self.isSigned(tree[parent].name)
            if parent >= 0, !isOfMessage, [.protocol2, .metadata].contains(tree[parent].name.space),
                tree[parent].name.local != "Status", tree[parent].name.local != "Extensions"
            {
                throw VerificationFailure(.foreignSignature, "a message of another kind lends its signature")
            }
            guard isOfMessage || isUnread else {
                throw VerificationFailure(.signaturePosition, "a signature stands where none may be")
            }
            if isOfMessage, !isUnread, tree.children(of: parent, named: "Signature", .signature).count > 1 {
                throw VerificationFailure(.signatureMultiple, "an element has several signatures")
            }
        }
    }

    private static func isSigned(_ name: XMLName) -> Bool {
        name.space == .protocol2 && name.local == "Response" || name.space == .assertion && name.local == "Assertion"
    }
}
