import CedarModel
import CedarSyntax
import Foundation
import Identity
import OpenIDConnect
import SAML
import StrictJSON

/// Runs the published SAML messages: foreign fixtures under a strict and a tolerant policy, and minted messages.
///
/// The folder has sets with a `manifest.json` each; what is not there is left out. Verdicts and name ids count; codes
/// of refusals are compared with the expected ones and reported, as a message can deserve several.
package enum SAMLVectors {
    /// Runs every set of a folder.
    /// - Throws: ``CorpusError`` when there is nothing to run.
    package static func run(folder path: String) throws -> ConformanceReport {
        let given = URL(fileURLWithPath: path, isDirectory: true)
        let places = [given, given.appendingPathComponent("saml", isDirectory: true)]
        var report = ConformanceReport()
        for place in places {
            let policies = SAMLVectorPolicies(place.appendingPathComponent("policies.json"))
            for name in ["", "public", "minted"] {
                let folder = name.isEmpty ? place : place.appendingPathComponent(name, isDirectory: true)
                let manifest = folder.appendingPathComponent("manifest.json")
                guard FileManager.default.fileExists(atPath: manifest.path) else { continue }
                let root = try JWTVectors.document(manifest)
                if let vectors = root["vectors"] {
                    for variant in ["strict", "legacy"] {
                        let set = SAMLVectorSet(name: "public/\(variant)", folder: folder, policies: policies)
                        report.add(set, vectors.elements.map { set.fixture($0, variant: variant) })
                    }
                } else if let cases = root["cases"] {
                    let set = SAMLVectorSet(name: "minted", folder: folder, policies: policies)
                    report.add(set, set.minted(Array(cases.elements)))
                }
            }
            if report.checked > 0 { break }
        }
        guard report.checked > 0 else { throw CorpusError("`\(path)` has no SAML vectors") }
        return report
    }
}

extension ConformanceReport {
    /// Adds the results of a set with its counts.
    fileprivate mutating func add(_ set: SAMLVectorSet, _ outcomes: [SAMLVectorSet.Outcome]) {
        let results = outcomes.map(\.result)
        self.results += results
        mismatches += results.filter { !$0.isMatch }
        let accepts = results.filter { $0.expected == "accept" }
        let refusals = results.filter { $0.expected == "reject" }
        let codes = outcomes.filter {
            $0.result.actual == "reject" && $0.result.expected == "reject" && !$0.codes.isEmpty
        }
        let known = codes.filter(\.hasExpectedCode).count
        lines.append(
            "\(set.name): \(results.count) cases; \(accepts.count) to accept, "
                + "\(accepts.filter { $0.actual != "accept" }.count) refused; \(refusals.count) to refuse, "
                + "\(refusals.filter { $0.actual != "reject" }.count) accepted; "
                + "\(known) of \(codes.count) refusals with an expected code")
        for outcome in codes where !outcome.hasExpectedCode {
            var remark = outcome.result
            remark.difference = "refused with \(remark.code), expected \(outcome.codes.joined(separator: " or "))"
            remarks.append(remark)
        }
    }
}

/// The policies that the sets were judged with.
struct SAMLVectorPolicies {
    private let root: JSONNode?

    init(_ file: URL) {
        root = FileManager.default.fileExists(atPath: file.path) ? try? JWTVectors.document(file) : nil
    }

    /// The policy of a name.
    func policy(_ variant: String) -> ProviderPolicy {
        var policy = ProviderPolicy.strict
        for name in ["defaults_strict", variant == "strict" ? "" : variant] {
            for member in root?[name]?.members.map({ $0 }) ?? [] { Self.set(member.key, member.value, in: &policy) }
        }
        if root == nil, variant == "legacy" {
            for name in [
                "allow_sha1", "allow_cbc", "allow_rsa15", "tolerate_element_order", "tolerate_missing_destination",
            ] { Self.set(name, to: true, in: &policy) }
            policy.minimumRSABits = 512
        }
        return policy
    }

    /// What a case that depends on the policy comes to by default, and with which flag to what.
    func choice(_ id: String) -> (verdict: String, flag: (name: String, value: Bool, verdict: String)?)? {
        guard let choice = root?["policy_cases"]?[id], let verdict = Self.verdict(choice["default"]) else { return nil }
        guard let flag = choice["flag"]?.string, let other = Self.verdict(choice["with_flag"]) else {
            return (verdict, nil)
        }
        let parts = flag.split(separator: "=").map(String.init)
        return (verdict, (parts[0], parts.count < 2 || parts[1] == "true", other))
    }

    private static func verdict(_ node: JSONNode?) -> String? {
        guard let text = node?.string else { return nil }
        return text.hasPrefix("accept") ? "accept" : text.hasPrefix("reject") ? "reject" : nil
    }

    private static func set(_ name: String, _ value: JSONNode, in policy: inout ProviderPolicy) {
        if let bool = value.bool { set(name, to: bool, in: &policy) }
        guard let number = value.integer.map({ Int($0) }) else { return }
        switch name {
        case "skew_seconds": policy.clockSkew = Int64(number)
        case "max_bytes": policy.limits.maximumBytes = number
        case "max_depth": policy.limits.maximumDepth = number
        case "max_elements": policy.limits.maximumElements = number
        case "max_attributes_per_element": policy.limits.maximumAttributes = number
        case "min_rsa_bits": policy.minimumRSABits = number
        default: break
        }
    }

    /// Sets a flag by its name in the policies.
    static func set(_ name: String, to value: Bool, in policy: inout ProviderPolicy) {
        switch name {
        case "allow_sha1": policy.sha1Until = value ? .max : nil
        case "allow_cbc": policy.allowsCBC = value
        case "allow_rsa15": policy.allowsRSA15 = value
        case "allow_inclusive_c14n": policy.allowsInclusiveCanonicalization = value
        case "allow_empty_reference_uri": policy.allowsEmptyReference = value
        case "tolerate_element_order": policy.toleratesElementOrder = value
        case "tolerate_missing_destination": policy.toleratesMissingDestination = value
        case "ignore_bearer_notbefore": policy.ignoresBearerNotBefore = value
        case "merge_duplicate_attributes": policy.mergesDuplicateAttributes = value
        case "check_cert_validity": policy.checksCertificates = value
        case "cross_check": policy.crossChecks = value
        default: break
        }
    }
}
