/// The refusal of an extension type to read a text or to compute a value.
public struct ExtensionError: Error, Equatable, Sendable {
    /// The extension, which is not always the name of its constructor: `decimal`, `ipaddr`, `datetime` or `duration`.
    public let extensionName: String

    /// The fact, as a lowercase sentence with user input in backticks.
    public let message: String

    /// Makes an error.
    public init(extensionName: String, message: String) {
        self.extensionName = extensionName
        self.message = message
    }

    /// The error of an unreadable text: the text in backticks, then the fact about it.
    init(_ extensionName: String, rejecting text: String, because fact: String) {
        self.init(extensionName: extensionName, message: "`\(text.excerpt)` \(fact)")
    }
}
