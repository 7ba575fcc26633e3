import CedarModel
import CedarSyntax
import StrictJSON

extension RevocationList.Content {
    /// The version of the format.
    private static let version: Int64 = 1

    /// Why a file of revocations cannot be read.
    ///
    /// A server must not start then: it would accept what was revoked.
    package struct Unreadable: Error, Sendable, CustomStringConvertible {
        /// The reason, as a lowercase sentence.
        package let description: String
    }

    /// The content of the file: JSON with `version`, `tokens` and `subjects`, times in milliseconds since 1970.
    package var encoded: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("version")
        writer.integer(Self.version)
        writer.key("tokens")
        writer.beginArray()
        for (token, forget) in tokens.sorted(by: { ($0.key.issuer, $0.key.id) < ($1.key.issuer, $1.key.id) }) {
            writer.beginObject()
            writer.key("issuer")
            writer.string(token.issuer.text)
            writer.key("id")
            writer.string(token.id.text)
            writer.key("forget")
            writer.integer(forget.milliseconds)
            writer.endObject()
        }
        writer.endArray()
        writer.key("subjects")
        writer.beginArray()
        for (subject, until) in subjects.sorted(by: {
            ($0.key.issuer, $0.key.subject) < ($1.key.issuer, $1.key.subject)
        }) {
            writer.beginObject()
            writer.key("issuer")
            writer.string(subject.issuer.text)
            writer.key("subject")
            writer.string(subject.subject.text)
            writer.key("issued_until")
            writer.integer(until.milliseconds)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// Reads the content of a file.
    /// - Throws: ``Unreadable`` for anything but what ``encoded`` writes.
    package init(parsing bytes: [UInt8]) throws(Unreadable) {
        self.init()
        let root: JSONNode
        do {
            root = try JSONDocument(
                parsing: bytes,
                limits: JSONLimits(maximumBytes: 1 << 30, maximumDepth: 8, maximumValues: 10_000_000)
            ).root
        } catch {
            throw Unreadable(description: "the revocations cannot be read: \(error.message)")
        }
        guard root["version"]?.integer == Self.version, let tokens = root["tokens"], let subjects = root["subjects"],
            tokens.kind == .array, subjects.kind == .array
        else { throw Unreadable(description: "the revocations have another format than this version's") }
        for node in tokens.elements {
            guard let issuer = node["issuer"]?.string, let id = node["id"]?.string, let forget = node["forget"]?.integer
            else { throw Unreadable(description: "an entry of `tokens` is incomplete") }
            self.tokens[RevocationList.TokenName(issuer: CedarString(issuer), id: CedarString(id))] =
                Datetime(milliseconds: forget)
        }
        for node in subjects.elements {
            guard let issuer = node["issuer"]?.string, let subject = node["subject"]?.string,
                let until = node["issued_until"]?.integer
            else { throw Unreadable(description: "an entry of `subjects` is incomplete") }
            self.subjects[RevocationList.SubjectName(issuer: CedarString(issuer), subject: CedarString(subject))] =
                Datetime(milliseconds: until)
        }
    }
}
