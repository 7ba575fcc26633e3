import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import StrictJSON
import Testing

/// A body that a reader refuses, and how.
struct Refusal: Sendable, CustomTestStringConvertible {
    let body: String
    let code: String
    let path: String?
    var status = 400
    /// Words that the detail must have.
    var says = ""

    init(_ body: String, _ code: String, at path: String?, status: Int = 400, says: String = "") {
        self.body = body
        self.code = code
        self.path = path
        self.status = status
        self.says = says
    }

    var testDescription: String { "\(code) at \(path ?? "-"): \(body.prefix(120))" }
}

/// Runs a reader that must fail.
func problem<Result>(_ read: () throws(ProblemDetails) -> Result) -> ProblemDetails? {
    do throws(ProblemDetails) {
        _ = try read()
        return nil
    } catch {
        return error
    }
}

func readNative(_ body: String, address: Address = Address()) throws(ProblemDetails) -> DecisionRequest {
    try NativeRequestReader.read(Array(body.utf8), limits: .request, address: address)
}

func readEvaluation(_ body: String) throws(ProblemDetails) -> DecisionRequest {
    try AuthZENRequestReader.readEvaluation(Array(body.utf8), limits: .request)
}

func readEvaluations(_ body: String, maximum: Int = 1000) throws(ProblemDetails) -> AuthZENEvaluations {
    try AuthZENRequestReader.readEvaluations(Array(body.utf8), limits: .request, maximumEvaluations: maximum)
}

/// The items of a body that asks several questions.
func items(_ body: String) throws -> [Result<DecisionRequest, ProblemDetails>] {
    guard case .several(let items, _) = try readEvaluations(body) else {
        throw ProblemDetails(status: 500, code: "SINGLE", detail: "the body was read as one evaluation")
    }
    return items
}

/// A valid native body with single members replaced, or with members added.
func native(
    principal: String = #"{"type": "User", "id": "u1"}"#, action: String = #"{"id": "read"}"#,
    resource: String = #"{"type": "Doc", "id": "d1"}"#, and more: String = ""
) -> String {
    #"{"principal": \#(principal), "action": \#(action), "resource": \#(resource)\#(more.isEmpty ? "" : ", " + more)}"#
}

/// A valid AuthZEN evaluation with single members replaced, or with members added.
func evaluation(
    subject: String = #"{"type": "user", "id": "alice"}"#, action: String = #"{"name": "read"}"#,
    resource: String = #"{"type": "record", "id": "r1"}"#, and more: String = ""
) -> String {
    #"{"subject": \#(subject), "action": \#(action), "resource": \#(resource)\#(more.isEmpty ? "" : ", " + more)}"#
}
