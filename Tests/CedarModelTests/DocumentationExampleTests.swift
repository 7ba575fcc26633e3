import CedarModel
import CedarSyntax
import StrictJSON
import Testing

/// The example of the module's documentation, as it stands there.
@Suite struct DocumentationExampleTests {
    @Test func entities() throws {
        let json = """
            [{"uid": {"type": "User", "id": "ada"}, "attrs": {"level": 3}, "parents": [{"type": "Team", "id": "sre"}]},
             {"uid": {"type": "Team", "id": "sre"}, "attrs": {}, "parents": [{"type": "Team", "id": "engineering"}]}]
            """
        let document = try JSONDocument(parsing: Array(json.utf8), limits: .bundle)
        let store = try EntityReader(.strict).readStore(document.root)

        let ada = EntityUID(type: Name(unchecked: "User"), id: "ada")
        let engineering = EntityUID(type: Name(unchecked: "Team"), id: "engineering")
        let isEngineer = store.isMember(ada, of: engineering)
        let level = store[ada]?.attributes["level"]

        #expect(isEngineer)
        #expect(level == .long(3))
    }
}
