import CedarModel
import CedarSyntax
import StrictJSON
import Testing

@testable import CedarSchema

/// Requests against their schema, and contexts in JSON read by it.
@Suite struct RequestValidatorTests {
    static let time = Record.Field(key: "at", value: .datetime(Datetime(milliseconds: 0)))

    static let requests: [(principal: String, action: String, resource: String, codes: String)] = [
        (#"Reader::"r""#, #"Action::"read""#, #"Book::"b""#, ""),
        (#"Genre::"novel""#, #"Action::"read""#, #"Book::"b""#, ""),
        (#"Genre::"poem""#, #"Action::"read""#, #"Book::"b""#, "V2106"),
        (#"Book::"b""#, #"Action::"read""#, #"Book::"b""#, "V2104"),
        (#"Reader::"r""#, #"Action::"read""#, #"Shelf::"s""#, "V2105"),
        (#"Book::"b""#, #"Action::"read""#, #"Shelf::"s""#, "V2104 V2105"),
        (#"Nobody::"b""#, #"Action::"read""#, #"Book::"b""#, "V2102"),
        (#"Reader::"r""#, #"Action::"read""#, #"Nothing::"b""#, "V2102"),
        (#"Reader::"r""#, #"Action::"raed""#, #"Book::"b""#, "V2103"),
        (#"Reader::"r""#, #"N::Action::"read""#, #"Book::"b""#, "V2103"),
        // Groups that apply to nothing take no request.
        (#"Reader::"r""#, #"Action::"any""#, #"Book::"b""#, "V2104 V2105 V2108"),
    ]

    @Test(arguments: requests)
    func entities(principal: String, action: String, resource: String, codes: String) throws {
        let request = Request(
            principal: try .of(principal), action: try .of(action), resource: try .of(resource),
            context: Record([Self.time]))
        let problems = RequestValidator(schema: try .library()).problems(of: request)
        #expect(problems.map(\.code.description).joined(separator: " ") == codes, "\(problems)")
    }

    @Test func contexts() throws {
        func codes(_ fields: Record.Field...) throws -> [String] {
            let request = Request(
                principal: try .of(#"Reader::"r""#), action: try .of(#"Action::"read""#),
                resource: try .of(#"Book::"b""#), context: Record(fields))
            return RequestValidator(schema: try .library()).problems(of: request).map(\.code.description)
        }
        #expect(try codes(Self.time).isEmpty)
        #expect(try codes() == ["V2107"])
        #expect(try codes(Self.time, .init(key: "att", value: .long(1))) == ["V2108"])
        #expect(try codes(Self.time, .init(key: "note", value: .long(1))) == ["V2109"])
        #expect(try codes(Self.time, .init(key: "by", value: .entity(.of(#"Book::"b""#)))) == ["V2109"])
        #expect(try codes(Self.time, .init(key: "genre", value: .entity(.of(#"Genre::"poem""#)))) == ["V2106"])
        #expect(try codes(Self.time, .init(key: "set", value: .set(ValueSet([.long(1)])))) == ["V2109"])
        #expect(try codes(Self.time, .init(key: "set", value: .set(ValueSet([])))).isEmpty)
    }

    @Test func help() throws {
        let request = Request(
            principal: try .of(#"Raeder::"r""#), action: try .of(#"Action::"raed""#), resource: try .of(#"Shelf::"b""#),
            context: .empty)
        let problems = RequestValidator(schema: try .library()).problems(of: request)
        #expect(problems.map(\.help) == ["did you mean `Reader`?", #"did you mean `Action::"read"`?"#])
    }

    static let json: [DataCase] = [
        .init(#"{"at": "2024-01-01"}"#),
        .init(#"{"at": {"__extn": {"fn": "datetime", "arg": "2024-01-01"}}, "from": "10.0.0.1"}"#),
        .init(#"{"at": "2024-01-01", "by": {"type": "Reader", "id": "r"}, "genre": {"type": "Genre", "id": "novel"}}"#),
        .init(#"{"at": "2024-01-01", "set": ["1.0", {"fn": "decimal", "arg": "1.0"}]}"#),
        .init(#"{}"#, "V2107", at: "{}"),
        .init(#"{"at": "today"}"#, "V2101", at: #""today""#),
        .init(#"{"at": "2024-01-01", "form": "10.0.0.1"}"#, "V2108", at: #""form""#),
        .init(#"{"at": "2024-01-01", "set": ["1.0", 1]}"#, "V2109", at: "1"),
        .init(#"{"at": "2024-01-01", "genre": {"type": "Genre", "id": "poem"}}"#, "V2106"),
        .init(#"{"at": "2024-01-01", "note": null}"#, "V2101", at: "null"),
        .init(#"[]"#, "V2109", at: "[]"),
    ]

    @Test(arguments: json) func contextJSON(row: DataCase) throws {
        let reader = SchemaContextReader(schema: try .library())
        let action = try EntityUID.of(#"Action::"read""#)
        try row.check { node throws(ConformanceError) in try reader.read(node, for: action) }
    }

    @Test func contextsOfUnknownActions() throws {
        let reader = SchemaContextReader(schema: try .library())
        let action = try EntityUID.of(#"Action::"raed""#)
        try DataCase("{}", "V2103").check { node throws(ConformanceError) in try reader.read(node, for: action) }
    }

    @Test func nullIsAbsentInExchange() throws {
        let reader = SchemaContextReader(schema: try .library(), dialect: .exchange)
        let action = try EntityUID.of(#"Action::"read""#)
        for row in [
            DataCase(#"{"at": "2024-01-01", "note": null}"#), DataCase(#"{"at": null}"#, "V2107"),
            DataCase(#"{"at": "2024-01-01", "set": [null, "1.0"]}"#),
        ] { try row.check { node throws(ConformanceError) in try reader.read(node, for: action) } }
    }
}
