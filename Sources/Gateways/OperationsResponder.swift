import DecisionWire
package import PolicyBundles
import StrictJSON
import Synchronization

/// Answers the operations listener: whether the process lives and whether it should get traffic.
package final class OperationsResponder: HTTPResponder {
    private var policies: PolicyStore.Reader
    private let readiness: Readiness

    /// Makes the responder of an event loop.
    package init(_ policies: PolicyStore, readiness: Readiness) {
        self.policies = PolicyStore.Reader(policies)
        self.readiness = readiness
    }

    package func respond(to request: HTTPRequest) -> HTTPResponse {
        guard request.path == "/health/live" || request.path == "/health/ready" else {
            return HTTPResponse(
                ProblemDetails(status: 404, code: "NOT_FOUND", detail: "there is nothing at this path"))
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            var response = HTTPResponse(
                ProblemDetails(status: 405, code: "METHOD_NOT_ALLOWED", detail: "health is read with GET"))
            response.headers = [("Allow", "GET, HEAD")]
            return response
        }
        return request.path == "/health/live" ? .json(Array(#"{"status":"live"}"#.utf8)) : ready()
    }

    package func respond(to failure: TransportFailure) -> HTTPResponse { HTTPResponse(failure) }

    private func ready() -> HTTPResponse {
        let isReady = readiness.isReady
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        writer.string(isReady ? "ready" : "draining")
        writer.key("applications")
        writer.beginArray()
        for snapshot in policies.current().snapshots {
            writer.beginObject()
            writer.key("name")
            writer.string(snapshot.application)
            writer.key("policy_version")
            writer.string(snapshot.version)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer.bytes, status: isReady ? 200 : 503)
    }
}

/// Whether new traffic is welcome: from the first loaded bundle until the process begins to drain.
package final class Readiness: Sendable {
    private let flag = Atomic<Bool>(true)

    /// Makes a state that welcomes traffic.
    package init() {}

    /// Whether traffic is welcome.
    package var isReady: Bool { flag.load(ordering: .acquiring) }

    /// Turns traffic away from now on.
    package func beginDraining() { flag.store(false, ordering: .releasing) }
}
