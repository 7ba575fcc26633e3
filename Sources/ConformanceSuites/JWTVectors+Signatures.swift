import Crypto
import CryptoExtras
import Foundation
import JOSE
import StrictJSON

extension JWTVectors {
    // MARK: - Tokens with their key

    /// Signed messages with their key, without claims.
    static func signatures(_ file: VectorFile) throws -> [CaseResult] {
        let root = file.root
        if let groups = root["testGroups"] {
            return groups.elements.flatMap { group in
                (group["tests"]?.elements.map { $0 } ?? []).map { test in
                    signatureResult(file, test, keys: group["public"] ?? group["private"])
                }
            }
        }
        if root["kty"] != nil {
            return [exampleResult(file, id: "key", token: nil, key: publicPart(root), isKeyOnly: true)]
        }
        if let tests = root["tests"] { return tests.elements.enumerated().flatMap { examples(file, $1, number: $0) } }
        return cookbook(file)
    }

    /// A test of a group with a result: what a strict verifier decides otherwise is a rule about key and header.
    static func signatureResult(_ file: VectorFile, _ test: JSONNode, keys: JSONNode?) -> CaseResult {
        let token = test["jws"]?.stringBytes.map { Array($0) } ?? test["jws"].map { Array($0.rawBytes) } ?? []
        var expect = Expectation(word: text(test["result"]))
        let nodes = keys?["keys"]?.elements.map { $0 } ?? [keys].compactMap { $0 }
        if expect == .accept, !nodes.contains(where: { isBound($0, to: token) }) { expect = .refuse }
        let set =
            "{\"keys\":[" + nodes.map { String(decoding: $0.rawBytes, as: UTF8.self) }.joined(separator: ",") + "]}"
        return result(
            set: file.name, id: text(test["tcId"]), words: ("valid", "invalid"), expect: expect,
            outcome: outcome(token, keys: set))
    }

    /// Whether a key may verify a token at all: not symmetric, and bound to no other algorithm than the header's.
    private static func isBound(_ key: JSONNode, to token: [UInt8]) -> Bool {
        if key["kty"]?.stringEquals("oct") == true { return false }
        guard let bound = key["alg"] else { return true }
        guard let name = headerAlgorithm(token) else { return false }
        return bound.stringEquals(name) && SignatureAlgorithm(name: name) != nil
    }

    private static func headerAlgorithm(_ token: [UInt8]) -> String? {
        guard let header = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).first,
            let bytes = Base64URL.decode(header),
            let document = try? JSONDocument(parsing: bytes, limits: .request)
        else { return nil }
        return document.root["alg"]?.string
    }

    private static func outcome(_ token: [UInt8], keys: String) -> String? {
        do {
            let set = try JSONWebKeySet(parsing: Array(keys.utf8))
            _ = try set.verify(try CompactJWS(parsing: token), allowing: .all)
            return nil
        } catch let error as JOSEError {
            return error.code.rawValue
        } catch {
            return "keys.unreadable"
        }
    }

    // MARK: - Examples

    /// An example with its key beside it; JSON serializations are refused.
    private static func examples(_ file: VectorFile, _ test: JSONNode, number: Int) -> [CaseResult] {
        let name = test["id"]?.string ?? "\(number + 1) \(text(test["name"]))"
        let key =
            test["jwk"].map { publicPart($0) } ?? test["public_key"]?.string.flatMap { keyFile($0, in: file.folder) }
        var results: [CaseResult] = []
        if let token = test["compact"] ?? test["token"] {
            results.append(exampleResult(file, id: name, token: token, key: key))
        }
        for form in ["general_json", "flattened_json"] {
            if let json = test[form] {
                results.append(exampleResult(file, id: "\(name) \(form)", token: json, key: key))
            }
        }
        return results
    }

    /// An example of the JOSE cookbook: one file, one message in up to three serializations.
    private static func cookbook(_ file: VectorFile) -> [CaseResult] {
        let keys = file.root["input"]?["key"]
        let list = keys?.kind == .array ? keys?.elements.map { $0 } ?? [] : [keys].compactMap { $0 }
        let key = list.map { publicPart($0) }.joined(separator: ",")
        return ["compact", "json", "json_flat"].compactMap { form in
            file.root["output"]?[form].map { exampleResult(file, id: form, token: $0, key: key) }
        }
    }

    /// Every example is valid unless its algorithm has no code, it is no compact serialization, or encrypted.
    private static func exampleResult(
        _ file: VectorFile, id: String, token: JSONNode?, key: String?, isKeyOnly: Bool = false
    ) -> CaseResult {
        let set = "{\"keys\":[\(key ?? "")]}"
        if isKeyOnly {
            let usable = (try? JSONWebKeySet(parsing: Array(set.utf8)))?.keys.count == 1
            return result(set: file.name, id: id, expect: .accept, outcome: usable ? nil : "key.refused")
        }
        let bytes = token?.stringBytes.map { Array($0) } ?? token.map { Array($0.rawBytes) } ?? []
        let algorithm = headerAlgorithm(bytes).flatMap { SignatureAlgorithm(name: $0) }
        let isCompact = token?.kind == .string
        return result(
            set: file.name, id: id, words: ("valid", "invalid"),
            expect: isCompact && algorithm != nil && key != nil ? .accept : .refuse,
            outcome: outcome(bytes, keys: set))
    }

    /// A JWK without the members that nobody should have published.
    private static func publicPart(_ key: JSONNode) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for member in key.members
        where !["d", "p", "q", "dp", "dq", "qi", "oth"].contains(where: { member.keyEquals($0) }) {
            writer.key(member.key)
            writer.raw(member.value.rawBytes)
        }
        writer.endObject()
        return writer.text
    }

    /// A public key that lies beside the vectors, as a JWK; `nil` for kinds that have no code.
    private static func keyFile(_ name: String, in folder: URL) -> String? {
        let url = folder.appendingPathComponent("keys").appendingPathComponent(name)
        guard let data = try? Data(contentsOf: url) else { return nil }
        if name.hasSuffix(".json") { return String(decoding: data, as: UTF8.self) }
        let pem = String(decoding: data, as: UTF8.self)
        func point(_ curve: String, _ point: Data, _ length: Int) -> String {
            let x = Base64URL.encode(Array(point.dropFirst().prefix(length)))
            let y = Base64URL.encode(Array(point.suffix(length)))
            return "{\"kty\":\"EC\",\"crv\":\"\(curve)\",\"x\":\"\(x)\",\"y\":\"\(y)\"}"
        }
        if let key = try? _RSA.Signing.PublicKey(pemRepresentation: pem), let numbers = try? key.getKeyPrimitives() {
            return "{\"kty\":\"RSA\",\"n\":\"\(Base64URL.encode(Array(numbers.modulus)))\","
                + "\"e\":\"\(Base64URL.encode(Array(numbers.publicExponent)))\"}"
        }
        if let key = try? P256.Signing.PublicKey(pemRepresentation: pem) {
            return point("P-256", key.x963Representation, 32)
        }
        if let key = try? P384.Signing.PublicKey(pemRepresentation: pem) {
            return point("P-384", key.x963Representation, 48)
        }
        if let key = try? P521.Signing.PublicKey(pemRepresentation: pem) {
            return point("P-521", key.x963Representation, 66)
        }
        return nil
    }

    // MARK: - Encrypted tokens

    /// Encrypted tokens, always refused; the signed ones among them are judged as such.
    static func encrypted(_ file: VectorFile) throws -> [CaseResult] {
        guard let groups = file.root["testGroups"] else {
            return cookbook(file).map { case_ in
                result(
                    set: case_.set, id: case_.id, words: ("valid", "invalid"), expect: .refuse,
                    outcome: case_.code.isEmpty ? nil : case_.code)
            }
        }
        return groups.elements.flatMap { group in
            let keys = group["public"] ?? group["private"]
            return (group["tests"]?.elements.map { $0 } ?? []).map { test in
                guard let token = test["jwe"] else { return signatureResult(file, test, keys: keys) }
                let nodes = keys?["keys"]?.elements.map { $0 } ?? [keys].compactMap { $0 }
                let set = "{\"keys\":[" + nodes.map { publicPart($0) }.joined(separator: ",") + "]}"
                let bytes = token.stringBytes.map { Array($0) } ?? Array(token.rawBytes)
                return result(
                    set: file.name, id: text(test["tcId"]), words: ("valid", "invalid"), expect: .refuse,
                    outcome: outcome(bytes, keys: set))
            }
        }
    }

    // MARK: - Primitives

    /// Signatures over bytes: what the crypto library decides, through our import of keys.
    ///
    /// RSA keys above 4096 bits are refused, and parameters of RSA-PSS that JOSE does not have verify nothing.
    static func primitives(_ file: VectorFile) throws -> [CaseResult] {
        file.root["testGroups"]?.elements.flatMap { group in
            let scheme = PrimitiveScheme(group)
            return (group["tests"]?.elements.map { $0 } ?? []).map { test -> CaseResult in
                let isValid = scheme.isValid(hex(text(test["sig"])), hex(text(test["msg"])))
                return result(
                    set: file.name, id: text(test["tcId"]), words: ("valid", "invalid"),
                    expect: scheme.expectation(text(test["result"]), comment: text(test["comment"])),
                    outcome: isValid ? nil : "sig.invalid")
            }
        } ?? []
    }

    static func hex(_ text: String) -> [UInt8] {
        let digits = text.utf8.map { UInt8(($0 | 0x20) > 0x60 ? ($0 | 0x20) - 0x57 : $0 - 0x30) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// The key and the parameters of a group of primitive vectors.
private struct PrimitiveScheme {
    private let key: VerificationKey?
    private let algorithm: SignatureAlgorithm?
    private let hasOtherSalt: Bool
    private let hashLength: Int
    private let isTooLarge: Bool

    init(_ group: JSONNode) {
        let sha = group["sha"]?.string ?? ""
        hashLength = ["SHA-256": 32, "SHA-384": 48, "SHA-512": 64][sha] ?? 0
        isTooLarge = (group["keySize"]?.integer ?? 0) > 4_096
        let salt = group["sLen"]?.integer.map { Int($0) }
        let hasOtherMask = group["mgfSha"].map { !$0.stringEquals(sha) } ?? false
        hasOtherSalt = salt != nil && salt != hashLength
        algorithm = hasOtherMask ? nil : Self.algorithm(group["type"]?.string ?? "", hashLength)
        key = Self.key(group)
    }

    private static func algorithm(_ kind: String, _ hashLength: Int) -> SignatureAlgorithm? {
        switch (kind, hashLength) {
        case ("RsassaPkcs1Verify", 32): .rs256
        case ("RsassaPkcs1Verify", 48): .rs384
        case ("RsassaPkcs1Verify", 64): .rs512
        case ("RsassaPssVerify", 32): .ps256
        case ("RsassaPssVerify", 48): .ps384
        case ("RsassaPssVerify", 64): .ps512
        case ("EcdsaP1363Verify", 32): .es256
        case ("EcdsaP1363Verify", 48): .es384
        case ("EcdsaP1363Verify", 64): .es512
        case ("EddsaVerify", _): .ed25519
        default: nil
        }
    }

    private static func key(_ group: JSONNode) -> VerificationKey? {
        if let modulus = group["publicKey"]?["modulus"]?.string,
            let exponent = group["publicKey"]?["publicExponent"]?.string
        {
            let n = Base64URL.encode(JWTVectors.hex(modulus))
            let e = Base64URL.encode(JWTVectors.hex(exponent))
            let set = try? JSONWebKeySet(
                parsing: Array("{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\(n)\",\"e\":\"\(e)\"}]}".utf8))
            return set?.keys.first
        }
        if let point = group["publicKey"]?["uncompressed"]?.string.map({ JWTVectors.hex($0) }),
            let curve = [65: "P-256", 97: "P-384", 133: "P-521"][point.count]
        {
            let length = point.count / 2
            let x = Base64URL.encode(point[1...length])
            let y = Base64URL.encode(point[(length + 1)...])
            let set = try? JSONWebKeySet(
                parsing: Array("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"\(curve)\",\"x\":\"\(x)\",\"y\":\"\(y)\"}]}".utf8))
            return set?.keys.first
        }
        return group["publicKeyJwk"].flatMap { try? VerificationKey(importing: $0) }
    }

    func isValid(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
        guard let key, let algorithm else { return false }
        return key.isValid(signature, over: message[...], algorithm: algorithm)
    }

    func expectation(_ word: String, comment: String) -> JWTVectors.Expectation {
        if algorithm == nil || isTooLarge { return .refuse }
        guard hasOtherSalt else { return JWTVectors.Expectation(word: word) }
        return comment == "s_len changed to \(hashLength)" ? .accept : .refuse
    }
}
