import CedarEngine
package import DecisionPoint
import Residency
import StrictJSON

/// Writes the answers of the AuthZEN endpoints.
///
/// They carry neither times nor decision ids: the certification suite compares the bodies of repeated calls.
package enum AuthZENResponseWriter {
    /// One decision.
    package static func body(_ decision: Decision) -> [UInt8] {
        var writer = JSONWriter()
        write(.success(decision), to: &writer)
        return writer.bytes
    }

    /// Several decisions, in order.
    ///
    /// An item that could not be asked is denied, with the error in its context.
    package static func body(_ answers: [Result<Decision, ProblemDetails>]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("evaluations")
        writer.beginArray()
        for answer in answers { write(answer, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ answer: Result<Decision, ProblemDetails>, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("decision")
        switch answer {
        case .success(let decision):
            writer.bool(decision.decision == .allow)
            writer.key("context")
            writer.beginObject()
            writer.explanation(of: decision)
            writer.member("policy_version", decision.policyVersion)
            if let route = decision.route {
                writer.key("residency")
                writer.route(route)
            }
            writer.endObject()
        case .failure(let problem):
            writer.bool(false)
            writer.key("context")
            writer.beginObject()
            writer.key("error")
            writer.beginObject()
            writer.key("status")
            writer.integer(Int64(problem.status))
            writer.member("code", problem.code)
            writer.member("message", problem.detail)
            if let path = problem.path { writer.member("path", path) }
            writer.endObject()
            writer.endObject()
        }
        writer.endObject()
    }
}
