import StrictJSON
import Testing

/// The examples of the module's documentation, as they stand there.
@Suite struct DocumentationExampleTests {
    @Test func reading() throws {
        let text = #"{"user": "ada", "limits": [20, 2.5]}"#
        let document = try JSONDocument(parsing: Array(text.utf8), limits: .request)
        let user = document.root["user"]?.string
        let limits = document.root["limits"].map { $0.elements.map(\.integer) }

        #expect(user == "ada")
        #expect(limits == [20, nil])
    }

    @Test func faults() {
        var fault = ""
        do {
            _ = try JSONDocument(parsing: Array(#"{"role": "viewer", "role": "admin"}"#.utf8), limits: .request)
        } catch {
            fault = "\(error.code.rawValue) at \(error.path)"
        }

        #expect(fault == "json.duplicate_member at $.role")
    }
}
