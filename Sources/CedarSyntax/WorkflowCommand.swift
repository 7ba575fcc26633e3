/// A command to GitHub Actions, a line of output that it shows beside a line of a file.
package struct WorkflowCommand {
    /// What it makes: `error`, `warning` or `notice`.
    package var name: String

    /// The properties, in order.
    package var properties: [(name: String, value: String)]

    /// The text shown.
    package var message: String

    /// Makes a command.
    package init(_ name: String, _ properties: [(name: String, value: String)] = [], message: String) {
        self.name = name
        self.properties = properties
        self.message = message
    }

    /// The line, without its line end.
    ///
    /// Line ends would end the command, and in properties colons and commas would end the property: they are encoded
    /// as GitHub Actions decodes them.
    package var line: String {
        let list = properties.map { "\($0.name)=\(Self.escaped($0.value, "%\r\n:,"))" }.joined(separator: ",")
        return "::\(name)\(list.isEmpty ? "" : " " + list)::\(Self.escaped(message, "%\r\n"))"
    }

    /// Percent-encodes some ASCII characters.
    ///
    /// Scalar by scalar, because to `String` a CR and LF are one character.
    private static func escaped(_ text: String, _ special: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if special.unicodeScalars.contains(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "%" + String(repeating: "0", count: 2 - digits.utf8.count) + digits
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
