import Foundation
import StrictJSON
import Testing

/// That the OpenAPI document names what the sources have: paths, headers and codes.
///
/// The sources are read as text, so that a new code cannot be forgotten.
@Suite struct APICoverageTests {
    private static func source(_ path: String) throws -> String {
        try String(contentsOf: repository.appending(path: "Sources/\(path)"), encoding: .utf8)
    }

    private static func sources(of room: String) throws -> String {
        let folder = repository.appending(path: "Sources/\(room)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
            .map { try source("\(room)/\($0)") }.joined()
    }

    private static func matches(_ pattern: Regex<(Substring, Substring)>, in text: String) -> Set<String> {
        Set(text.matches(of: pattern).map { String($0.output.1) })
    }

    @Test func problemCodesAreThoseOfTheSources() throws {
        var codes = Self.matches(#/code: "([A-Z_0-9]+)"/#, in: try Self.sources(of: "DecisionWire"))
        codes.formUnion(Self.matches(#/code: "([A-Z_0-9]+)"/#, in: try Self.sources(of: "Gateways")))
        codes.formUnion(
            Self.matches(#/case \.\w+: "([A-Z_0-9]+)"/#, in: try Self.source("Gateways/TransportFailure.swift")))
        codes.formUnion(
            Self.matches(#/case \w+ = "([A-Z_0-9]+)"/#, in: try Self.source("DecisionPoint/CallError.swift")))
        let ofData = Self.matches(#/case \.\w+: "([A-Z_0-9]+)"/#, in: try Self.source("DecisionWire/BodyReader.swift"))
        // These are about stored entities, which no call carries.
        codes.formUnion(ofData.subtracting(["INVALID_PARENT", "DUPLICATE_ENTITY", "ENTITY_CYCLE"]))
        let ofJSON = Self.matches(#/rawValue: "json\.([a-z_0-9]+)"/#, in: try Self.source("StrictJSON/JSONError.swift"))
        codes.formUnion(ofJSON.map { "JSON_\($0.uppercased())" })
        #expect(codes.count > 40)

        let listed = try openAPI().at("components", "schemas", "ProblemCode", "enum").elements.compactMap(\.string)
        #expect(Set(listed).subtracting(codes).isEmpty, "in the document only")
        #expect(codes.subtracting(listed).isEmpty, "in the sources only")
        #expect(listed == listed.sorted())
    }

    @Test func codesOfPolicyErrorsAreThoseOfTheSources() throws {
        let codes = Self.matches(#/case \.\w+: "([A-Z_]+)"/#, in: try Self.source("CedarModel/EvaluationError.swift"))
        let code = try openAPI().at("components", "schemas", "PolicyErrors", "items", "properties", "code")
        #expect(Set(try code.at("enum").elements.compactMap(\.string)) == codes)
    }

    @Test func codesOfReasonsAreDescribed() throws {
        let codes = Self.matches(
            #/static let \w+ = "([A-Za-z_.]+)"/#, in: try Self.source("DecisionPoint/Decision.swift"))
        #expect(codes.count >= 8)
        let code = try openAPI().at("components", "schemas", "Reason", "properties", "code")
        let description = try #require(code["description"]?.string)
        for code in codes { #expect(description.contains("`\(code)`")) }
    }

    @Test func pathsAreThoseOfTheSources() throws {
        let paths = Set(try openAPI().at("paths").members.map(\.key))
        let ofOperations = Self.matches(
            #/case "(/[^"]+)"/#, in: try Self.source("Gateways/OperationsResponder.swift"))
        let ofDecisions = Self.matches(#/case "(/[^"]+)"/#, in: try Self.source("Gateways/DecisionRoute.swift"))
        let prefixed = ofDecisions.flatMap { ["\($0)", "/t/{tenant}\($0)", "/t/{tenant}/{application}\($0)"] }
        #expect(paths == ofOperations.union(prefixed))
        #expect(ofDecisions.count >= 3 && ofOperations.count >= 5)
    }

    @Test func headersAreThoseOfTheSources() throws {
        let sources = try Self.sources(of: "Gateways")
        // Names are compared without regard to case, and written in lower case where they are.
        let headers = Self.matches(#/"(X-[A-Za-z-]+)(?:: )?"/#.ignoresCase(), in: sources)
        #expect(headers.count >= 4)
        let document = String(decoding: try openAPI().text, as: UTF8.self).lowercased()
        for header in headers { #expect(document.contains("\"\(header.lowercased())\"")) }
    }

    @Test func membersOfAnswersAreThoseOfTheSources() throws {
        let sources = [
            "DecisionWire/NativeResponseWriter.swift", "DecisionWire/AuthZENResponseWriter.swift",
            "DecisionWire/ProblemDetails.swift", "Gateways/OperationsResponder.swift", "Gateways/PolicyListing.swift",
            "Gateways/IssuerListing.swift", "DecisionWire/RoutingResponseWriter.swift",
        ]
        var written: Set<String> = []
        for source in sources {
            let text = try Self.source(source)
            written.formUnion(Self.matches(#/(?:key|member|duties|strings)\("([a-z_]+)"/#, in: text))
        }
        written.formUnion(
            Self.matches(#/\(?"([a-z_]+)"[,)]/#, in: try Self.source("Gateways/JSONWriter+Diagnostics.swift")))
        #expect(written.count > 35)

        var described: Set<String> = []
        for (_, schema) in try openAPI().at("components", "schemas").members.map({ ($0.key, $0.value) }) {
            described.formUnion(properties(of: schema))
        }
        #expect(written.subtracting(described).isEmpty)
    }

    /// The names of the properties of a schema and of the schemas inside it.
    private func properties(of schema: JSONNode) -> Set<String> {
        var names: Set<String> = []
        for member in schema.members {
            if member.key == "properties" { names.formUnion(member.value.members.map(\.key)) }
            names.formUnion(properties(of: member.value))
        }
        for element in schema.elements { names.formUnion(properties(of: element)) }
        return names
    }
}
