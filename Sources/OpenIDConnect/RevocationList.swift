package import CedarModel
package import CedarSyntax
package import Identity
import Synchronization

/// The tokens and subjects that are revoked: by issuer and token id, or by issuer, subject and time of issue.
///
/// A token is never revoked by its bytes: an ECDSA signature has a second spelling that verifies as well.
package final class RevocationList: Sendable {
    /// Everything that is revoked.
    package struct Content: Sendable {
        /// When the entry of a revoked token can be forgotten, by issuer and token id.
        package var tokens: [TokenName: Datetime] = [:]

        /// Until when tokens were issued that are revoked, by issuer and subject.
        package var subjects: [SubjectName: Datetime] = [:]

        /// Nothing.
        package init() {}
    }

    /// A token, by its issuer and id.
    package struct TokenName: Hashable, Sendable {
        /// The issuer.
        package let issuer: CedarString
        /// The `jti`.
        package let id: CedarString

        /// Names a token.
        package init(issuer: CedarString, id: CedarString) {
            self.issuer = issuer
            self.id = id
        }
    }

    /// A subject, by its issuer and name there.
    package struct SubjectName: Hashable, Sendable {
        /// The issuer.
        package let issuer: CedarString
        /// The `sub`.
        package let subject: CedarString

        /// Names a subject.
        package init(issuer: CedarString, subject: CedarString) {
            self.issuer = issuer
            self.subject = subject
        }
    }

    /// Why something cannot be added.
    package struct Full: Error, Sendable {
        /// How many entries there can be.
        package let capacity: Int
    }

    private let content: Mutex<Content>
    private let isEmpty: Atomic<Bool>
    private let capacity: Int

    /// Starts with what is known.
    package init(_ content: Content = Content(), capacity: Int = 1_000_000) {
        isEmpty = Atomic(content.tokens.isEmpty && content.subjects.isEmpty)
        self.content = Mutex(content)
        self.capacity = capacity
    }

    /// What is revoked now, to be written down.
    package var current: Content { content.withLock { $0 } }

    /// Adds an entry.
    /// - Throws: ``Full``; nothing is dropped to make room.
    package func revoke(_ entry: Entry) throws(Full) {
        try add { $0.add(entry) }
    }

    /// How many tokens and subjects are revoked.
    package var counts: (tokens: Int, subjects: Int) {
        content.withLock { ($0.tokens.count, $0.subjects.count) }
    }

    /// Revokes a token.
    ///
    /// - Parameter expiry: when the token expires; the entry is forgotten a day later.
    /// - Throws: ``Full``; nothing is dropped to make room.
    package func revoke(_ token: TokenName, expiry: Datetime) throws(Full) {
        try add { $0.tokens[token] = Datetime(milliseconds: expiry.milliseconds &+ 86_400_000) }
    }

    /// Revokes all tokens of a subject that were issued until a time.
    /// - Throws: ``Full``; nothing is dropped to make room.
    package func revoke(_ subject: SubjectName, issuedUntil time: Datetime) throws(Full) {
        try add { content in
            content.subjects[subject] = max(content.subjects[subject] ?? time, time)
        }
    }

    private func add(_ change: (inout Content) -> Void) throws(Full) {
        let isFull = content.withLock { content in
            if content.tokens.count + content.subjects.count >= capacity { return true }
            change(&content)
            return false
        }
        if isFull { throw Full(capacity: capacity) }
        isEmpty.store(false, ordering: .releasing)
    }

    /// Forgets tokens that have expired for a day, and subjects whose last revoked token must have expired.
    package func prune(at now: Datetime, longestLifetime: Int64 = 31_708_800_000) {
        content.withLock { content in
            content.tokens = content.tokens.filter { $0.value >= now }
            content.subjects = content.subjects.filter { $0.value.milliseconds &+ longestLifetime >= now.milliseconds }
        }
    }

    /// Refuses a subject that is revoked.
    ///
    /// A token that does not say when it was issued counts as issued before every revocation of its subject.
    package func check(_ subject: VerifiedSubject) throws(VerificationFailure) {
        if isEmpty.load(ordering: .acquiring) { return }
        let failure = content.withLock { content -> VerificationFailure? in
            if let id = subject.tokenID, content.tokens[TokenName(issuer: subject.issuer, id: id)] != nil {
                return VerificationFailure(.revokedToken, "the token was revoked by its id")
            }
            let name = SubjectName(issuer: subject.issuer, subject: subject.subject)
            if let until = content.subjects[name], subject.issuedAt.map({ $0 <= until }) ?? true {
                return VerificationFailure(.revokedSubject, "the subject's tokens of that time were revoked")
            }
            return nil
        }
        if let failure { throw failure }
    }
}
