import CedarSyntax
import Identity

/// An `EncryptedAssertion`, `EncryptedID` or `EncryptedAttribute` as values (SAML Core section 2.2.4, XML Encryption
/// section 3).
///
/// No references to anything outside, no nested key information: what this does not know, it refuses.
struct EncryptedContent {
    /// A content key, encrypted for somebody.
    struct WrappedKey {
        let transport: KeyTransport
        let bytes: [UInt8]
    }

    private let cipher: ContentCipher
    private let keyLength: Int
    private let content: [UInt8]
    private let keys: [WrappedKey]

    private static let maximumKeys = 4

    /// Reads an encrypted element.
    init(_ index: Int, _ tree: XMLTree, _ policy: ProviderPolicy) throws(VerificationFailure) {
        let children = tree.children(of: index)
        guard tree.hasOnlyElements(index), let data = children.first, tree.has(data, "EncryptedData", .encryption),
            children.dropFirst().allSatisfy({ tree.has($0, "EncryptedKey", .encryption) })
        else { throw VerificationFailure(.encryptionForm, "the encrypted element has other parts than it must") }
        let parts = tree.children(of: data)
        guard tree.hasOnlyElements(data), (2...3).contains(parts.count), let method = parts.first,
            tree.has(method, "EncryptionMethod", .encryption), let last = parts.last,
            tree.has(last, "CipherData", .encryption), parts.count == 2 || tree.has(parts[1], "KeyInfo", .signature)
        else { throw VerificationFailure(.encryptionForm, "the encrypted data has other parts than it must") }
        (cipher, keyLength) = try Self.cipher(method, tree, policy)
        content = try Self.cipherValue(last, tree)
        keys = try Self.keys(
            info: parts.count == 3 ? parts[1] : nil, siblings: Array(children.dropFirst()), tree, policy)
    }

    /// Whether content in this form tells whoever can change it something about the plaintext.
    var isMalleable: Bool { cipher == .cbc }

    /// Decrypts with the keys of this service.
    ///
    /// All failures are one, and a wrong key costs what a right one costs.
    func decrypt(with own: [DecryptionKey]) throws(VerificationFailure) -> [UInt8] {
        guard !own.isEmpty, !keys.isEmpty else {
            throw VerificationFailure(.encryptionKey, "there is no key to decrypt with")
        }
        var plaintext: [UInt8]?
        for wrapped in keys {
            for key in own.prefix(Self.maximumKeys) where key.facts.kind == .rsa {
                let (contentKey, isRight) = key.unwrap(wrapped.bytes, wrapped.transport, length: keyLength)
                let decrypted = cipher.decrypt(content, key: contentKey)
                if isRight, plaintext == nil { plaintext = decrypted }
            }
        }
        guard let plaintext else { throw Self.failure }
        return plaintext
    }

    /// The one failure of decryption.
    static let failure = VerificationFailure(.encryptionFailed, "the content cannot be decrypted")

    // MARK: Reading

    private static let ciphers: [CedarString: (ContentCipher, Int)] = [
        "http://www.w3.org/2009/xmlenc11#aes128-gcm": (.gcm, 16),
        "http://www.w3.org/2009/xmlenc11#aes192-gcm": (.gcm, 24),
        "http://www.w3.org/2009/xmlenc11#aes256-gcm": (.gcm, 32),
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc": (.cbc, 16),
        "http://www.w3.org/2001/04/xmlenc#aes192-cbc": (.cbc, 24),
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc": (.cbc, 32),
    ]

    private static func cipher(
        _ index: Int, _ tree: XMLTree, _ policy: ProviderPolicy
    ) throws(VerificationFailure) -> (ContentCipher, Int) {
        guard let name = tree.attribute("Algorithm", of: index), let cipher = ciphers[name],
            tree.children(of: index).allSatisfy({ tree.has($0, "KeySize", .encryption) })
        else { throw VerificationFailure(.encryptionForm, "the content's encryption algorithm is not supported") }
        guard cipher.0 == .gcm || policy.allowsCBC else {
            throw VerificationFailure(.encryptionCBC, "the content is encrypted with cipher block chaining")
        }
        return cipher
    }

    private static func cipherValue(_ index: Int, _ tree: XMLTree) throws(VerificationFailure) -> [UInt8] {
        let parts = tree.children(of: index)
        guard parts.count == 1, tree.has(parts[0], "CipherValue", .encryption), tree.isLeaf(parts[0]),
            tree.hasOnlyElements(index), let bytes = SAMLBase64.decode(tree[parts[0]].text)
        else { throw VerificationFailure(.encryptionForm, "the encrypted data has no value of its own") }
        return bytes
    }

    private static func keys(
        info: Int?, siblings: [Int], _ tree: XMLTree, _ policy: ProviderPolicy
    ) throws(VerificationFailure) -> [WrappedKey] {
        var found = siblings
        if let info {
            for part in tree.children(of: info) {
                if tree.has(part, "EncryptedKey", .encryption) {
                    found.append(part)
                } else if tree.has(part, "RetrievalMethod", .signature) {
                    guard tree.isLeaf(part), let address = tree.attribute("URI", of: part),
                        siblings.contains(where: { sibling in
                            tree.attribute("Id", of: sibling).map { address == CedarString("#\($0.text)") } ?? false
                        })
                    else { throw VerificationFailure(.encryptionForm, "the content's key is said to be elsewhere") }
                } else if tree.has(part, "AgreementMethod", .encryption) {
                    throw VerificationFailure(.encryptionForm, "key agreement is not supported")
                }
            }
        }
        guard found.count <= maximumKeys else {
            throw VerificationFailure(.encryptionForm, "the content has too many keys")
        }
        var keys: [WrappedKey] = []
        for element in found { keys.append(try wrappedKey(element, tree, policy)) }
        return keys
    }

    private static func wrappedKey(
        _ index: Int, _ tree: XMLTree, _ policy: ProviderPolicy
    ) throws(VerificationFailure) -> WrappedKey {
        var transport: KeyTransport?
        var bytes: [UInt8]?
        for part in tree.children(of: index) {
            if tree.has(part, "EncryptionMethod", .encryption), transport == nil {
                transport = try self.transport(part, tree, policy)
            } else if tree.has(part, "CipherData", .encryption), bytes == nil {
                bytes = try cipherValue(part, tree)
            } else if !(tree.has(part, "KeyInfo", .signature) || tree.has(part, "ReferenceList", .encryption)
                || tree.has(part, "CarriedKeyName", .encryption))
            {
                throw VerificationFailure(.encryptionForm, "an encrypted key has other parts than it must")
            }
        }
        guard let transport, let bytes else {
            throw VerificationFailure(.encryptionForm, "an encrypted key has other parts than it must")
        }
        return WrappedKey(transport: transport, bytes: bytes)
    }

    private static func transport(
        _ index: Int, _ tree: XMLTree, _ policy: ProviderPolicy
    ) throws(VerificationFailure) -> KeyTransport {
        let name = tree.attribute("Algorithm", of: index) ?? ""
        if name == "http://www.w3.org/2001/04/xmlenc#rsa-1_5" {
            guard policy.allowsRSA15 else {
                throw VerificationFailure(.encryptionRSA15, "the content's key is encrypted with PKCS #1 v1.5")
            }
            return KeyTransport(isOAEP: false)
        }
        let isNew = name == "http://www.w3.org/2009/xmlenc11#rsa-oaep"
        guard isNew || name == "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p" else {
            throw VerificationFailure(.encryptionForm, "the key's encryption algorithm is not supported")
        }
        var transport = KeyTransport()
        for part in tree.children(of: index) {
            let algorithm = tree.attribute("Algorithm", of: part) ?? ""
            if tree.has(part, "DigestMethod", .signature), let hash = hashes[algorithm] {
                transport.hash = hash
            } else if isNew, tree.has(part, "MGF", .encryption11), let hash = masks[algorithm] {
                transport.maskHash = hash
            } else if tree.has(part, "OAEPparams", .encryption), let label = SAMLBase64.decode(tree[part].text) {
                transport.label = label
            } else if !tree.has(part, "KeySize", .encryption) {
                throw VerificationFailure(.encryptionForm, "the key's encryption has parameters that are not supported")
            }
        }
        return transport
    }

    private static let hashes: [CedarString: HashMethod] = [
        "http://www.w3.org/2000/09/xmldsig#sha1": .sha1,
        "http://www.w3.org/2001/04/xmlenc#sha256": .sha256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384": .sha384,
        "http://www.w3.org/2001/04/xmlenc#sha512": .sha512,
    ]

    private static let masks: [CedarString: HashMethod] = [
        "http://www.w3.org/2009/xmlenc11#mgf1sha1": .sha1,
        "http://www.w3.org/2009/xmlenc11#mgf1sha256": .sha256,
        "http://www.w3.org/2009/xmlenc11#mgf1sha384": .sha384,
        "http://www.w3.org/2009/xmlenc11#mgf1sha512": .sha512,
    ]
}

/// An element that was decrypted, with its document.
struct DecryptedElement: ~Copyable {
    var document: NativeDocument
    let tree: XMLTree
    /// The element; declarations of the place it came from may stand around it.
    let apex: Int
    let ids: [CedarString: Int]

    /// Parses a plaintext, which must be one element of a name.
    ///
    /// Some providers encrypt an element without the declarations of namespaces that stand outside of it. They are put
    /// around it then; that the plaintext is one element is checked in the parsed document, not in its text.
    static func parse(
        _ plaintext: [UInt8], local: CedarString, place: Int, in outer: XMLTree, ids: Set<CedarString>,
        limits: MessageLimits
    ) throws(VerificationFailure) -> DecryptedElement {
        let alone = try parsed(plaintext, limits)
        let isAlone = alone.isThere
        let document = try alone.document(or: wrapped(plaintext, place, outer), limits)
        let tree = document.tree()
        let apex = isAlone ? 0 : 1
        guard tree.elements.count > apex, tree.has(apex, local, .assertion), tree[apex].end == tree.elements.count,
            isAlone || tree.hasOnlyElements(0) && tree.has(0, "context", .none)
        else { throw VerificationFailure(.encryptionPlaintext, "the plaintext is not one `\(local)`") }
        let own = try DocumentRules(checking: tree, apex: apex, outer: ids).ids
        return DecryptedElement(document: document, tree: tree, apex: apex, ids: own)
    }

    /// A document, or the finding that a plaintext needs declarations around it.
    private enum Attempt: ~Copyable {
        case there(NativeDocument)
        case malformed

        var isThere: Bool {
            switch self {
            case .there: true
            case .malformed: false
            }
        }

        consuming func document(
            or other: [UInt8], _ limits: MessageLimits
        ) throws(VerificationFailure) -> NativeDocument {
            switch consume self {
            case .there(let document): return document
            case .malformed: return try NativeDocument(parsing: other, limits: limits)
            }
        }
    }

    private static func parsed(
        _ plaintext: [UInt8], _ limits: MessageLimits
    ) throws(VerificationFailure) -> Attempt {
        do {
            return .there(try NativeDocument(parsing: plaintext, limits: limits))
        } catch {
            guard error.code == .xmlMalformed else { throw error }
            return .malformed
        }
    }

    /// Prefixes that providers use without declaring them where they are needed: exclusive canonicalization of what is
    /// around the ciphertext drops declarations that only the plaintext uses.
    private static let customary: [(CedarString, String)] = [
        ("xsi", "http://www.w3.org/2001/XMLSchema-instance"), ("xs", "http://www.w3.org/2001/XMLSchema"),
        ("saml", "urn:oasis:names:tc:SAML:2.0:assertion"), ("saml2", "urn:oasis:names:tc:SAML:2.0:assertion"),
    ]

    private static func wrapped(_ plaintext: [UInt8], _ place: Int, _ outer: XMLTree) -> [UInt8] {
        var seen: Set<CedarString> = []
        var text = "<context"
        var index = place
        while index >= 0 {
            for declaration in outer[index].declarations
            where !declaration.prefix.isEmpty && seen.insert(declaration.prefix).inserted {
                let address = declaration.address.text.unicodeScalars.reduce(into: "") { result, scalar in
                    switch scalar {
                    case "&": result += "&amp;"
                    case "<": result += "&lt;"
                    case "\"": result += "&quot;"
                    default: result.unicodeScalars.append(scalar)
                    }
                }
                text += " xmlns:\(declaration.prefix.text)=\"\(address)\""
            }
            index = outer[index].parent
        }
        for (prefix, address) in customary where seen.insert(prefix).inserted {
            text += " xmlns:\(prefix.text)=\"\(address)\""
        }
        return Array((text + ">").utf8) + plaintext + Array("</context>".utf8)
    }
}
