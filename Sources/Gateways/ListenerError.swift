/// Why a listener could not start.
///
/// Two are equal when their codes are.
package struct ListenerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Sendable {
        /// The address is reachable from other machines and the listener speaks no TLS.
        case insecureAddress = "INSECURE_ADDRESS"

        /// The host is no address and no known name.
        case unknownHost = "UNKNOWN_HOST"

        /// The address cannot be bound: taken, not of this machine, or not permitted.
        case cannotBind = "CANNOT_BIND"
    }

    /// What kind of failure it is.
    package var code: Code

    /// The fact and, where there is one, the way out.
    package var message: String

    /// What the operating system said.
    package var cause: (any Error)?

    /// Makes an error.
    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    package var description: String { message }

    /// Equality on the code.
    package static func == (left: ListenerError, right: ListenerError) -> Bool { left.code == right.code }
}
