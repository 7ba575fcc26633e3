package import CedarModel
package import CedarSyntax
import Synchronization

/// Somebody whose credential was verified, in the terms of the tenant.
///
/// Everything in it was vouched for by an issuer that the tenant trusts; nothing of it comes from the caller.
package final class VerifiedSubject: Sendable {
    /// The tenant for which the credential was verified.
    package let tenant: CedarString

    /// Who vouches for the subject.
    package let issuer: CedarString

    /// What the issuer calls the subject.
    package let subject: CedarString

    /// The principal's type, in the words of requests.
    package let principalType: String

    /// The principal's id.
    package let principalID: CedarString

    /// The principal's attributes.
    ///
    /// Those that the issuer knows and did not send are unreadable, so that policies that need them fail closed.
    package let attributes: Record

    /// The names of the principal's roles in the tenant's model.
    package let roles: MappedNames

    /// The principal's groups.
    package let groups: MappedNames

    /// The entity type of the groups, in the words of requests; `nil` when groups only serve to give roles.
    package let groupType: String?

    /// When the subject signed in.
    package let authenticationTime: Datetime?

    /// How the subject signed in: `amr` (RFC 8176).
    package let methods: [CedarString]

    /// The class of the sign-in: `acr`.
    package let authenticationClass: CedarString?

    /// Whether a second factor was used.
    package let hasSecondFactor: Bool

    /// The id of the token: `jti`.
    package let tokenID: CedarString?

    /// When the token was issued.
    package let issuedAt: Datetime?

    /// When the token expires, without the tolerance for clocks.
    package let expiry: Datetime

    /// The key that the token is bound to.
    package let confirmation: ConfirmationKey?

    /// The client that the token was given to.
    package let client: CedarString?

    /// Who acts for the subject, the current actor first (RFC 8693 section 4.1).
    package let actors: [Actor]

    /// What policies may read about the sign-in and the token, as `context.credential`.
    ///
    /// `groups_known` and `roles_known` are false when the issuer did not send all of them: a prohibition for members
    /// of a group must not take silence for absence.
    package var contextValue: Record {
        if let known = madeContext.load() { return known.record }
        return madeContext.storeIfNil(MadeContext(makeContext())).record
    }

    /// The context, made when a decision first needs it: verification alone does not.
    private let madeContext = AtomicLazyReference<MadeContext>()

    private final class MadeContext: Sendable {
        let record: Record

        init(_ record: Record) { self.record = record }
    }

    /// Makes a subject.
    package init(
        tenant: CedarString, issuer: CedarString, subject: CedarString, mapped: MappedClaims, sign: SignIn,
        token: TokenFacts
    ) {
        self.tenant = tenant
        self.issuer = issuer
        self.subject = subject
        principalType = mapped.principalType
        principalID = mapped.principalID
        attributes = mapped.attributes
        roles = mapped.roles
        groups = mapped.groups
        groupType = mapped.groupType
        authenticationTime = sign.time
        methods = sign.methods
        authenticationClass = sign.authenticationClass
        hasSecondFactor = sign.hasSecondFactor
        tokenID = token.id
        issuedAt = token.issuedAt
        expiry = token.expiry
        confirmation = token.confirmation
        client = token.client
        actors = token.actors
    }

    /// The sign-in that a credential tells of.
    package struct SignIn: Sendable {
        /// When.
        package var time: Datetime?
        /// How.
        package var methods: [CedarString] = []
        /// Its class.
        package var authenticationClass: CedarString?
        /// Whether a second factor was used.
        package var hasSecondFactor = false

        /// Nothing is known.
        package init() {}
    }

    /// What is known of the credential itself.
    package struct TokenFacts: Sendable {
        /// Its id.
        package var id: CedarString?
        /// When it was issued.
        package var issuedAt: Datetime?
        /// When it expires.
        package var expiry: Datetime
        /// The key that it is bound to.
        package var confirmation: ConfirmationKey?
        /// The client that it was given to.
        package var client: CedarString?
        /// The chain of actors.
        package var actors: [Actor] = []

        /// Nothing but the expiry is known.
        package init(expiry: Datetime) { self.expiry = expiry }
    }

    /// Somebody who acts for the subject.
    package struct Actor: Hashable, Sendable {
        /// Who vouches for the actor; the token's issuer where the chain does not say.
        package let issuer: CedarString?
        /// What that issuer calls the actor.
        package let subject: CedarString

        /// Makes an actor.
        package init(issuer: CedarString?, subject: CedarString) {
            self.issuer = issuer
            self.subject = subject
        }
    }

    private func makeContext() -> Record {
        var fields: [Record.Field] = []
        func add(_ key: CedarString, _ value: Value?) {
            if let value { fields.append(Record.Field(key: key, value: value)) }
        }
        if let actor = actors.first { add("actor", .record(Self.record(of: actor, by: issuer))) }
        add("authentication_class", authenticationClass.map { .string($0) })
        add("authentication_time", authenticationTime.map { .datetime($0) })
        add("client", client.map { .string($0) })
        add("expires", .datetime(expiry))
        add("groups_known", .bool(groups.isKnown))
        add("is_delegated", .bool(!actors.isEmpty))
        add("is_key_bound", .bool(confirmation != nil))
        add("issued_at", issuedAt.map { .datetime($0) })
        add("issuer", .string(issuer))
        add("methods", .set(ValueSet(methods.map { Value.string($0) })))
        add("roles_known", .bool(roles.isKnown))
        add("second_factor", .bool(hasSecondFactor))
        add("subject", .string(subject))
        return Record(fields)
    }

    private static func record(of actor: Actor, by issuer: CedarString) -> Record {
        ["issuer": .string(actor.issuer ?? issuer), "subject": .string(actor.subject)]
    }
}

/// The key that a token is bound to, as its SHA-256 thumbprint.
package enum ConfirmationKey: Hashable, Sendable {
    /// A client certificate (RFC 8705 section 3.1).
    case certificate([UInt8])
    /// A DPoP key (RFC 9449 section 6.1).
    case proofKey([UInt8])
    /// Both.
    case both(certificate: [UInt8], proofKey: [UInt8])
}

/// Names that a mapping gave: roles or groups.
package enum MappedNames: Hashable, Sendable {
    /// All of them.
    case known([CedarString])
    /// The issuer did not send all of them.
    case unknown(reason: String)

    /// Whether all names are known.
    package var isKnown: Bool {
        if case .known = self { true } else { false }
    }

    /// The names that are known; none when not all are.
    package var names: [CedarString] {
        if case .known(let names) = self { names } else { [] }
    }
}

/// What a mapping makes of the claims of a token.
package struct MappedClaims: Sendable {
    /// The principal's type, in the words of requests.
    package var principalType: String
    /// The principal's id.
    package var principalID: CedarString
    /// The principal's attributes.
    package var attributes: Record
    /// The names of its roles.
    package var roles: MappedNames
    /// The names of its groups.
    package var groups: MappedNames
    /// The entity type of the groups.
    package var groupType: String?

    /// Joins what a mapping made.
    package init(
        principalType: String, principalID: CedarString, attributes: Record, roles: MappedNames, groups: MappedNames,
        groupType: String?
    ) {
        self.principalType = principalType
        self.principalID = principalID
        self.attributes = attributes
        self.roles = roles
        self.groups = groups
        self.groupType = groupType
    }
}
