import ArgumentParser
import CedarModel
import Gateways

/// Times that a command line names.
enum InputTime {
    /// The time that `--now` gives; the real time without it.
    ///
    /// - Throws: a usage error when the text is no time as RFC 3339 writes it.
    static func instant(_ text: String?) throws -> Datetime {
        guard let text else { return SystemClock.now() }
        guard let parsed = Datetime(rfc3339: text) else {
            throw ValidationError("`--now` must be a time such as `2026-11-21T10:00:00Z`")
        }
        return parsed
    }
}
