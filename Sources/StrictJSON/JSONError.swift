/// The refusal of a text that is not strict JSON, or that exceeds a limit.
///
/// Two errors are equal when their codes are; place and wording are for people.
public struct JSONError: Error, Equatable, Sendable {
    /// The reason of the refusal.
    public var code: Code
    /// Where the fault is, in bytes from the start of the text.
    public var offset: Int
    /// The line of the fault, from 1.
    ///
    /// Lines end at LF, CR LF and CR.
    public var line: Int
    /// The column of the fault, in Unicode scalars from 1.
    public var column: Int
    /// The path of the value at fault, such as `$.evaluations[2]`.
    ///
    /// Where the fault lies between values, it is the path of the container around them.
    public var path: String
    /// What is wrong, in one sentence without a period.
    public var message: String

    /// Makes an error from its parts.
    public init(code: Code, offset: Int, line: Int, column: Int, path: String, message: String) {
        self.code = code
        self.offset = offset
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }

    /// Equality of the codes alone.
    public static func == (left: JSONError, right: JSONError) -> Bool {
        left.code == right.code
    }
}

extension JSONError: CustomStringConvertible {
    /// The code, the place and the message on one line.
    public var description: String {
        "\(code.rawValue) at \(line):\(column) (\(path)): \(message)"
    }
}

extension JSONError {
    /// A stable name of a reason; the set grows with time.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name, such as `json.too_deep`.
        public let rawValue: String

        /// Wraps a name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The text starts with U+FEFF, which RFC 8259 section 8.1 forbids to add.
        public static let byteOrderMark = Code(rawValue: "json.byte_order_mark")
        /// A string holds a raw character below U+0020 (RFC 8259 section 7).
        public static let controlCharacter = Code(rawValue: "json.control_character")
        /// An object has two members of the same name, compared by bytes after unescaping (RFC 7493 section 2.3).
        public static let duplicateMember = Code(rawValue: "json.duplicate_member")
        /// A backslash is not followed by one of the escapes of RFC 8259 section 7.
        public static let invalidEscape = Code(rawValue: "json.invalid_escape")
        /// A number does not follow RFC 8259 section 6.
        public static let invalidNumber = Code(rawValue: "json.invalid_number")
        /// The bytes are not UTF-8 as RFC 3629 section 4 defines it: overlong forms and surrogates included.
        public static let invalidUTF8 = Code(rawValue: "json.invalid_utf8")
        /// A `\u` escape names half of a surrogate pair (RFC 7493 section 2.1).
        public static let loneSurrogate = Code(rawValue: "json.lone_surrogate")
        /// Arrays and objects nest beyond ``JSONLimits/maximumDepth``.
        public static let tooDeep = Code(rawValue: "json.too_deep")
        /// The text is longer than ``JSONLimits/maximumBytes``.
        public static let tooLong = Code(rawValue: "json.too_long")
        /// The text has more values than ``JSONLimits/maximumValues``.
        public static let tooManyValues = Code(rawValue: "json.too_many_values")
        /// Something other than white space follows the value.
        public static let trailingData = Code(rawValue: "json.trailing_data")
        /// The grammar does not allow this character here.
        public static let unexpectedCharacter = Code(rawValue: "json.unexpected_character")
        /// The text ends before the value does.
        public static let unexpectedEnd = Code(rawValue: "json.unexpected_end")
    }
}
