import Foundation
import Testing

/// The documentation catalogues: every command and policy in them is carried out, and every link leads somewhere.
@Suite struct DocumentationTests {
    /// The targets of our products.
    static let products = ["verdict", "StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine"]

    @Test("every page does what it says", arguments: DocumentationPage.all)
    func run(page: DocumentationPage) throws {
        let run = try DocumentationRun(page)
        try run.run()
        #expect(run.faults.isEmpty, "\(run.faults.joined(separator: "\n\n"))")
    }

    @Test("every product has a catalogue", arguments: products)
    func catalogue(module: String) throws {
        let landing = try #require(DocumentationPage.all.first { $0.module == module && $0.isLanding })
        #expect(landing.text.contains("## Topics"))
        #expect(DocumentationScript(landing.text).blocks.contains { ["swift", "sh"].contains($0.language) })
    }

    @Test(
        "links lead somewhere, and every page is linked", arguments: Set(DocumentationPage.all.map(\.module)).sorted())
    func links(module: String) throws {
        let pages = DocumentationPage.all.filter { $0.module == module }
        let titles = Set(pages.map(\.title))
        let landing = try #require(pages.first { $0.isLanding }, "\(module) has no page `\(module).md`")
        for page in pages {
            #expect(page.text.hasPrefix("# "), "\(page.name) has no title")
            for title in page.linkedPages { #expect(titles.contains(title), "\(page.name) links to \(title)") }
            let unknown = page.linkedDeclarations.subtracting(try page.publicTypes()).subtracting([module])
            #expect(unknown.isEmpty, "\(page.name) links to \(unknown)")
        }
        let linked = Set(landing.linkedPages)
        for title in titles where title != module { #expect(linked.contains(title), "\(landing.name) lacks \(title)") }
    }

    @Test(
        "wildcards in shown output",
        arguments: [
            ("a", "a", true), ("a", "b", false), ("a…", "abc", true), ("…c", "abc", true), ("a…c", "abbc", true),
            ("a…b…c", "a1b2c", true), ("a…b…c", "a1c", false), ("a…a", "a", false), ("…", "", true),
            ("a\n…\nb", "a\nx\ny\nb", true), ("a\n…\nb", "a\nb", true), ("a\n…\nb", "a\nx", false),
            ("a", "a\nb", false),
        ])
    func wildcards(shown: String, actual: String, isMatch: Bool) {
        let result = DocumentationOutput.matches(
            shown: shown.components(separatedBy: "\n")[...], actual: actual.components(separatedBy: "\n")[...])
        #expect(result == isMatch)
    }

    @Test("shown JSON may leave out members, not elements")
    func json() throws {
        func value(_ text: String) throws -> Any {
            try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        }
        let actual = try value(#"{"a": [1, {"b": "text", "c": true}], "d": 2}"#)
        #expect(DocumentationOutput.contains(actual, try value(#"{"a": [1, {"b": "t…"}]}"#)))
        #expect(!DocumentationOutput.contains(actual, try value(#"{"a": [1]}"#)))
        #expect(!DocumentationOutput.contains(actual, try value(#"{"d": 3}"#)))
        #expect(!DocumentationOutput.contains(actual, try value(#"{"e": 2}"#)))
    }

    @Test(
        "blocks that nobody carries out are faults", arguments: ["```bash\nls\n```", "```text\nhello\n```", "```\n```"])
    func faults(page: String) {
        let steps = DocumentationScript(page).steps
        #expect(steps.contains { if case .fault = $0.step { true } else { false } })
    }
}
