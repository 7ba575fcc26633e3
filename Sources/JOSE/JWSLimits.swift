package import StrictJSON

/// The bounds that a token must keep to be read at all.
package struct JWSLimits: Hashable, Sendable {
    /// The greatest length of the token, in characters.
    package var maximumTokenBytes: Int

    /// The greatest length of the decoded header, in bytes.
    package var maximumHeaderBytes: Int

    /// The greatest number of objects and arrays open at once, in header and payload.
    package var maximumDepth: Int

    /// The greatest number of members of one object of the payload; of the header it is at most 64.
    package var maximumMembers: Int

    /// The greatest length of a number as it is written.
    package var maximumNumberLength: Int

    /// The greatest length of a key id, in bytes.
    package var maximumKeyIDBytes: Int

    /// Sets the bounds; the defaults are those of every token.
    package init(
        maximumTokenBytes: Int = 16 << 10, maximumHeaderBytes: Int = 1 << 10, maximumDepth: Int = 16,
        maximumMembers: Int = 256, maximumNumberLength: Int = 32, maximumKeyIDBytes: Int = 256
    ) {
        self.maximumTokenBytes = maximumTokenBytes
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumDepth = maximumDepth
        self.maximumMembers = maximumMembers
        self.maximumNumberLength = maximumNumberLength
        self.maximumKeyIDBytes = maximumKeyIDBytes
    }

    /// The defaults: 16 KiB of token, 1 KiB of header, depth 16, 256 members, numbers of 32 characters.
    package static let standard = JWSLimits()

    /// The greatest number of members of a header.
    static let maximumHeaderMembers = 64
}

/// The reader of header and payload: strict JSON whose root is an object, with the further bounds of tokens.
package enum TokenObject {
    /// Reads an object.
    ///
    /// - Throws: the reason in words, without any part of the text.
    package static func parse(
        _ bytes: [UInt8], limits: JWSLimits, maximumMembers: Int
    ) throws(Fault) -> JSONNode {
        let document: JSONDocument
        do {
            document = try JSONDocument(
                parsing: bytes,
                limits: JSONLimits(
                    maximumBytes: limits.maximumTokenBytes, maximumDepth: limits.maximumDepth, maximumValues: 8_192))
        } catch {
            throw Fault(reason: error.code.rawValue)
        }
        guard document.root.kind == .object else { throw Fault(reason: "it is no object") }
        guard document.keepsTo(maximumMembers: maximumMembers, maximumNumberLength: limits.maximumNumberLength) else {
            throw Fault(reason: "an object has too many members, or a number is too long")
        }
        return document.root
    }

    /// Why a text cannot be read.
    package struct Fault: Error {
        /// The reason, for administrators.
        package let reason: String
    }
}
