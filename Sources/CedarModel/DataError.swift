/// Why JSON data is not the entity, value or context it should be.
///
/// Errors are equal when their codes are.
public struct DataError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of mistakes.
    public enum Code: String, Sendable {
        case wrongType = "data.wrong_type"
        case missingMember = "data.missing_member"
        case null = "data.null"
        case notAnInteger = "data.not_an_integer"
        case invalidName = "data.invalid_name"
        case malformedEscape = "data.malformed_escape"
        case invalidExtension = "data.invalid_extension"
        case invalidParent = "data.invalid_parent"
        case duplicateEntity = "data.duplicate_entity"
        case cycle = "data.cycle"
    }

    /// The kind.
    public let code: Code

    /// The fact, as a lowercase sentence.
    public let message: String

    /// The place as a JSONPath.
    public let path: String

    /// Byte offset of the value.
    public let start: Int

    /// Byte offset behind the value.
    public let end: Int

    /// The message with its place.
    public var description: String { "\(message) at \(path)" }

    /// Equality on the code.
    public static func == (left: DataError, right: DataError) -> Bool { left.code == right.code }
}
