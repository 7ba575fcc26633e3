import Identity
import StrictJSON

/// Reads the credentials that a request carries.
///
/// Their values go to verifiers, never into an error.
enum CredentialReader {
    private static let known = ["jwt", "saml_response", "saml_assertion", "dpop", "client_certificate"]

    /// How many credentials a request may carry: one that names a subject, and what proves possession of its key.
    static let maximumCount = 8

    /// The credentials, in the order given.
    ///
    /// Anything but well-formed credentials is an error: a credential that is not recognized must not leave the request
    /// to be decided as if the subject had none.
    static func read(
        _ nodes: [JSONNode], refusingUnknownMembers isStrict: Bool
    ) throws(ProblemDetails) -> [SubjectCredential] {
        guard nodes.count <= maximumCount else {
            throw ProblemDetails(
                status: 400, code: "TOO_MANY_CREDENTIALS",
                detail: "\(nodes.count) credentials are given; \(maximumCount) are allowed", path: nodes.first?.path)
        }
        var credentials: [SubjectCredential] = []
        for node in nodes {
            let credential = try BodyReader(node, what: "a credential")
            let typeNode = try credential.required("type")
            let type = try BodyReader.string(typeNode, "type")
            guard known.contains(where: { $0.utf8.elementsEqual(type.utf8) }) else {
                throw ProblemDetails(
                    status: 400, code: "UNKNOWN_VALUE",
                    detail: "a credential's `type` must be one of " + known.map { "`\($0)`" }.joined(separator: ", "),
                    path: typeNode.path)
            }
            let isProof = type.utf8.elementsEqual("dpop".utf8)
            if isStrict { try credential.refuseOthers(than: ["type", "value"] + (isProof ? ["method", "url"] : [])) }
            let value = try credential.required("value")
            guard let bytes = value.stringBytes else { throw BodyReader.wrongType(value, "`value` must be a string") }
            credentials.append(
                SubjectCredential(
                    type: type, value: Array(bytes), method: isProof ? try credential.requiredString("method") : nil,
                    url: isProof ? try credential.requiredString("url") : nil))
        }
        return credentials
    }
}
