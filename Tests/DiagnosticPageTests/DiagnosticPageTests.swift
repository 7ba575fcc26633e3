import CedarSyntax
import Foundation
import PublishedFormats
import Testing

/// The pages about codes: one for each code, and none about what does not exist.
@Suite("Pages about codes") struct DiagnosticPageTests {
    static let sources = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    static let catalogue = sources.appending(path: "PublishedFormats/PublishedFormats.docc")

    /// The numbers of all codes that the sources declare or make.
    static func declared() throws -> Set<Int> {
        var numbers: Set<Int> = []
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
        for file in files {
            let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            numbers.formUnion(text.matches(of: /DiagnosticCode\((\d+)\)/).compactMap { Int($0.output.1) })
        }
        // Code 0 is nobody's: it stands for "no code" where a place is shown.
        return numbers.subtracting([0])
    }

    @Test func everyCodeHasAPageAndEveryPageACode() throws {
        let declared = try Self.declared()
        let pages = DiagnosticPage.all.map(\.number)
        #expect(declared.count > 200)
        #expect(declared.subtracting(pages).isEmpty)
        #expect(Set(pages).subtracting(declared).isEmpty)
        #expect(pages == pages.sorted() && pages.count == Set(pages).count)
    }

    @Test func theFilesAreTheEmbeddedPages() throws {
        let folder = Self.catalogue.appending(path: "Codes")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == Set(DiagnosticPage.all.map { "\($0.code).md" }))
        for page in DiagnosticPage.all {
            #expect(try Data(contentsOf: folder.appending(path: "\(page.code).md")) == Data(page.bytes))
        }
    }

    @Test func theCatalogueLinksEveryPage() throws {
        let text = try String(contentsOf: Self.catalogue.appending(path: "PublishedFormats.md"), encoding: .utf8)
        let links = text.matches(of: /<doc:(V\d{4})>/).map { String($0.output.1) }
        #expect(links == DiagnosticPage.all.map(\.code))
    }

    @Test("a page has all its parts", arguments: DiagnosticPage.all.map(\.number))
    func parts(number: Int) throws {
        let page = try #require(DiagnosticPage.page(of: number))
        let lines = page.text.components(separatedBy: "\n")
        #expect(lines[0] == "# \(page.code): \(page.title)")
        #expect(!page.title.isEmpty && page.title.utf8.count <= 80)
        #expect(page.title.first?.isUppercase == false && page.title.last != ".")
        #expect(lines[1].isEmpty && !lines[2].isEmpty && !lines[2].hasPrefix("#"))
        #expect(
            lines.filter { $0.hasPrefix("## ") } == ["## Wrong", "## Right", "## Why it matters"], "\(page.code)")
        let examples = PageExample.all(of: page)
        #expect(examples.filter { $0.role == .wrong }.count == 1)
        #expect(examples.filter { $0.role == .right }.count == 1)
        #expect(examples.allSatisfy { !$0.text.isEmpty })
        #expect(lines.allSatisfy { $0.utf8.count <= 120 || $0.contains("{") })
        #expect(page.text.hasSuffix("\n") && !page.text.hasSuffix("\n\n"))
    }

    @Test func titlesDiffer() {
        for range in [1000..<1100, 1100..<1200, 1200..<2000, 2000..<2100, 2100..<2200, 3000..<3100, 3100..<5000] {
            let titles = DiagnosticPage.all.filter { range.contains($0.number) }.map(\.title)
            #expect(titles.count == Set(titles).count)
        }
    }
}
