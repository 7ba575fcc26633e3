import CedarModel
import CedarSyntax
import Foundation
import Identity
import OpenIDConnect
import SAML
import StrictJSON

/// A set of SAML messages with their keys.
struct SAMLVectorSet {
    let name: String
    let folder: URL
    let policies: SAMLVectorPolicies

    /// What a message came to, beside the codes that would have been right.
    struct Outcome {
        var result: CaseResult
        var codes: [String] = []

        /// Whether the code is among the expected ones: the same, or one below it.
        var hasExpectedCode: Bool {
            codes.contains { code in
                if code == "sig.value_invalid_or_weak_key" {
                    return ["sig.value_invalid", "sig.weak_key"].contains(result.code)
                }
                return result.code == code || result.code.hasPrefix(code + ".")
                    || code.split(separator: ".").count == 1 && result.code.hasPrefix(code)
            }
        }
    }

    /// What is known of a message.
    private struct Question {
        var file = ""
        var binding = MessageBinding.response
        var certificates: [String] = []
        var decryptionKeys: [String] = []
        var provider = ""
        var audience: String?
        var recipient: String?
        var destination: String?
        var requestID: String?
        var now: Int64 = 0
        var policy = ProviderPolicy.strict
        var seen: [String] = []
    }

    // MARK: Fixtures

    /// A foreign fixture under one of its policies.
    func fixture(_ vector: JSONNode, variant: String) -> Outcome {
        let parameters = vector["params"]
        var question = self.question(parameters)
        question.file = vector["file"]?.string ?? ""
        question.binding = vector["root"]?.stringEquals("Assertion") == true ? .assertion : .response
        question.certificates = [vector["idp_cert"]?.string].compactMap { $0 }
        question.decryptionKeys = texts(vector["sp_keys"])
        question.policy = policies.policy(variant)
        // The set was judged with this size, and with attributes merged where a fixture does not forbid it.
        question.policy.limits.maximumBytes = 1 << 20
        question.policy.clockSkew = parameters?["skew"]?.integer ?? question.policy.clockSkew
        question.policy.mergesDuplicateAttributes = parameters?["forbid_dup_attrs"]?.bool != true
        question.policy.checksCertificates = parameters?["check_cert_validity"]?.bool ?? false
        question.policy.checksNameQualifier = parameters?["check_spnq"]?.bool ?? false
        question.policy.requiresAudience = parameters?["require_audience"]?.bool ?? true
        let expectation = vector["expect"]?[variant]
        let expected = expectation?["verdict"]?.string ?? "reject"
        var outcome = judge(
            question, id: vector["id"]?.string ?? "", expected: expected, nameID: vector["nameid"]?.string,
            forbidden: nil, LocalAssertionReplays(since: Datetime(milliseconds: .min)))
        outcome.codes = texts(expectation?["reasons"])
        return outcome
    }

    // MARK: Minted messages

    /// Minted messages, those that depend on the policy under each of their policies.
    func minted(_ cases: [JSONNode]) -> [Outcome] {
        var groups: [String: LocalAssertionReplays] = [:]
        return cases.flatMap { test -> [Outcome] in
            let id = test["id"]?.string ?? ""
            var question = self.question(test)
            question.file = test["file"]?.string ?? ""
            question.binding = test["bare"]?.bool == true ? .assertion : .response
            question.certificates = texts(test["idp_certs"])
            question.decryptionKeys = texts(test["sp_keys"])
            question.policy = policies.policy("strict")
            question.policy.clockSkew = test["skew"]?.integer ?? question.policy.clockSkew
            var replays = LocalAssertionReplays(since: Datetime(milliseconds: .min))
            if let group = test["replay_group"].map({ text($0) }), !group.isEmpty {
                replays = groups[group] ?? replays
                groups[group] = replays
            }
            // Ids that were seen before, or the word that this message itself was.
            question.seen = texts(test["pre_seen"])
            let isSeen = test["pre_seen"]?.bool == true
            let stated = test["expect"]?.string ?? "reject"
            let choice = stated == "policy" ? policies.choice(id) : nil
            func judged(_ question: Question, id: String, expected: String) -> Outcome {
                if isSeen {
                    _ = judge(question, id: id, expected: expected, nameID: nil, forbidden: nil, replays)
                }
                var outcome = judge(
                    question, id: id, expected: expected, nameID: test["nameid"]?.string,
                    forbidden: test["attack_nameid"]?.string, replays)
                outcome.codes = [test["code"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
                return outcome
            }
            var outcomes = [judged(question, id: id, expected: stated == "policy" ? choice?.verdict ?? stated : stated)]
            if let flag = choice?.flag {
                var other = question
                SAMLVectorPolicies.set(flag.name, to: flag.value, in: &other.policy)
                outcomes.append(judged(other, id: "\(id) with \(flag.name)=\(flag.value)", expected: flag.verdict))
            }
            return outcomes
        }
    }

    // MARK: Judging

    private func question(_ node: JSONNode?) -> Question {
        var question = Question()
        question.provider = node?["idp_entity"]?.string ?? ""
        question.audience = node?["sp_entity"]?.string
        question.recipient = node?["acs"]?.string
        question.destination = node?["destination"]?.string
        question.requestID = node?["in_response_to"]?.string
        question.now = node?["now"]?.string.flatMap { SAMLInstant.parse(CedarString($0)) } ?? 0
        return question
    }

    private func judge(
        _ question: Question, id: String, expected: String, nameID: String?, forbidden: String?,
        _ replays: LocalAssertionReplays
    ) -> Outcome {
        guard let message = bytes(question.file) else {
            return Outcome(result: CaseResult(set: name, id: id, unusable: "`\(question.file)` cannot be read"))
        }
        let keys = question.certificates.flatMap { bytes($0).flatMap { CertificateText.read($0) } ?? [] }
            .compactMap { PublicKey(certificate: $0) }
        var service = ServiceIdentity(
            audiences: [question.audience].compactMap { $0.map { CedarString($0) } },
            recipients: [question.recipient].compactMap { $0.map { CedarString($0) } },
            keys: question.decryptionKeys.compactMap { bytes($0).flatMap { DecryptionKey(pem: $0) } })
        service.destinations = question.destination.map { [CedarString($0)] }
        let provider = IdentityProvider(
            entityID: CedarString(question.provider), keys: keys, policy: question.policy)
        let trust = SAMLTrust(tenant: "vectors", service: service, providers: [provider], assertionReplay: .refuse)
        var expectations = PresentedCredentials.SAMLExpectations()
        expectations.requestID = question.requestID.map { CedarString($0) }
        let now = Datetime(milliseconds: question.now)
        for id in question.seen {
            let name = Array(question.provider.utf8) + [0] + Array(id.utf8)
            _ = replays.use(name, until: .max, now: question.now)
        }
        let verifier = SAMLVerifier(replays: replays, cache: nil)
        do throws(VerificationFailure) {
            let judged = try verifier.judge(message, question.binding, for: trust, expecting: expectations, at: now)
            try verifier.noteUse(judged, trust, now)
            return accepted(judged.facts, id, expected, nameID, forbidden)
        } catch {
            return refused(error, id, expected)
        }
    }

    private func accepted(
        _ facts: AssertionFacts, _ id: String, _ expected: String, _ nameID: String?, _ forbidden: String?
    ) -> Outcome {
        let found = facts.nameID?.value
        var difference = expected == "reject" ? "accepted" : ""
        if let nameID, found != CedarString(nameID) { difference = "accepted with another name id" }
        if let forbidden, found == CedarString(forbidden) { difference = "accepted with the name id of the attack" }
        let result = CaseResult(
            set: name, id: id, expected: expected, actual: "accept", code: "",
            values: CaseResult.Values(
                decision: "accept", policies: [], errors: [], subject: Self.subject(facts)),
            isMatch: difference.isEmpty, difference: difference)
        return Outcome(result: result)
    }

    private func refused(_ failure: VerificationFailure, _ id: String, _ expected: String) -> Outcome {
        let isMatch = expected != "accept"
        return Outcome(
            result: CaseResult(
                set: name, id: id, expected: expected, actual: "reject", code: failure.code.rawValue,
                values: CaseResult.Values(decision: "reject", policies: [], errors: []), isMatch: isMatch,
                difference: isMatch ? "" : "refused: \(failure)"))
    }

    private static func subject(_ facts: AssertionFacts) -> CaseResult.Subject {
        var names: Set<CedarString> = []
        let attributes = facts.attributes.map { attribute in
            let isFirst = names.insert(attribute.name).inserted
            let name = isFirst ? attribute.name.text : "{\(attribute.format?.text ?? "")}\(attribute.name.text)"
            return (name: name, values: attribute.values.compactMap { $0?.text })
        }
        return CaseResult.Subject(nameID: facts.nameID?.value.text ?? "", attributes: attributes)
    }

    // MARK: Files

    private func bytes(_ file: String) -> [UInt8]? {
        guard !file.isEmpty, let data = try? Data(contentsOf: folder.appendingPathComponent(file)) else { return nil }
        return [UInt8](data)
    }

    private func text(_ node: JSONNode) -> String { node.string ?? node.integer.map { String($0) } ?? "" }

    private func texts(_ node: JSONNode?) -> [String] {
        if let text = node?.string { return [text] }
        return node?.elements.compactMap { $0.string } ?? []
    }
}
