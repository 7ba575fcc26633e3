import Foundation
import PublishedFormats

/// A fenced block of a page about a code.
struct PageExample {
    /// What the block shows.
    enum Role: String {
        case wrong, right
        /// What the examples stand on, such as a schema.
        case given
    }

    var language: String
    var role: Role
    var text: String

    /// The blocks of a page.
    static func all(of page: DiagnosticPage) -> [PageExample] {
        var examples: [PageExample] = []
        var open: PageExample?
        for line in page.text.components(separatedBy: "\n") {
            if var example = open {
                if line == "```" {
                    examples.append(example)
                    open = nil
                } else {
                    example.text += line + "\n"
                    open = example
                }
            } else if line.hasPrefix("```") {
                let words = line.dropFirst(3).split(separator: " ").map(String.init)
                open = PageExample(
                    language: words.first ?? "", role: words.dropFirst().first.flatMap(Role.init) ?? .given, text: "")
            }
        }
        return examples
    }
}
