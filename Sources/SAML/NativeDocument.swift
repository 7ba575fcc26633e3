import CXMLSec
import CedarSyntax
import Identity

/// A parsed document in libxml2's memory: the only owner of its handle, and confined to one task at a time.
///
/// Nothing of the memory is visible outside: what is read is copied.
@safe
struct NativeDocument: ~Copyable {
    private let handle: OpaquePointer

    /// Parses a message.
    ///
    /// Checks with ``DocumentScan`` before the parser sees a byte.
    init(parsing input: [UInt8], limits: MessageLimits) throws(VerificationFailure) {
        let bytes = try DocumentScan.check(input, limits)
        var pointer: OpaquePointer?
        var fault = cx_fault()
        // Safe: the bytes outlive the call, which copies what it keeps.
        let status = unsafe bytes.withSlice { slice in unsafe cx_document_parse(slice, &pointer, &fault) }
        guard status == CX_OK, let pointer = unsafe pointer else {
            let detail = NativeFault.text(&fault)
            switch status {
            case CX_FORBIDDEN: throw VerificationFailure(.xmlDoctype, "the message has a forbidden construction")
            case CX_MALFORMED: throw VerificationFailure(.xmlMalformed, "the message is not well-formed: \(detail)")
            default: throw VerificationFailure(.xmlMalformed, "the message cannot be read: \(detail)")
            }
        }
        unsafe handle = pointer
    }

    deinit {
        // Safe: this value is the only owner of the handle, and nothing uses it any more.
        unsafe cx_document_free(handle)
    }

    /// The elements as values.
    borrowing func tree() -> XMLTree {
        var count = 0
        var builder = TreeBuilder()
        // Safe: the items and their bytes live as long as the document, which is borrowed until this function ends.
        unsafe UnsafeBufferPointer(start: cx_document_items(handle, &count), count: count).forEach { item in
            unsafe builder.add(item)
        }
        return builder.tree
    }

    /// The canonical form of an element.
    ///
    /// - Parameters:
    ///   - apex: the element.
    ///   - excluded: an element in it that is left out.
    ///   - prefixes: the prefixes of an InclusiveNamespaces list.
    borrowing func canonical(
        _ apex: Int, without excluded: Int?, _ method: Canonicalization, prefixes: CedarString, withComments: Bool,
        limit: Int
    ) throws(VerificationFailure) -> [UInt8] {
        var output = unsafe cx_buffer()
        var fault = cx_fault()
        let list = Array(prefixes.utf8)
        // Safe: the prefixes outlive the call, and the handle is alive; the output is copied and released below.
        let status = unsafe list.withSlice { slice in
            unsafe cx_document_canonicalize(
                handle, UInt32(apex), excluded.map { UInt32($0) } ?? .max, method.native, withComments ? 1 : 0, slice,
                limit, &output, &fault)
        }
        guard status == CX_OK else {
            throw VerificationFailure(
                .canonicalization, "the element cannot be canonicalized: \(NativeFault.text(&fault))")
        }
        return unsafe NativeBuffer.take(&output)
    }

    /// libxmlsec1's opinion about a signature: the octets that it took the digest of, or `nil` for a bad signature.
    mutating func secondOpinion(
        on signature: Int, parent: Int, key: PublicKey, allowsSHA1: Bool, allowsInclusive: Bool,
        allowsEmpty: Bool
    ) -> (octets: [UInt8]?, detail: String) {
        var output = unsafe cx_buffer()
        var fault = cx_fault()
        var options: UInt32 = 0
        if allowsSHA1 { options |= UInt32(CX_OPINION_SHA1) }
        if allowsInclusive { options |= UInt32(CX_OPINION_INCLUSIVE) }
        if allowsEmpty { options |= UInt32(CX_OPINION_EMPTY) }
        // Safe: document and key are alive during the call; the output is copied and released.
        let status = unsafe key.withHandle { key in
            unsafe cx_second_opinion(handle, UInt32(signature), UInt32(parent), key, options, &output, &fault)
        }
        guard status == CX_OK else { return (nil, NativeFault.text(&fault)) }
        return (unsafe NativeBuffer.take(&output), "")
    }
}

/// A method of canonicalization.
enum Canonicalization: Sendable {
    case exclusive, inclusive, inclusive11

    fileprivate var native: cx_canonicalization {
        switch self {
        case .exclusive: CX_C14N_EXCLUSIVE
        case .inclusive: CX_C14N_INCLUSIVE
        case .inclusive11: CX_C14N_INCLUSIVE_11
        }
    }
}

/// Builds a tree of the steps of a walk.
private struct TreeBuilder {
    var tree = XMLTree()
    private var open: [Int] = []
    /// The namespace that the last name had, and where its address lies: most names of a message share one.
    private var lastPlace = 0
    private var lastSpace = XMLSpace.none
    /// The names that were read last, by where they lie: libxml2 keeps every name of a document once.
    private var names = [(place: Int, name: CedarString)](repeating: (0, ""), count: 64)

    mutating func add(_ item: cx_item) {
        switch unsafe item.kind {
        case CX_ITEM_ELEMENT:
            // Safe: see ``NativeDocument/tree()``.
            let name = unsafe XMLName(local: name(item.name), space: space(item.space))
            tree.elements.append(XMLTree.Element(name: name, parent: open.last ?? -1))
            open.append(tree.elements.count - 1)
        case CX_ITEM_END:
            if let index = open.popLast() { tree.elements[index].end = tree.elements.count }
        case CX_ITEM_ATTRIBUTE:
            guard let index = open.last else { return }
            let attribute = unsafe XMLTree.Attribute(
                name: XMLName(local: name(item.name), space: space(item.space)), value: item.value.text)
            tree.elements[index].attributes.append(attribute)
        case CX_ITEM_NAMESPACE:
            guard let index = open.last else { return }
            let declaration = unsafe XMLTree.Declaration(prefix: item.name.text, address: item.value.text)
            tree.elements[index].declarations.append(declaration)
        case CX_ITEM_TEXT:
            guard let index = open.last else { return }
            unsafe tree.elements[index].text.append(contentsOf: item.value.buffer)
        default:
            if let index = open.last { tree.elements[index].hasComment = true }
        }
    }

    private mutating func name(_ slice: cx_slice) -> CedarString {
        let place = unsafe Int(bitPattern: slice.bytes)
        let slot = (place >> 3 ^ place >> 9) & 63
        if names[slot].place == place, place != 0 { return names[slot].name }
        let text = unsafe slice.text
        names[slot] = (place, text)
        return text
    }

    private mutating func space(_ slice: cx_slice) -> XMLSpace {
        if unsafe slice.length == 0 { return .none }
        // An address is at one place as long as the document lives, so that the place stands for it.
        let place = unsafe Int(bitPattern: slice.bytes)
        if place == lastPlace { return lastSpace }
        lastPlace = place
        lastSpace = XMLSpace(unsafe slice.text)
        return lastSpace
    }
}

extension cx_slice {
    /// The bytes, valid as long as what they belong to.
    fileprivate var buffer: UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: bytes, count: length)
    }

    /// A copy of the bytes as text, which libxml2 has checked to be UTF-8.
    fileprivate var text: CedarString {
        unsafe length == 0 ? CedarString("") : CedarString(utf8: buffer)
    }
}

extension [UInt8] {
    /// Lends the bytes to a call.
    func withSlice<Result>(_ body: (cx_slice) -> Result) -> Result {
        unsafe withUnsafeBufferPointer { buffer in
            unsafe body(cx_slice(bytes: buffer.baseAddress, length: buffer.count))
        }
    }
}

/// Takes over what a call has allocated.
enum NativeBuffer {
    /// Copies the bytes and releases them.
    static func take(_ buffer: inout cx_buffer) -> [UInt8] {
        // Safe: the buffer has as many bytes as it says, and is released once.
        let bytes = unsafe [UInt8](UnsafeBufferPointer(start: buffer.bytes, count: buffer.length))
        unsafe cx_buffer_release(&buffer)
        return bytes
    }
}

/// What the libraries said during a call.
enum NativeFault {
    /// The text, without anything that is no printable ASCII.
    static func text(_ fault: inout cx_fault) -> String {
        // Safe: the array of the structure is read within its size, as bytes.
        unsafe withUnsafeBytes(of: &fault.text) { bytes in
            let text = unsafe bytes.prefix { $0 != 0 }.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
            return text.isEmpty ? "no reason was given" : String(decoding: text, as: UTF8.self)
        }
    }
}
