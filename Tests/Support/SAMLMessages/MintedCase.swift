/// A message with what must become of it.
package struct MintedCase: Sendable {
    /// The name, which is the file's too.
    package let id: String
    /// The message.
    package let bytes: [UInt8]
    /// `accept`, `reject`, or `policy` for what a flag decides.
    package var expectation = "reject"
    /// The code of the refusal, or the beginning of it.
    package var code = ""
    /// The certificates of the provider, by the names of their files.
    package var certificates = ["rsa"]
    /// Whether it is a bare assertion.
    package var isBare = false
    /// The request that must be answered.
    package var requestID: String? = "_request-1"
    /// The name id that must be read.
    package var nameID: String?
    /// The flag that turns the verdict round.
    package var flag: String?
    /// The verdict without the flag.
    package var unflagged = "reject"
    /// Cases of one group are judged with one memory of what was used.
    package var group: String?

    /// A message that is refused.
    package init(_ id: String, _ message: String, _ code: String, _ change: (inout MintedCase) -> Void = { _ in }) {
        self.init(id, bytes: Array(message.utf8), code, change)
    }

    /// Octets that are refused.
    package init(_ id: String, bytes: [UInt8], _ code: String, _ change: (inout MintedCase) -> Void = { _ in }) {
        self.id = id
        self.bytes = bytes
        self.code = code
        change(&self)
    }

    /// A message that is accepted.
    package static func valid(
        _ id: String, _ message: String, _ change: (inout MintedCase) -> Void = { _ in }
    ) -> MintedCase {
        MintedCase("valid-" + id, message, "") {
            $0.expectation = "accept"
            $0.nameID = "alice@example.com"
            change(&$0)
        }
    }

    /// A message that is refused, unless a flag allows it.
    package static func policy(
        _ id: String, _ message: String, _ code: String, flag: String? = nil,
        _ change: (inout MintedCase) -> Void = { _ in }
    ) -> MintedCase {
        MintedCase(id, message, code) {
            $0.expectation = "policy"
            $0.flag = flag
            change(&$0)
        }
    }
}
