package import CedarModel
import CedarSyntax
import StrictJSON

extension RevocationList {
    /// One revocation.
    package enum Entry: Sendable, Hashable {
        /// A token, and when its entry can be forgotten.
        case token(TokenName, forget: Datetime)
        /// All tokens of a subject that were issued until a time.
        case subject(SubjectName, issuedUntil: Datetime)

        /// The line of a journal, without its end.
        var line: [UInt8] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("iss")
            switch self {
            case .token(let token, let forget):
                writer.string(token.issuer.text)
                writer.key("jti")
                writer.string(token.id.text)
                writer.key("forget")
                writer.integer(forget.milliseconds)
            case .subject(let subject, let until):
                writer.string(subject.issuer.text)
                writer.key("sub")
                writer.string(subject.subject.text)
                writer.key("issued_until")
                writer.integer(until.milliseconds)
            }
            writer.endObject()
            return writer.bytes
        }

        /// Reads a line; `nil` for anything but what ``line`` writes.
        init?(line: ArraySlice<UInt8>) {
            let limits = JSONLimits(maximumBytes: 64 << 10, maximumDepth: 2, maximumValues: 8)
            guard let root = try? JSONDocument(parsing: Array(line), limits: limits).root,
                let issuer = root["iss"]?.string.map({ CedarString($0) })
            else { return nil }
            if let id = root["jti"]?.string, let forget = root["forget"]?.integer {
                self = .token(
                    TokenName(issuer: issuer, id: CedarString(id)), forget: Datetime(milliseconds: forget))
            } else if let subject = root["sub"]?.string, let until = root["issued_until"]?.integer {
                self = .subject(
                    SubjectName(issuer: issuer, subject: CedarString(subject)),
                    issuedUntil: Datetime(milliseconds: until))
            } else {
                return nil
            }
        }
    }
}

extension RevocationList.Content {
    /// The first line of a journal: the version of its format.
    static let header = Array(#"{"version":1}"#.utf8)

    /// Why a journal of revocations cannot be read.
    ///
    /// A server must not start then: it would accept what was revoked.
    package struct Unreadable: Error, Sendable, CustomStringConvertible {
        /// The reason, as a lowercase sentence.
        package let description: String
    }

    /// The journal: a line for its version, and a line of JSON for each entry, times in milliseconds since 1970.
    package var encoded: [UInt8] {
        var bytes = Self.header + [0x0A]
        for (token, forget) in tokens.sorted(by: { ($0.key.issuer, $0.key.id) < ($1.key.issuer, $1.key.id) }) {
            bytes += RevocationList.Entry.token(token, forget: forget).line + [0x0A]
        }
        for (subject, until) in subjects.sorted(by: {
            ($0.key.issuer, $0.key.subject) < ($1.key.issuer, $1.key.subject)
        }) {
            bytes += RevocationList.Entry.subject(subject, issuedUntil: until).line + [0x0A]
        }
        return bytes
    }

    /// Reads a journal.
    ///
    /// What stands behind the last line end was not written completely, so that nobody was told that it counts.
    /// - Throws: ``Unreadable`` for a line that is no entry.
    package init(parsing bytes: [UInt8]) throws(Unreadable) {
        self.init()
        var number = 0
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            let line = bytes[start..<end]
            number += 1
            start = end + 1
            if number == 1 {
                guard line.elementsEqual(Self.header) else {
                    throw Unreadable(description: "the revocations have another format than this version's")
                }
                continue
            }
            guard let entry = RevocationList.Entry(line: line) else {
                throw Unreadable(description: "line \(number) of the revocations cannot be read")
            }
            add(entry)
        }
        guard number > 0 else { throw Unreadable(description: "the revocations have no first line") }
    }

    /// Adds an entry; of several for one subject, the latest time counts.
    mutating func add(_ entry: RevocationList.Entry) {
        switch entry {
        case .token(let token, let forget): tokens[token] = max(tokens[token] ?? forget, forget)
        case .subject(let subject, let until): subjects[subject] = max(subjects[subject] ?? until, until)
        }
    }

    /// How many entries there are.
    package var count: Int { tokens.count + subjects.count }
}
