import Foundation
import PublishedFormats
import StrictJSON
import Testing

/// The documents as such.
@Suite struct DocumentTests {
    @Test("is strict JSON with a title and a description", arguments: PublishedFormat.allCases)
    func json(format: PublishedFormat) throws {
        let root = try JSONDocument(parsing: format.bytes, limits: .bundle).root
        let about = format == .openapi ? try root.at("info") : root
        #expect(about["title"]?.string?.hasPrefix("Verdict") == true)
        #expect(about["description"]?.string?.isEmpty == false)
        #expect(format.bytes.last == 0x0A)
        if format == .openapi {
            #expect(root["openapi"]?.string?.hasPrefix("3.1.") == true)
        } else {
            #expect(root["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
            let isList = root["type"]?.string == "array"
            let closed = isList ? try root.at("$defs").at("link") : root
            #expect(closed["additionalProperties"]?.bool == false)
        }
    }

    @Test("is embedded as its file has it", arguments: PublishedFormat.allCases)
    func embedded(format: PublishedFormat) throws {
        let file = repository.appending(path: "Sources/PublishedFormats/Formats/\(format.fileName)")
        #expect(try Data(contentsOf: file) == Data(format.bytes))
    }

    @Test func everyFileIsPublished() throws {
        let folder = repository.appending(path: "Sources/PublishedFormats/Formats")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(files) == Set(PublishedFormat.allCases.map(\.fileName)))
    }

    /// Editors find the schema of a file by its first line, which is relative to the file.
    @Test("YAML files name their schema", arguments: ["Policies", "Conformance"])
    func headers(folder: String) throws {
        let top = repository.appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: top.path).filter { $0.hasSuffix(".yaml") }
        #expect(!names.isEmpty)
        for name in names {
            let parts = name.split(separator: "/")
            let kind = folder == "Conformance" ? "suite" : parts.contains("tenants") ? "tenant" : name.fileStem
            let up = String(repeating: "../", count: parts.count)
            let line = "# yaml-language-server: $schema=\(up)Sources/PublishedFormats/Formats/\(kind).schema.json\n"
            let text = try String(contentsOf: top.appending(path: name), encoding: .utf8)
            #expect(text.hasPrefix(line), "\(folder)/\(name)")
            #expect(PublishedFormat(rawValue: kind) != nil, "\(folder)/\(name)")
        }
    }
}

extension String {
    /// The last component of a path without its ending.
    fileprivate var fileStem: String {
        String(split(separator: "/").last?.prefix { $0 != "." } ?? "")
    }
}
