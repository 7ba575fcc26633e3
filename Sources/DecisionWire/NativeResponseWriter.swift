import CedarEngine
import CedarSyntax
package import DecisionPoint
import PolicyBundles
import Residency
import StrictJSON

/// Writes the answer of `POST /v1/decide`.
package enum NativeResponseWriter {
    /// The body for a decision.
    ///
    /// Members that do not apply are left out. The texts are those of the pack that made the route.
    package static func body(_ decision: Decision, decisionID: String, _ texts: RouteTexts? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("decision")
        writer.string(decision.decision.rawValue)
        writer.explanation(of: decision)
        if let route = decision.route {
            writer.key("route")
            writer.route(route, texts)
        }
        writer.key("policy_version")
        writer.string(decision.policyVersion)
        writer.key("decision_id")
        writer.string(decisionID)
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes the members `reasons`, `errors`, `obligations` and `advice`, which the native and the AuthZEN answer share.
    mutating func explanation(of decision: Decision) {
        key("reasons")
        beginArray()
        for reason in decision.reasons { self.reason(reason) }
        endArray()
        if !decision.errors.isEmpty {
            key("errors")
            beginArray()
            for failure in decision.errors {
                beginObject()
                member("policy", failure.policy.text)
                member("code", failure.code)
                member("message", failure.message)
                if let path = failure.path { member("path", path) }
                endObject()
            }
            endArray()
        }
        duties("obligations", decision.obligations)
        duties("advice", decision.advice)
    }

    /// Writes obligations or advice in the shape of the AuthZEN obligations profile; nothing when there are none.
    mutating func duties(_ name: String, _ duties: [DutyCatalog.Duty]) {
        guard !duties.isEmpty else { return }
        key(name)
        beginArray()
        for duty in duties {
            beginObject()
            member("id", duty.id)
            member("type", duty.type)
            key("properties")
            raw(duty.properties)
            endObject()
        }
        endArray()
    }

    mutating func reason(_ reason: Decision.Reason) {
        beginObject()
        if let policy = reason.policy { member("policy", policy.text) }
        if let effect = reason.effect { member("effect", effect.rawValue) }
        member("code", reason.code)
        member("message", reason.message)
        if let permission = reason.permission { member("permission", permission) }
        if !reason.slots.isEmpty {
            key("slots")
            beginObject()
            for (slot, entity) in reason.slots { member(slot, entity) }
            endObject()
        }
        if let source = reason.source {
            key("source")
            beginObject()
            member("file", source.file)
            key("line")
            integer(Int64(source.position.line))
            key("column")
            integer(Int64(source.position.column))
            endObject()
        }
        endObject()
    }

    /// Writes a member with a string.
    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }
}
