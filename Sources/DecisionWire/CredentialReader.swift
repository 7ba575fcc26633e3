import StrictJSON

/// Reads what kinds of credentials a request carries.
///
/// Their values go to verifiers, never into a request or an error.
enum CredentialReader {
    private static let known = ["jwt", "saml_response", "saml_assertion", "dpop", "client_certificate"]

    /// The types of the credentials, in the order given.
    ///
    /// Anything but well-formed credentials is an error: a credential that is not recognized must not leave the request
    /// to be decided as if the subject had none.
    static func types(_ nodes: [JSONNode], refusingUnknownMembers isStrict: Bool) throws(ProblemDetails) -> [String] {
        var types: [String] = []
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
            let members = type.utf8.elementsEqual("dpop".utf8) ? ["value", "method", "url"] : ["value"]
            if isStrict { try credential.refuseOthers(than: ["type"] + members) }
            for member in members { _ = try credential.requiredString(member) }
            types.append(type)
        }
        return types
    }
}
