import ArgumentParser
import CedarModel
import CedarSyntax
import Crypto
import CryptoExtras
import Foundation
import Identity
import JOSE
import OpenIDConnect

extension BenchCommand {
    /// The command `verdict bench token`.
    struct Token: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "token",
            abstract: "Measure the verification of tokens against the bare signature primitive, in one process.",
            discussion: """
                Each token is new and has 1.35 KB, as an access token of Entra ID; the key is known. The primitive \
                verifies the same signature over the same bytes, hash included. Build for release before measuring.
                """)

        @Option(help: "How many tokens of each algorithm.")
        var tokens = 2_000

        func validate() throws {
            guard (100...100_000).contains(tokens) else { throw ValidationError("`--tokens` must be 100 to 100000") }
        }

        func run() throws {
            Console.print("algorithm   bare p50  cold p50  ratio  bare p99  cold p99  cached p50  cached p99   (us)")
            for subject in try TokenMeasurement.all(tokens) { Console.print(try subject.line()) }
        }
    }
}

/// Tokens of one algorithm, and what verifies them.
private struct TokenMeasurement {
    let name: String
    let trust: TenantTrust
    let tokens: [PresentedCredentials]
    let inputs: [(input: [UInt8], signature: [UInt8])]
    /// The primitive of swift-crypto, with the hash of the input.
    let primitive: (_ input: [UInt8], _ signature: [UInt8]) -> Bool

    static let now: Int64 = 1_790_000_000

    static func all(_ count: Int) throws -> [TokenMeasurement] {
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
        return [
            try TokenMeasurement(
                "RS256", key: rsaKey, count,
                sign: {
                    Array(
                        try rsa.signature(for: SHA256.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation)
                },
                primitive: {
                    rsaPublic.isValidSignature(
                        _RSA.Signing.RSASignature(rawRepresentation: $1), for: SHA256.hash(data: $0),
                        padding: .insecurePKCS1v1_5)
                }),
            try TokenMeasurement(
                "PS256", key: rsaKey, count,
                sign: { Array(try rsa.signature(for: SHA256.hash(data: $0), padding: .PSS).rawRepresentation) },
                primitive: {
                    rsaPublic.isValidSignature(
                        _RSA.Signing.RSASignature(rawRepresentation: $1), for: SHA256.hash(data: $0), padding: .PSS)
                }),
            try TokenMeasurement(
                "ES256", key: ecKey, count, sign: { Array(try ec.signature(for: $0).rawRepresentation) },
                primitive: { input, signature in
                    guard let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
                        return false
                    }
                    return ecPublic.isValidSignature(parsed, for: SHA256.hash(data: input))
                }),
            try TokenMeasurement(
                "EdDSA", key: edwardsKey, count, sign: { Array(try edwards.signature(for: $0)) },
                primitive: { edwardsPublic.isValidSignature($1, for: $0) }),
        ]
    }

    private init(
        _ name: String, key: String, _ count: Int, sign: ([UInt8]) throws -> [UInt8],
        primitive: @escaping ([UInt8], [UInt8]) -> Bool
    ) throws {
        self.name = name
        self.primitive = primitive
        let set = try JSONWebKeySet(parsing: Array(#"{"keys":[{\#(key),"kid":"k"}]}"#.utf8))
        let address = "https://login.microsoftonline.com/9122040d-6c67-4c5b-b112-36a304b66dad/v2.0"
        var mapping = ClaimMapping.standard
        mapping.attributes = [
            AttributeRule(name: "email", sources: [ClaimPath("preferred_username")]),
            AttributeRule(name: "name", sources: [ClaimPath("name")]),
            AttributeRule(name: "scopes", sources: [ClaimPath("scp")], form: .words),
        ]
        var roles = NameRule(sources: [ClaimPath("roles")])
        roles.map = ["Orders.Approver": ["approver"]]
        mapping.roles = roles
        var issuer = TrustedIssuer(
            issuer: CedarString(address), keys: .fixed(FixedKeySet(set)), mapping: mapping)
        issuer.audiences = ["6e74172b-be56-4843-9ff4-e66a39bb12e3"]
        trust = TenantTrust(tenant: "acme", issuers: [issuer])
        let header = Base64URL.encode(Array(#"{"typ":"JWT","alg":"\#(name)","kid":"k"}"#.utf8))
        inputs = try (0..<count).map { number in
            let input = Array((header + "." + Base64URL.encode(Self.payload(address, number))).utf8)
            return (input, try sign(input))
        }
        tokens = inputs.map { input, signature in
            let token = input + Array(("." + Base64URL.encode(signature)).utf8)
            return PresentedCredentials(.init(type: "jwt", value: token))
        }
    }

    private static func payload(_ issuer: String, _ number: Int) -> [UInt8] {
        Array(
            """
            {"aud":"6e74172b-be56-4843-9ff4-e66a39bb12e3","iss":"\(issuer)","iat":\(now),"nbf":\(now),\
            "exp":\(now + 4_500),"aio":"AXQAi/8IAAAAQ\(1_000_000 + number)","azp":"75dbe77f-10a3-4e59-85fd-8c127544f17c",\
            "azpacr":"1","groups":["0d1a7c25-1f3a-4d13-9d6b-0d7c1f5a8f01","4a1f4f52-3b7a-4b50-8a38-7e6a8e5c4f02"],\
            "name":"Ada Example","oid":"02223b6b-aa1d-42d4-9ec0-1b2bb9194438","preferred_username":"ada@acme.example",\
            "rh":"I","roles":["Orders.Approver"],"scp":"orders.read user_impersonation",\
            "sub":"HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ","tid":"9122040d-6c67-4c5b-b112-36a304b66dad",\
            "uti":"fqiBqXLPj0eQa82S-IYFAA","ver":"2.0","wids":["62e90394-69f5-4237-9190-012177145e10"],\
            "acrs":["p1","c1"],"xms_cc":["CP1"]}
            """.utf8)
    }

    /// Measures primitive and verification in turn, so that both meet the same moods of the machine, then cached hits.
    func line() throws -> String {
        let at = Datetime(milliseconds: Self.now * 1_000)
        let verifier = TokenVerifier(cache: nil)
        var (bare, cold, cached): ([Double], [Double], [Double]) = ([], [], [])
        let clock = ContinuousClock()
        for round in 0..<2 {
            (bare, cold) = ([], [])
            for (index, token) in tokens.enumerated() {
                let start = clock.now
                let isValid = primitive(inputs[index].input, inputs[index].signature)
                let middle = clock.now
                _ = try verifier.verify(token, for: trust, at: at)
                let end = clock.now
                guard isValid else { throw ValidationError("the primitive refuses its own signature (\(round))") }
                bare.append((middle - start) / .microseconds(1))
                cold.append((end - middle) / .microseconds(1))
            }
        }
        let remembering = TokenVerifier()
        for token in tokens { _ = try remembering.verify(token, for: trust, at: at) }
        for _ in 0..<2 {
            cached = []
            for token in tokens {
                let start = clock.now
                _ = try remembering.verify(token, for: trust, at: at)
                cached.append((clock.now - start) / .microseconds(1))
            }
        }
        let figures: [(Double, Int)] = [
            (Self.percentile(bare, 0.5), 9), (Self.percentile(cold, 0.5), 9),
            (Self.percentile(cold, 0.5) / Self.percentile(bare, 0.5), 6), (Self.percentile(bare, 0.99), 9),
            (Self.percentile(cold, 0.99), 9), (Self.percentile(cached, 0.5), 11), (Self.percentile(cached, 0.99), 11),
        ]
        return figures.reduce(name.padding(toLength: 10, withPad: " ", startingAt: 0)) { text, figure in
            let number = String(format: "%.2f", figure.0)
            return text + String(repeating: " ", count: max(1, figure.1 + 1 - number.utf8.count)) + number
        }
    }

    private static func percentile(_ values: [Double], _ part: Double) -> Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }
}
