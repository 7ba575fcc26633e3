import CedarSyntax
import DecisionWire
import IssuerKeys
import OpenIDConnect
package import PolicyBundles
import StrictJSON

/// Answers the operations listener: health, metrics, what is loaded, and reloading.
///
/// It has an event loop of its own, so that a reload, which runs on it, never delays a decision.
package final class OperationsResponder: HTTPResponder {
    private var policies: PolicyStore.Reader
    private let readiness: Readiness
    private let metrics: DecisionMetrics
    private let reloader: PolicyReloader
    private let token: AdministrationToken?
    private let credentials: CredentialOperations?
    private let accessLog: AccessLogFile?

    /// Makes the responder of an event loop.
    ///
    /// Without a token, changing calls are refused.
    package init(
        _ policies: PolicyStore, readiness: Readiness, metrics: DecisionMetrics, reloader: PolicyReloader,
        token: AdministrationToken?, credentials: CredentialOperations? = nil,
        accessLog: AccessLogFile? = nil
    ) {
        self.accessLog = accessLog
        self.credentials = credentials
        self.policies = PolicyStore.Reader(policies)
        self.readiness = readiness
        self.metrics = metrics
        self.reloader = reloader
        self.token = token
    }

    package func respond(to request: HTTPRequest) -> HTTPResponse {
        switch request.path {
        case "/health/live": get(request) { .json(Array(#"{"status":"live"}"#.utf8)) }
        case "/health/ready": get(request, ready)
        case "/metrics":
            get(request) {
                HTTPResponse(
                    status: 200, contentType: PrometheusText.mediaType,
                    body: MetricsPage(
                        metrics.total, policies.current(), reloader.status, credentials: credentials,
                        compilation: reloader.compilation, accessLog: accessLog
                    ).bytes)
            }
        case "/v1/policies": get(request) { .json(PolicyListing.body(policies.current(), reloader.status)) }
        case "/v1/issuers": get(request) { .json(IssuerListing.body(credentials?.keys.reports ?? [])) }
        case "/v1/admin/reload":
            // Health and metrics are answered meanwhile.
            administer(request, "reloading is asked for with POST") { .later { [reloader] in Self.reload(reloader) } }
        case "/v1/admin/revocations":
            administer(request, "revoking is asked for with POST") {
                RevocationCall.answer(request, credentials?.journal)
            }
        default:
            HTTPResponse(ProblemDetails(status: 404, code: "NOT_FOUND", detail: "there is nothing at this path"))
        }
    }

    package func respond(to failure: TransportFailure) -> HTTPResponse { HTTPResponse(failure) }

    private func get(_ request: HTTPRequest, _ answer: () -> HTTPResponse) -> HTTPResponse {
        if request.method == "GET" || request.method == "HEAD" { return answer() }
        return methodNotAllowed("this is read with GET", allow: "GET, HEAD")
    }

    private func methodNotAllowed(_ detail: String, allow: String) -> HTTPResponse {
        var response = HTTPResponse(ProblemDetails(status: 405, code: "METHOD_NOT_ALLOWED", detail: detail))
        response.headers = [("Allow", allow)]
        return response
    }

    // MARK: - Readiness

    /// Ready while decisions are answered.
    ///
    /// Files that have gone bad since do not change that, but they show: `stale`, with the findings.
    private func ready() -> HTTPResponse {
        let state = readiness.state
        let status = reloader.status
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        writer.string(state == .ready && status.isStale ? "stale" : String(describing: state))
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
        if status.isStale {
            writer.key("diagnostics")
            writer.diagnostics(status.failures)
        }
        writer.endObject()
        return .json(writer.bytes, status: state == .ready ? 200 : 503)
    }

    // MARK: - Changes

    /// Lets a changing call through that presents the token.
    private func administer(
        _ request: HTTPRequest, _ method: String, _ answer: () -> HTTPResponse
    ) -> HTTPResponse {
        guard request.method == "POST" else { return methodNotAllowed(method, allow: "POST") }
        guard let token else {
            return HTTPResponse(
                ProblemDetails(
                    status: 403, code: "ADMINISTRATION_DISABLED",
                    detail: "start the server with `--admin-token-file` to allow changes"))
        }
        guard token.isPresented(by: request.header("Authorization")) else {
            var response = HTTPResponse(
                ProblemDetails(
                    status: 401, code: "UNAUTHORIZED", detail: "send the token as `Authorization: Bearer <token>`"))
            response.headers.append(("WWW-Authenticate", "Bearer"))
            return response
        }
        return answer()
    }

    private static func reload(_ reloader: PolicyReloader) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("result")
        let status: Int
        switch reloader.reload() {
        case .replaced:
            writer.string("replaced")
            status = 200
        case .unchanged:
            writer.string("unchanged")
            status = 200
        case .failed(let diagnostics):
            writer.string("failed")
            writer.key("diagnostics")
            writer.diagnostics(diagnostics)
            // The files are in conflict with what is served; the caller's request itself was fine.
            status = 409
        }
        writer.endObject()
        return .json(writer.bytes, status: status)
    }
}
