import Crypto
import CryptoExtras
import Foundation
import JOSE
import StrictJSON

/// New tokens of one algorithm, as an access token of Entra ID, and what the bare primitive needs to verify them.
struct TokenSamples {
    /// The name of the algorithm.
    let name: String

    /// The public key, as a member of a key set.
    let jwk: String

    /// The tokens.
    let tokens: [[UInt8]]

    /// What was signed, and the signatures.
    let inputs: [(input: [UInt8], signature: [UInt8])]

    /// The primitive of swift-crypto, with the hash of the input.
    let primitive: (_ input: [UInt8], _ signature: [UInt8]) -> Bool

    /// The audience of all tokens.
    static let audience = "6e74172b-be56-4843-9ff4-e66a39bb12e3"

    /// Signs so many tokens of each algorithm that is on by default.
    ///
    /// - Parameters:
    ///   - now: when the tokens are issued, in seconds since 1970; they count for an hour and a quarter.
    static func all(_ count: Int, of issuer: String, now: Int64) throws -> [TokenSamples] {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let numbers = try rsa.publicKey.getKeyPrimitives()
        let rsaKey =
            #""kty":"RSA","n":"\#(Base64URL.encode(Array(numbers.modulus)))","e":"\#(Base64URL.encode(Array(numbers.publicExponent)))""#
        let ec = P256.Signing.PrivateKey()
        let point = Array(ec.publicKey.x963Representation)
        let ecKey =
            #""kty":"EC","crv":"P-256","x":"\#(Base64URL.encode(point[1...32]))","y":"\#(Base64URL.encode(point[33...64]))""#
        let edwards = Curve25519.Signing.PrivateKey()
        let edwardsKey =
            #""kty":"OKP","crv":"Ed25519","x":"\#(Base64URL.encode(Array(edwards.publicKey.rawRepresentation)))""#
        let (rsaPublic, ecPublic, edwardsPublic) = (rsa.publicKey, ec.publicKey, edwards.publicKey)
        let payloads = (0..<count).map { payload(issuer, $0, now) }
        return [
            try TokenSamples(
                "RS256", key: rsaKey, payloads,
                sign: {
                    Array(
                        try rsa.signature(for: SHA256.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation)
                },
                primitive: {
                    rsaPublic.isValidSignature(
                        _RSA.Signing.RSASignature(rawRepresentation: $1), for: SHA256.hash(data: $0),
                        padding: .insecurePKCS1v1_5)
                }),
            try TokenSamples(
                "PS256", key: rsaKey, payloads,
                sign: { Array(try rsa.signature(for: SHA256.hash(data: $0), padding: .PSS).rawRepresentation) },
                primitive: {
                    rsaPublic.isValidSignature(
                        _RSA.Signing.RSASignature(rawRepresentation: $1), for: SHA256.hash(data: $0), padding: .PSS)
                }),
            try TokenSamples(
                "ES256", key: ecKey, payloads, sign: { Array(try ec.signature(for: $0).rawRepresentation) },
                primitive: { input, signature in
                    guard let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
                        return false
                    }
                    return ecPublic.isValidSignature(parsed, for: SHA256.hash(data: input))
                }),
            try TokenSamples(
                "EdDSA", key: edwardsKey, payloads, sign: { Array(try edwards.signature(for: $0)) },
                primitive: { edwardsPublic.isValidSignature($1, for: $0) }),
        ]
    }

    private init(
        _ name: String, key: String, _ payloads: [[UInt8]], sign: ([UInt8]) throws -> [UInt8],
        primitive: @escaping ([UInt8], [UInt8]) -> Bool
    ) throws {
        self.name = name
        self.primitive = primitive
        // Each key is for one algorithm: PS256 shares its key with RS256 under a name of its own.
        jwk = "{\(key),\"use\":\"sig\",\"alg\":\"\(name)\",\"kid\":\"\(name)-2026\"}"
        let header = Base64URL.encode(Array(#"{"typ":"JWT","alg":"\#(name)","kid":"\#(name)-2026"}"#.utf8))
        inputs = try payloads.map { payload in
            let input = Array((header + "." + Base64URL.encode(payload)).utf8)
            return (input, try sign(input))
        }
        tokens = inputs.map { input, signature in input + Array(("." + Base64URL.encode(signature)).utf8) }
    }

    private static func payload(_ issuer: String, _ number: Int, _ now: Int64) -> [UInt8] {
        Array(
            """
            {"aud":"\(audience)","iss":"\(issuer)","iat":\(now),"nbf":\(now),"exp":\(now + 4_500),\
            "jti":"AXQAi-8IAAAAQ\(1_000_000 + number)","azp":"75dbe77f-10a3-4e59-85fd-8c127544f17c","azpacr":"1",\
            "groups":["0d1a7c25-1f3a-4d13-9d6b-0d7c1f5a8f01","4a1f4f52-3b7a-4b50-8a38-7e6a8e5c4f02"],\
            "name":"Ada Example","oid":"02223b6b-aa1d-42d4-9ec0-1b2bb9194438","preferred_username":"ada@acme.example",\
            "rh":"I","roles":["Orders.Approver"],"scp":"orders.read user_impersonation",\
            "sub":"HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ","tid":"9122040d-6c67-4c5b-b112-36a304b66dad",\
            "uti":"fqiBqXLPj0eQa82S-IYFAA","ver":"2.0","wids":["62e90394-69f5-4237-9190-012177145e10"],\
            "acrs":["p1","c1"],"xms_cc":["CP1"]}
            """.utf8)
    }
}

/// The files of an application whose one tenant trusts the issuer of samples.
struct TokenSampleBundle {
    /// The keys of all samples.
    let keySet: String

    /// The texts of the files by path.
    let files: [String: String]

    /// Makes the files: one policy, which reads a claim, and the mapping of six claims.
    init(_ samples: [TokenSamples], issuer: String) {
        keySet = "{\"keys\":[\(samples.map(\.jwk).joined(separator: ","))]}"
        files = [
            "bundle.yaml": "name: bench\nnamespace: Bench\n",
            "bench.cedarschema": """
            namespace Bench {
              entity User = {app_roles: Set<String>, scopes: Set<String>, email?: String, name?: String};
              entity Order;
              action "approve" appliesTo {principal: [User], resource: [Order]};
            }

            """,
            "policies/bench.cedar": """
            @id("approve")
            permit (principal, action == Bench::Action::"approve", resource is Bench::Order)
            when { principal.app_roles.contains("Orders.Approver") };

            """,
            "tenants/acme.yaml": """
            id: acme
            oidc:
              issuers:
                - issuer: "\(issuer)"
                  audiences: ["\(TokenSamples.audience)"]
                  require: {tid: 9122040d-6c67-4c5b-b112-36a304b66dad}
                  keys:
                    inline: '\(keySet)'
            claims:
              principal: {type: User, id: "{tid}/{oid}"}
              attributes:
                app_roles: {from: roles, as: strings, default: []}
                scopes: {from: scp, as: words, default: []}
                email: preferred_username
                name: name

            """,
        ]
    }

    /// The body of a request with a token.
    static func body(_ token: [UInt8]) -> [UInt8] {
        Array(
            #"{"action":{"id":"approve"},"resource":{"type":"Order","id":"o1"},"credentials":[{"type":"jwt","value":""#
                .utf8)
            + token + Array(#""}]}"#.utf8)
    }

    /// Writes the files below a folder, for other programs also the keys and tokens, and a file of bodies for each
    /// algorithm.
    func write(to folder: URL, for samples: [TokenSamples], issuer: String) throws {
        func write(_ bytes: [UInt8], _ path: String) throws {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        for (path, text) in files { try write(Array(text.utf8), "bench/" + path) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("issuer")
        writer.string(issuer)
        writer.key("jwks")
        writer.raw(keySet.utf8)
        writer.key("tokens")
        writer.beginObject()
        for sample in samples {
            try write(Array(sample.tokens.map { Self.body($0) }.joined(separator: [0x0A])), sample.name + ".jsonl")
            writer.key(sample.name)
            writer.beginArray()
            for token in sample.tokens { writer.string(String(decoding: token, as: UTF8.self)) }
            writer.endArray()
        }
        writer.endObject()
        writer.endObject()
        try write(writer.bytes, "tokens.json")
    }
}
