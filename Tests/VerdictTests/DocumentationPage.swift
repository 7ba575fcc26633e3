import Foundation
import Testing

/// A page of a documentation catalogue: `Sources/<Module>/<Module>.docc/<name>.md`.
struct DocumentationPage: CustomTestStringConvertible {
    /// The module that the page belongs to.
    let module: String

    /// The name of the file, without ending.
    let title: String

    /// The file below `Sources`, for messages.
    var name: String { "\(module).docc/\(title).md" }

    var testDescription: String { name }

    /// Whether the page is the first one of its catalogue.
    var isLanding: Bool { title == module }

    /// What the page says.
    var text: String {
        (try? String(contentsOf: Self.catalogue(of: module).appending(path: "\(title).md"), encoding: .utf8)) ?? ""
    }

    private static let sources = VerdictProgram.repository.appending(path: "Sources")

    private static func catalogue(of module: String) -> URL { sources.appending(path: "\(module)/\(module).docc") }

    /// The pages of all catalogues.
    static let all: [DocumentationPage] = {
        let modules = (try? FileManager.default.contentsOfDirectory(atPath: sources.path)) ?? []
        return modules.sorted().flatMap { module in
            let files = (try? FileManager.default.contentsOfDirectory(atPath: catalogue(of: module).path)) ?? []
            return files.sorted().filter { $0.hasSuffix(".md") }
                .map { DocumentationPage(module: module, title: String($0.dropLast(3))) }
        }
    }()

    // MARK: - Links

    /// The pages that this one links to.
    var linkedPages: [String] { text.matches(of: /<doc:([A-Za-z]+)>/).map { String($0.output.1) } }

    /// The declarations that this page links to, without their members.
    var linkedDeclarations: Set<String> {
        Set(text.matches(of: /(?:^|[^`])``([A-Za-z]+)[^`]*``/).map { String($0.output.1) })
    }

    /// The names of the public types of the page's module.
    func publicTypes() throws -> Set<String> {
        let folder = Self.sources.appending(path: module)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        var names: Set<String> = []
        for file in files {
            let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            let declarations = source.matches(
                of: /public (?:indirect |final )?(?:struct|enum|class|protocol|typealias) (\w+)/)
            names.formUnion(declarations.map { String($0.output.1) })
        }
        return names
    }

    // MARK: - Examples

    /// Why an example in Swift cannot be relied on; `nil` when the example tests of the module hold it: its imports,
    /// and the rest line by line, whatever the indentation.
    func swiftFault(_ lines: [String]) -> String? {
        let file = "Tests/\(module)Tests/DocumentationExampleTests.swift"
        guard let tests = try? String(contentsOf: VerdictProgram.repository.appending(path: file), encoding: .utf8)
        else {
            return "there is no \(file)"
        }
        let tested = Self.trimmed(tests.components(separatedBy: "\n"))
        let shown = Self.trimmed(lines)
        let imports = shown.filter { $0.hasPrefix("import ") }
        if let missing = imports.first(where: { !tested.contains($0) }) { return "\(file) lacks `\(missing)`" }
        let body = shown.filter { !$0.hasPrefix("import ") }
        let isTested = tested.indices.contains { tested[$0...].starts(with: body) }
        return isTested ? nil : "\(file) does not hold this example"
    }

    private static func trimmed(_ lines: [String]) -> [String] {
        lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
