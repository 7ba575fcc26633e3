import CedarModel
import CedarSyntax
import StrictJSON
import Testing

@testable import CedarSchema

/// A row of a table: JSON, and the code of what is found in it with the text of the place, both empty when it is
/// good.
struct DataCase: Sendable, CustomTestStringConvertible {
    var json: String
    var code: String
    var place: String

    init(_ json: String, _ code: String = "", at place: String = "") {
        self.json = json
        self.code = code
        self.place = place
    }

    var testDescription: String { json }

    /// Reads the JSON and compares code and place.
    @discardableResult
    func check<Result>(
        sourceLocation: SourceLocation = #_sourceLocation, _ read: (JSONNode) throws(ConformanceError) -> Result
    ) throws -> Result? {
        let bytes = Array(json.utf8)
        let document = try JSONDocument(parsing: bytes, limits: .bundle)
        do {
            let result = try read(document.root)
            #expect(code == "", "nothing was found", sourceLocation: sourceLocation)
            return result
        } catch {
            #expect(error.code.description == code, "\(error)", sourceLocation: sourceLocation)
            if !place.isEmpty {
                let span = try #require(error.place?.span)
                let text = String(decoding: bytes[span.start..<span.end], as: UTF8.self)
                #expect(text == place, "\(error)", sourceLocation: sourceLocation)
            }
            return nil
        }
    }
}

extension Schema {
    /// A library with all kinds of data.
    static func library() throws -> Schema {
        try Schema(
            text: """
                entity Shelf in [Room];
                entity Room in [House];
                entity House;
                entity Folder in [Folder];
                entity Genre enum ["novel", "essay"];
                entity Reader in [Genre] { name: String, age?: Long, since?: datetime };
                entity Book in [Shelf] {
                    title: String, pages: Long, lent: Bool, by: Reader, genre?: Genre, price?: decimal, seen?: ipaddr,
                    loan?: duration, readers?: Set<Reader>, marks?: Set<Set<Long>>, extra?: { a: Long, by?: Reader }
                } tags datetime;
                action any;
                action old in [any];
                action read in [old] appliesTo {
                    principal: [Reader, Genre], resource: Book,
                    context: { at: datetime, from?: ipaddr, by?: Reader, genre?: Genre, set?: Set<decimal>, note?: String }
                };
                action list appliesTo { principal: Reader, resource: Shelf };
                """)
    }
}

extension EntityUID {
    /// An id as the tests write it, which must be one.
    static func of(_ text: String) throws -> EntityUID { try #require(EntityUID(parsing: text), "\(text)") }
}
