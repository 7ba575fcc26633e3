import ArgumentParser
import CedarModel
import CedarSyntax
import Crypto
import CryptoExtras
import Foundation
import Identity
import OpenIDConnect
import SAML
import StrictJSON

extension BenchCommand {
    /// The command `verdict bench saml`.
    struct Message: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "saml", abstract: "Measure the verification of a SAML response, in one process.",
            discussion: """
                A response of 5 KB with an assertion that is signed with RSA-2048 and SHA-256 is verified from its \
                base64 to the principal: by our own verifier alone, by both verifiers, and as one that was verified \
                before. With a folder, the message and its key are written there, or read from there when they are \
                there already, so that others can be measured on the same. Build for release before measuring.
                """)

        @Option(help: "How often the message is verified in each way.")
        var count = 5_000

        @Option(help: "How many at a time, each on a thread of its own as far as there are cores.")
        var threads = 1

        @Option(help: ArgumentHelp("A folder with `message.xml` and `key.pem`.", valueName: "dir"))
        var folder: String?

        @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
        var format = OutputFormat.text

        func validate() throws {
            guard (100...1_000_000).contains(count) else { throw ValidationError("`--count` must be 100 to 1000000") }
            guard (1...64).contains(threads) else { throw ValidationError("`--threads` must be 1 to 64") }
        }

        func run() async throws {
            let sample = try MessageSample.taken(from: folder)
            let measurement = try MessageMeasurement(sample)
            let results = try await measurement.all(count, threads: threads)
            switch format {
            case .json:
                var writer = JSONWriter()
                writer.beginObject()
                for result in results {
                    writer.key(result.name)
                    writer.beginObject()
                    for (name, value) in result.figures {
                        writer.key(name)
                        writer.integer(Int(value))
                    }
                    writer.endObject()
                }
                writer.endObject()
                Console.print(writer.bytes)
            case .text:
                Console.print("\(sample.message.count) bytes, \(threads) \(threads == 1 ? "thread" : "threads")")
                Console.print("verified by        p50 us    p99 us   per second")
                for result in results { Console.print(result.line) }
            }
        }
    }
}

/// A signed response and the key to verify it with.
struct MessageSample {
    let message: [UInt8]
    let key: [UInt8]

    /// The time of the message, in milliseconds.
    static let now: Int64 = 1_790_000_000_000
    static let provider = "https://login.microsoftonline.com/9122040d-6c67-4c5b-b112-36a304b66dad/saml"
    static let audience = "https://app.example.com"
    static let recipient = "https://app.example.com/saml/acs"

    /// The sample of a folder, which is made when it is not there.
    static func taken(from folder: String?) throws -> MessageSample {
        guard let folder else { return try made() }
        let place = URL(fileURLWithPath: folder, isDirectory: true)
        let (message, key) = (place.appending(path: "message.xml"), place.appending(path: "key.pem"))
        if let bytes = try? Data(contentsOf: message), let pem = try? String(contentsOf: key, encoding: .utf8) {
            return MessageSample(
                message: [UInt8](bytes),
                key: [UInt8](try _RSA.Signing.PublicKey(pemRepresentation: pem).derRepresentation))
        }
        let sample = try made()
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data(sample.message).write(to: message)
        let pem = try _RSA.Signing.PublicKey(derRepresentation: sample.key).pemRepresentation
        try Data(pem.utf8).write(to: key)
        return sample
    }

    /// A response as providers write it, with a dozen attributes.
    private static func made() throws -> MessageSample {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let namespace = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
        let assertion = self.assertion
        let digest = Data(SHA256.hash(data: Data(assertion.utf8))).base64EncodedString()
        let content = """
            <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>\
            <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>\
            <ds:Reference URI="#_a4711"><ds:Transforms>\
            <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>\
            <ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>\
            <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>\
            <ds:DigestValue>\(digest)</ds:DigestValue></ds:Reference>
            """
        let info = Data("<ds:SignedInfo \(namespace)>\(content)</ds:SignedInfo>".utf8)
        let value = try key.signature(for: SHA256.hash(data: info), padding: .insecurePKCS1v1_5).rawRepresentation
        // As long as a certificate, which is what usually stands here.
        let hint = Data(repeating: 0x30, count: 780).base64EncodedString()
        let signature = """
            <ds:Signature \(namespace)><ds:SignedInfo>\(content)</ds:SignedInfo><ds:SignatureValue>\
            \(value.base64EncodedString())</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(hint)\
            </ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>
            """
        let signed = assertion.replacing("</saml:Issuer>", with: "</saml:Issuer>" + signature, maxReplacements: 1)
        let response = """
            <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="\(recipient)" ID="_r4711" \
            InResponseTo="_q4711" IssueInstant="\(time(0))" Version="2.0"><saml:Issuer \
            xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">\(provider)</saml:Issuer><samlp:Status>\
            <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>\(signed)</samlp:Response>
            """
        return MessageSample(message: Array(response.utf8), key: [UInt8](key.publicKey.derRepresentation))
    }

    private static func time(_ seconds: Int64) -> String {
        let whole = Datetime(milliseconds: now + seconds * 1_000)
        return "\(whole)"
    }

    /// The assertion in canonical form, without its signature.
    private static var assertion: String {
        let attributes = (0..<11).map { number in
            """
            <saml:Attribute Name="http://schemas.example.com/identity/claims/attribute-\(number)"><saml:AttributeValue>\
            value \(number) of the attribute</saml:AttributeValue></saml:Attribute>
            """
        }
        return """
            <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a4711" IssueInstant="\(time(0))" \
            Version="2.0"><saml:Issuer>\(provider)</saml:Issuer><saml:Subject><saml:NameID \
            Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ada@acme.example</saml:NameID>\
            <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData \
            InResponseTo="_q4711" NotOnOrAfter="\(time(300))" Recipient="\(recipient)"></saml:SubjectConfirmationData>\
            </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="\(time(-60))" \
            NotOnOrAfter="\(time(300))"><saml:AudienceRestriction><saml:Audience>\(audience)</saml:Audience>\
            </saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="\(time(-5))" \
            SessionIndex="_s4711"><saml:AuthnContext><saml:AuthnContextClassRef>\
            urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>\
            </saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>\(attributes.joined())\
            </saml:AttributeStatement></saml:Assertion>
            """
    }
}

/// The ways to verify a sample, and how long they take.
private struct MessageMeasurement: Sendable {
    /// The times of one way.
    struct Result {
        let name: String
        /// The times of single verifications in nanoseconds, sorted.
        let times: [Double]
        /// How many were verified in a second by all threads together.
        let rate: Double

        var figures: [(String, Double)] {
            [("p50_ns", times[times.count / 2]), ("p99_ns", times[times.count * 99 / 100]), ("per_second", rate)]
        }

        var line: String {
            figures.enumerated().reduce(name.padding(toLength: 14, withPad: " ", startingAt: 0)) { text, figure in
                let isRate = figure.offset == 2
                let number = String(format: isRate ? "%.0f" : "%.1f", figure.element.1 / (isRate ? 1 : 1_000))
                return text + String(repeating: " ", count: max(1, (isRate ? 13 : 11) - number.utf8.count)) + number
            }
        }
    }

    private let credentials: PresentedCredentials
    private let alone: SAMLTrust
    private let both: SAMLTrust
    private let now = Datetime(milliseconds: MessageSample.now)

    init(_ sample: MessageSample) throws {
        guard let key = PublicKey(publicKey: sample.key) else { throw ValidationError("the key cannot be read") }
        let service = ServiceIdentity(
            audiences: [CedarString(MessageSample.audience)], recipients: [CedarString(MessageSample.recipient)])
        func trust(crossChecks: Bool) -> SAMLTrust {
            var policy = ProviderPolicy.strict
            policy.crossChecks = crossChecks
            let provider = IdentityProvider(
                entityID: CedarString(MessageSample.provider), keys: [key], policy: policy)
            return SAMLTrust(tenant: "acme", service: service, providers: [provider], responseReplay: .allow)
        }
        (alone, both) = (trust(crossChecks: false), trust(crossChecks: true))
        var credentials = PresentedCredentials(
            .init(type: "saml_response", value: Array(SAMLBase64.encode(sample.message).utf8)))
        credentials.samlExpectations.requestID = "_q4711"
        self.credentials = credentials
    }

    /// Measures all ways, each after the other in short turns, so that all meet the same moods of the machine.
    func all(_ count: Int, threads: Int) async throws -> [Result] {
        let replays = LocalAssertionReplays(since: Datetime(milliseconds: 0))
        let cold = SAMLVerifier(replays: replays, cache: nil)
        let remembering = SAMLVerifier(replays: replays)
        let ways: [(name: String, verifier: SAMLVerifier, trust: SAMLTrust)] = [
            ("ours", cold, alone), ("both", cold, both), ("cached", remembering, both),
        ]
        var times = [[Double]](repeating: [], count: ways.count)
        var spent = [Double](repeating: 0, count: ways.count)
        let rounds = 10
        for round in 0...rounds {
            for (index, way) in ways.enumerated() {
                let (single, whole) = try await timed(way.verifier, way.trust, max(1, count / rounds), threads)
                // The first turn warms up.
                guard round > 0 else { continue }
                times[index] += single
                spent[index] += whole
            }
        }
        return ways.indices.map { index in
            Result(
                name: ways[index].name, times: times[index].sorted(),
                rate: Double(times[index].count) / (spent[index] / 1_000_000_000))
        }
    }

    /// The nanoseconds of each of some verifications by each thread, and of all together.
    private func timed(
        _ verifier: SAMLVerifier, _ trust: SAMLTrust, _ count: Int, _ threads: Int
    ) async throws -> ([Double], Double) {
        let clock = ContinuousClock()
        let (credentials, now) = (self.credentials, self.now)
        let start = clock.now
        let all = await withTaskGroup(of: [Double].self) { group in
            for _ in 0..<threads {
                group.addTask {
                    var times: [Double] = []
                    times.reserveCapacity(count)
                    for _ in 0..<count {
                        let start = clock.now
                        guard (try? verifier.verify(credentials, for: trust, at: now)) != nil else { return [] }
                        times.append((clock.now - start) / .nanoseconds(1))
                    }
                    return times
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let whole = (clock.now - start) / .nanoseconds(1)
        guard all.count == count * threads else { throw ValidationError("the message is refused") }
        return (all, whole)
    }
}
