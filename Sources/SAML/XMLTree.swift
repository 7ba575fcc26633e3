import CedarSyntax

/// The elements of a document as values: names, attributes and text, copied out of the parser's memory.
///
/// Elements count from zero in document order, so that an element's descendants are the numbers up to its `end`.
struct XMLTree: Sendable {
    /// An element.
    struct Element: Sendable {
        let name: XMLName
        /// The number of the parent; -1 for the root.
        let parent: Int
        /// The number of the first element that is no descendant.
        var end = 0
        var attributes: [Attribute] = []
        var declarations: [Declaration] = []
        /// The text of the element itself, without that of elements in it; comments leave no trace.
        var text: [UInt8] = []
        var hasComment = false
    }

    /// An attribute.
    struct Attribute: Sendable {
        let name: XMLName
        let value: CedarString
    }

    /// The declaration of a namespace.
    struct Declaration: Sendable {
        let prefix: CedarString
        let address: CedarString
    }

    var elements: [Element] = []

    subscript(index: Int) -> Element {
        _read { yield elements[index] }
    }

    /// The children of an element, in order.
    func children(of index: Int) -> [Int] {
        var result: [Int] = []
        var child = index + 1
        while child < elements[index].end {
            result.append(child)
            child = elements[child].end
        }
        return result
    }

    /// The children of a name.
    func children(of index: Int, named local: CedarString, _ space: XMLSpace) -> [Int] {
        children(of: index).filter { elements[$0].name.local == local && elements[$0].name.space == space }
    }

    /// Whether an element has a name.
    func has(_ index: Int, _ local: CedarString, _ space: XMLSpace) -> Bool {
        elements[index].name.space == space && elements[index].name.local == local
    }

    /// Whether an element has no element in it.
    func isLeaf(_ index: Int) -> Bool { elements[index].end == index + 1 }

    /// The value of an attribute that is in no namespace.
    func attribute(_ local: CedarString, of index: Int) -> CedarString? {
        for attribute in elements[index].attributes
        where attribute.name.space == .none && attribute.name.local == local { return attribute.value }
        return nil
    }

    /// The text of an element; `nil` when it has elements in it.
    func text(of index: Int) -> CedarString? {
        isLeaf(index) ? CedarString(utf8: elements[index].text) : nil
    }

    /// Whether an element has no text but white space between its elements.
    func hasOnlyElements(_ index: Int) -> Bool {
        elements[index].text.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }

    /// Whether an element lies within one of a name.
    func isInside(_ index: Int, _ matches: (Element) -> Bool) -> Bool {
        var parent = elements[index].parent
        while parent >= 0 {
            if matches(elements[parent]) { return true }
            parent = elements[parent].parent
        }
        return false
    }
}

/// A name with its namespace.
struct XMLName: Hashable, Sendable {
    let local: CedarString
    let space: XMLSpace
}

/// A namespace.
enum XMLSpace: Hashable, Sendable {
    case none, assertion, protocol2, signature, signature11, encryption, encryption11, exclusive, instance, metadata,
        xml
    case other(CedarString)

    /// The address of the namespace, where it is one of ours.
    static let known: [(CedarString, XMLSpace)] = [
        ("urn:oasis:names:tc:SAML:2.0:assertion", .assertion),
        ("urn:oasis:names:tc:SAML:2.0:protocol", .protocol2),
        ("http://www.w3.org/2000/09/xmldsig#", .signature),
        ("http://www.w3.org/2009/xmldsig11#", .signature11),
        ("http://www.w3.org/2001/04/xmlenc#", .encryption),
        ("http://www.w3.org/2009/xmlenc11#", .encryption11),
        ("http://www.w3.org/2001/10/xml-exc-c14n#", .exclusive),
        ("http://www.w3.org/2001/XMLSchema-instance", .instance),
        ("urn:oasis:names:tc:SAML:2.0:metadata", .metadata),
        ("http://www.w3.org/XML/1998/namespace", .xml),
    ]

    /// The namespace of an address.
    init(_ address: CedarString) {
        if address.isEmpty {
            self = .none
        } else {
            self = Self.known.first { $0.0 == address }?.1 ?? .other(address)
        }
    }
}
