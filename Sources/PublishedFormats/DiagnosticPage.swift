/// The page that explains a diagnostic code: what it means, a wrong and a right example, and why it matters.
///
/// The pages are articles of this module's documentation catalogue, embedded when the program is built.
package struct DiagnosticPage: Sendable {
    /// The number behind the `V`.
    package let number: Int

    private let embedded: @Sendable () -> [UInt8]

    init(_ number: Int, _ embedded: @escaping @Sendable () -> [UInt8]) {
        self.number = number
        self.embedded = embedded
    }

    /// The code, as `V1203`.
    package var code: String { "V\(number)" }

    /// The page in Markdown, byte for byte as the file has it.
    package var bytes: [UInt8] { embedded() }

    /// The page in Markdown.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What the code means, in one line: the title of the page behind the code.
    package var title: String {
        let line = bytes.prefix { $0 != 0x0A }
        return String(decoding: line.dropFirst("# \(code): ".utf8.count), as: UTF8.self)
    }

    /// The page of a code.
    package static func page(of number: Int) -> DiagnosticPage? { all.first { $0.number == number } }
}
