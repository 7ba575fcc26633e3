package import Identity

/// The reasons for which a SAML message is refused.
extension VerificationFailure.Code {
    // MARK: Octets and XML

    /// The value is not base64, or too long.
    package static let messageEncoding = Self(rawValue: "message.encoding")
    /// The message is longer than the limit.
    package static let messageSize = Self(rawValue: "xml.size")
    /// The message is not well-formed XML with namespaces.
    package static let xmlMalformed = Self(rawValue: "xml.malformed")
    /// The message is not UTF-8, or has characters that XML does not have.
    package static let xmlEncoding = Self(rawValue: "xml.encoding")
    /// The message has a document type declaration.
    package static let xmlDoctype = Self(rawValue: "xml.doctype")
    /// The message has a processing instruction.
    package static let xmlInstruction = Self(rawValue: "xml.pi")
    /// Nesting, elements, attributes or declarations beyond a limit.
    package static let xmlLimit = Self(rawValue: "xml.limit")
    /// A namespace is a relative address (Canonical XML 1.0 section 1.3).
    package static let xmlRelativeNamespace = Self(rawValue: "xml.relative_ns")

    // MARK: Structure

    /// Two elements have one ID.
    package static let idDuplicate = Self(rawValue: "id.duplicate")
    /// An ID attribute is in a namespace.
    package static let idNamespaced = Self(rawValue: "id.namespaced")
    /// The root element is not the expected one.
    package static let samlRoot = Self(rawValue: "saml.root")
    /// An element stands where the schema has none.
    package static let samlSchema = Self(rawValue: "saml.schema")
    /// Elements stand in another order than the schema's.
    package static let samlOrder = Self(rawValue: "saml.order")
    /// The version is not 2.0.
    package static let samlVersion = Self(rawValue: "saml.version")
    /// An ID is missing or has another form.
    package static let samlID = Self(rawValue: "saml.id")
    /// `IssueInstant` is missing or no time.
    package static let samlIssueInstant = Self(rawValue: "saml.issue_instant")
    /// There is not exactly one assertion.
    package static let samlAssertionCount = Self(rawValue: "saml.assertion_count")
    /// The response does not tell success.
    package static let samlStatus = Self(rawValue: "saml.status")
    /// An assertion stands where none may be.
    package static let misplacedAssertion = Self(rawValue: "xsw.misplaced_assertion")
    /// A response stands within another element.
    package static let nestedResponse = Self(rawValue: "xsw.nested_response")
    /// A signed message of another kind stands within the message.
    package static let foreignSignature = Self(rawValue: "xsw.foreign_signature")
    /// The octets that were signed are not the element that was meant.
    package static let signedOther = Self(rawValue: "xsw.signed_other")

    // MARK: Signatures

    /// Nothing is signed.
    package static let signatureMissing = Self(rawValue: "sig.missing")
    /// The signature does not cover the assertion.
    package static let signatureNotCovering = Self(rawValue: "sig.not_covered")
    /// A signature stands where none may be.
    package static let signaturePosition = Self(rawValue: "sig.position")
    /// An element has several signatures.
    package static let signatureMultiple = Self(rawValue: "sig.multiple")
    /// The signature is not made of what the profile allows.
    package static let signatureStructure = Self(rawValue: "sig.structure")
    /// The signature has an object in it.
    package static let signatureObject = Self(rawValue: "sig.object")
    /// There is not exactly one reference.
    package static let referenceCount = Self(rawValue: "sig.reference_count")
    /// The reference is no `#` with an ID.
    package static let referenceAddress = Self(rawValue: "sig.reference_uri")
    /// The reference leads to no element.
    package static let referenceUnresolved = Self(rawValue: "sig.reference_unresolved")
    /// The reference leads to another element than the signature's parent.
    package static let referenceOther = Self(rawValue: "sig.reference_not_parent")
    /// A transform that is not allowed.
    package static let transform = Self(rawValue: "sig.transform")
    /// A canonicalization that is not allowed.
    package static let canonicalization = Self(rawValue: "sig.c14n_alg")
    /// A digest that is not allowed.
    package static let digestAlgorithm = Self(rawValue: "sig.digest_alg")
    /// A signature algorithm that is not allowed.
    package static let signatureAlgorithm = Self(rawValue: "sig.sig_alg")
    /// SHA-1, which is refused.
    package static let sha1 = Self(rawValue: "sig.sha1")
    /// A digest or signature value with a comment in it.
    package static let digestComment = Self(rawValue: "sig.digest_comment")
    /// A digest or signature value that is not base64.
    package static let signatureBase64 = Self(rawValue: "sig.base64")
    /// The content is not what was signed.
    package static let digestMismatch = Self(rawValue: "sig.digest_mismatch")
    /// None of the provider's keys made the signature.
    package static let signatureInvalid = Self(rawValue: "sig.value_invalid")
    /// No key of the provider is of the algorithm's kind.
    package static let keyType = Self(rawValue: "sig.key_type")
    /// The provider's keys of the algorithm's kind are too weak.
    package static let keyWeak = Self(rawValue: "sig.weak_key")
    /// The provider's certificate is not valid at this time.
    package static let certificateExpired = Self(rawValue: "key.cert_expired")
    /// The provider has no key.
    package static let keyMissing = Self(rawValue: "key.missing")
    /// The second verifier does not agree.
    package static let disagreement = Self(rawValue: "sig.cross_check")
    /// The second verifier does not have the algorithm.
    package static let noSecondOpinion = Self(rawValue: "sig.no_second_opinion")

    // MARK: Encryption

    /// Cipher block chaining, which is refused.
    package static let encryptionCBC = Self(rawValue: "enc.cbc")
    /// RSA with PKCS #1 v1.5 padding, which is refused.
    package static let encryptionRSA15 = Self(rawValue: "enc.rsa15")
    /// An algorithm or form of encryption that is not supported.
    package static let encryptionForm = Self(rawValue: "enc.form")
    /// There is nothing to decrypt with.
    package static let encryptionKey = Self(rawValue: "enc.no_key")
    /// The content could not be decrypted; deliberately without saying why.
    package static let encryptionFailed = Self(rawValue: "enc.failed")
    /// What was decrypted is not one element of the expected name.
    package static let encryptionPlaintext = Self(rawValue: "enc.plaintext")

    // MARK: Claims

    /// There is no issuer.
    package static let samlIssuerMissing = Self(rawValue: "issuer.missing")
    /// The issuer is empty or has white space around it.
    package static let samlIssuerMalformed = Self(rawValue: "issuer.malformed")
    /// The issuer has another format than an entity's.
    package static let samlIssuerFormat = Self(rawValue: "issuer.format")
    /// The issuer is not a provider that the tenant trusts, or issuers contradict each other.
    package static let samlIssuerMismatch = Self(rawValue: "issuer.mismatch")
    /// A signed response has no destination.
    package static let destinationMissing = Self(rawValue: "destination.missing")
    /// The destination is empty.
    package static let destinationEmpty = Self(rawValue: "destination.empty")
    /// The destination is somebody else.
    package static let destinationMismatch = Self(rawValue: "destination.mismatch")
    /// The response is the answer to another request, or to none.
    package static let inResponseTo = Self(rawValue: "in_response_to.response")
    /// There is no subject.
    package static let subjectMissing = Self(rawValue: "subject.missing")
    /// The subject has no name id.
    package static let subjectUnnamed = Self(rawValue: "subject.no_nameid")
    /// The name id is empty.
    package static let subjectEmpty = Self(rawValue: "subject.empty_nameid")
    /// The name id has elements in it.
    package static let subjectNested = Self(rawValue: "subject.nested")
    /// The name id has characters that cannot be seen.
    package static let subjectInvisible = Self(rawValue: "subject.control_chars")
    /// The name id belongs to another service.
    package static let subjectQualifier = Self(rawValue: "subject.spnamequalifier")
    /// The scope of a scoped identifier is not the provider's.
    package static let subjectScope = Self(rawValue: "subject.scope")
    /// No confirmation of the subject holds.
    package static let subjectConfirmation = Self(rawValue: "subject.confirmation")
    /// There are no conditions.
    package static let conditionsMissing = Self(rawValue: "conditions.missing")
    /// There is a condition that is not known.
    package static let conditionUnknown = Self(rawValue: "conditions.unknown")
    /// A condition is there twice.
    package static let conditionRepeated = Self(rawValue: "conditions.repeated")
    /// There is no audience.
    package static let samlAudienceMissing = Self(rawValue: "audience.missing")
    /// The audience is somebody else.
    package static let samlAudienceMismatch = Self(rawValue: "audience.mismatch")
    /// A time has another form, or no zone.
    package static let timeForm = Self(rawValue: "time.format")
    /// The assertion is not valid yet.
    package static let timeNotBefore = Self(rawValue: "time.not_before")
    /// The assertion is not valid any more.
    package static let timeNotOnOrAfter = Self(rawValue: "time.not_on_or_after")
    /// The validity ends before it begins.
    package static let timeInverted = Self(rawValue: "time.inverted")
    /// The message was issued in the future.
    package static let timeIssueInstant = Self(rawValue: "time.issue_instant_future")
    /// The message was issued too long ago.
    package static let timeAge = Self(rawValue: "time.too_old")
    /// The sign-in is in the future.
    package static let timeAuthenticationInstant = Self(rawValue: "time.authn_instant_future")
    /// The sign-in is too long ago.
    package static let timeAuthenticationAge = Self(rawValue: "time.authn_too_old")
    /// The session has ended.
    package static let timeSession = Self(rawValue: "time.session_expired")
    /// Nothing says that the subject signed in.
    package static let authenticationMissing = Self(rawValue: "authn.missing")
    /// The class of the sign-in is not one that the tenant demands.
    package static let authenticationContext = Self(rawValue: "authn.context")
    /// An attribute is there twice.
    package static let attributeDuplicate = Self(rawValue: "attr.duplicate")
    /// An attribute has no name.
    package static let attributeName = Self(rawValue: "attr.name")
    /// An attribute's value has elements in it.
    package static let attributeNested = Self(rawValue: "attr.nested")

    // MARK: Replay

    /// The assertion was used before.
    package static let replayed = Self(rawValue: "replay.seen")
    /// The assertion was issued before this process could remember its use.
    package static let replayUnknown = Self(rawValue: "replay.before_start")
    /// There is no room to remember the use.
    package static let replayMemoryFull = Self(rawValue: "replay.memory")
}
