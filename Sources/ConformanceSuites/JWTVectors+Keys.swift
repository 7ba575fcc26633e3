import JOSE
import StrictJSON

extension JWTVectors {
    /// Keys and key sets: which are used and which are left out.
    static func keys(_ file: VectorFile) throws -> [CaseResult] {
        if let groups = file.root["testGroups"] { return keyGroups(file, Array(groups.elements)) }
        if let kind = file.root["kty"] {
            // The examples of RFC 7520: public keys count, secret and private ones are refused.
            let isSecret = kind.stringEquals("oct") || file.root["d"] != nil
            return [importResult(file, id: "key", file.root, expect: isSecret ? .refuse : .accept)]
        }
        let single = file.root["keys"]?.elements.map { test in
            importResult(file, id: text(test["id"]), test["jwk"], expect: Expectation(word: text(test["expect"])))
        }
        let sets = file.root["sets"]?.elements.map { setResult(file, $0) }
        return (single ?? []) + (sets ?? [])
    }

    private static func importResult(
        _ file: VectorFile, id: String, _ key: JSONNode?, expect: Expectation
    ) -> CaseResult {
        // A key is imported as part of a set, beside which others must stay usable.
        let text = "{\"keys\":[" + String(decoding: key?.rawBytes ?? [], as: UTF8.self) + "]}"
        var outcome: String?
        do {
            let set = try JSONWebKeySet(parsing: Array(text.utf8))
            if set.keys.isEmpty { outcome = set.refusals.first?.reason.code.rawValue ?? "key.none" }
        } catch {
            outcome = "keys.unreadable"
        }
        return result(set: file.name, id: id, words: ("use", "skip"), expect: expect, outcome: outcome)
    }

    /// Sets state in words what they want: that they are refused, or how many keys count.
    private static func setResult(_ file: VectorFile, _ test: JSONNode) -> CaseResult {
        let count = test["count"]?.integer.map { Int($0) }
        let keys =
            count.map { count in
                let key = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
                return "[" + [String](repeating: key, count: count).joined(separator: ",") + "]"
            } ?? String(decoding: test["keys"]?.rawBytes ?? [], as: UTF8.self)
        let expect: Expectation = text(test["expect"]).hasPrefix("reject set") ? .refuse : .accept
        var outcome: String?
        do {
            let set = try JSONWebKeySet(parsing: Array("{\"keys\":\(keys)}".utf8))
            // Keys that share an id all stay: none silently takes the place of another.
            if set.keys.count + set.refusals.count != test["keys"]?.count ?? count ?? 0 { outcome = "keys.lost" }
        } catch {
            outcome = "keys.unreadable"
        }
        return result(set: file.name, id: text(test["id"]), words: ("use", "skip"), expect: expect, outcome: outcome)
    }

    /// Groups of a key set with tokens: invalid ones have a key or a token that must not count.
    private static func keyGroups(_ file: VectorFile, _ groups: [JSONNode]) -> [CaseResult] {
        groups.flatMap { group in
            let keys = group["public"] ?? group["private"]
            return (group["tests"]?.elements.map { $0 } ?? []).map { test in
                signatureResult(file, test, keys: keys)
            }
        }
    }

    /// Thumbprints of RFC 7638.
    static func thumbprints(_ file: VectorFile) throws -> [CaseResult] {
        file.root.members.compactMap { member in
            guard let jwk = member.value["jwk"], let wanted = member.value["thumbprint"] else { return nil }
            let outcome: String?
            do throws(KeyRefusal) {
                let key = try VerificationKey(importing: jwk)
                outcome = wanted.stringEquals(Base64URL.encode(key.thumbprint)) ? nil : "thumbprint.different"
            } catch {
                outcome = error.code.rawValue
            }
            return result(set: file.name, id: member.key, expect: .accept, outcome: outcome)
        }
    }
}
