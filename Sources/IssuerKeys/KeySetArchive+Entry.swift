import CedarSyntax
import Crypto
import JOSE
import SAML
import StrictJSON

extension KeySetArchive {
    /// A key set as it was fetched, with where and when.
    ///
    /// Its file is a line of JSON, whose digest tells a torn file from a whole one, and the document itself.
    struct Entry: Sendable {
        let place: KeyPlace
        /// When the issuer confirmed the document, in milliseconds since 1970.
        let fetchedAt: Int64
        let document: [UInt8]

        /// The longest first line: a name of 2,048 bytes may become six times as long in JSON.
        static let maximumHeaderBytes = 16 << 10

        /// The file.
        var encoded: [UInt8] { header + [0x0A] + document }

        private var header: [UInt8] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("version")
            writer.integer(1)
            writer.key(place.archiveKey)
            writer.string(place.name)
            if case .metadata(let origin) = place {
                writer.key("signers")
                writer.string(origin.signersText)
            }
            writer.key("fetched_at")
            writer.integer(fetchedAt)
            writer.key("sha256")
            writer.string(Base64URL.encode(Array(SHA256.hash(data: document))))
            writer.endObject()
            return writer.bytes
        }

        init(place: KeyPlace, fetchedAt: Int64, document: [UInt8]) {
            self.place = place
            self.fetchedAt = fetchedAt
            self.document = document
        }

        /// Reads the file of a place.
        ///
        /// There is one spelling: a file that would not be written like this is not one of ours.
        /// - Throws: ``KeyFetchError`` for everything else.
        init(parsing bytes: [UInt8], of place: KeyPlace) throws(KeyFetchError) {
            guard let end = bytes.prefix(Self.maximumHeaderBytes).firstIndex(of: 0x0A) else {
                throw KeyFetchError("it has no first line")
            }
            let limits = JSONLimits(maximumBytes: Self.maximumHeaderBytes, maximumDepth: 2, maximumValues: 8)
            let header = Array(bytes[..<end])
            guard let root = try? JSONDocument(parsing: header, limits: limits).root,
                let fetchedAt = root["fetched_at"]?.integer, fetchedAt > 0
            else { throw KeyFetchError("its first line cannot be read") }
            self.init(place: place, fetchedAt: fetchedAt, document: Array(bytes[(end + 1)...]))
            guard self.header == header else {
                throw KeyFetchError("it is torn, changed, or another place's")
            }
        }
    }
}

extension KeyPlace {
    /// The member of the first line that has the name of the place.
    fileprivate var archiveKey: String {
        switch self {
        case .issuer: "issuer"
        case .address: "address"
        case .metadata: "metadata"
        }
    }

    /// The name of the place's file: a digest, since a name of an issuer is no name of a file.
    var fileName: String {
        var text = archiveKey + " " + name
        // What one tenant's publisher signed is nothing to a tenant with another one.
        if case .metadata(let origin) = self { text += " " + origin.signersText }
        return Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8)))) + KeySetArchive.suffix
    }
}

extension MetadataOrigin {
    /// The digest of the keys that must have signed the metadata; a word where none must.
    fileprivate var signersText: String {
        guard let signers else { return "unsigned" }
        return Base64URL.encode(Array(SHA256.hash(data: signers.flatMap(\.facts.thumbprint))))
    }
}
