import CedarSyntax
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
            let isToken = type.utf8.elementsEqual("jwt".utf8)
            let isSAML = type.utf8.starts(with: "saml_".utf8)
            if isStrict {
                let others =
                    isProof ? ["method", "url", "nonce"] : isToken ? ["nonce", "access_token", "max_age"] : []
                try credential.refuseOthers(than: ["type", "value"] + (isSAML ? expectationMembers : others))
            }
            let value = try credential.required("value")
            guard let bytes = value.stringBytes else { throw BodyReader.wrongType(value, "`value` must be a string") }
            var read = SubjectCredential(
                type: type, value: Array(bytes), method: isProof ? try credential.requiredString("method") : nil,
                url: isProof ? try credential.requiredString("url") : nil)
            if isProof || isToken { read.nonce = try credential.string("nonce") }
            if isToken { try readExpectations(credential, into: &read) }
            if isSAML { read.expectations = try expectations(credential) }
            credentials.append(read)
        }
        return credentials
    }

    private static let expectationMembers = ["request_id", "unsolicited", "recipient", "audience", "client_address"]

    /// What the caller knows about the SAML message that it wants.
    private static func expectations(
        _ credential: BodyReader
    ) throws(ProblemDetails) -> PresentedCredentials.SAMLExpectations {
        var expectations = PresentedCredentials.SAMLExpectations()
        expectations.requestID = try credential.string("request_id").map { CedarString($0) }
        expectations.recipient = try credential.string("recipient").map { CedarString($0) }
        expectations.audience = try credential.string("audience").map { CedarString($0) }
        expectations.clientAddress = try credential.string("client_address").map { CedarString($0) }
        if let node = credential.node["unsolicited"] {
            guard let bool = node.bool else { throw BodyReader.wrongType(node, "`unsolicited` must be true or false") }
            expectations.isUnsolicited = bool
        }
        return expectations
    }

    /// Reads what a caller that runs sign-ins knows about the ID token that it wants (OpenID Connect Core section
    /// 3.1.3.7).
    private static func readExpectations(
        _ credential: BodyReader, into read: inout SubjectCredential
    ) throws(ProblemDetails) {
        read.accessToken = try credential.string("access_token").map { Array($0.utf8) }
        guard let node = credential.node["max_age"] else { return }
        guard let seconds = node.integer, (0...31_622_400).contains(seconds) else {
            throw BodyReader.wrongType(node, "`max_age` must be a number of seconds, at most a leap year")
        }
        read.maximumAge = seconds
    }
}
