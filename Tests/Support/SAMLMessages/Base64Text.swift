import Foundation

/// Base64 as messages and certificates have it.
package enum Base64Text {
    /// The text of some bytes.
    package static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
