import CedarSyntax
import Crypto
import CryptoExtras
import Documents
import Foundation
import Identity
import SAML
import SAMLMessages
import Testing

/// The `saml` section of a tenant's file, and metadata.
@Suite struct TrustReadingTests {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// A certificate whose key nobody has.
    static let certificate: String = {
        guard let text = try? String(contentsOf: fixtures.appending(path: "provider.pem"), encoding: .utf8) else {
            fatalError("the fixture is missing")
        }
        return text
    }()

    static let service = """
        entity_ids: ["https://verdict.example.org/acme"]
        recipients: ["https://verdict.example.org/acme/acs"]
        """

    private func read(_ text: String, files: [String: String] = [:]) -> (SAMLTrust?, [Diagnostic]) {
        let (root, findings) = DocumentParser.parseYAML(SourceFile(name: "acme.yaml", text: text))
        let collector = DiagnosticCollector()
        guard let root else { return (nil, findings) }
        let trust = SAMLTrust.read(
            tenant: "acme", root, mapping: .standard, keyFile: { files[$0].map { Array($0.utf8) } },
            now: MessageForge.now, into: collector)
        return (trust, findings + collector.diagnostics)
    }

    @Test func everyKey() throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation
        let (trust, findings) = read(
            """
            \(Self.service)
            decryption_keys: [keys/own.pem]
            accept: [response]
            requests: required
            response_replay: allow
            assertion_replay: refuse
            providers:
              - entity_id: https://idp.example.com/saml
                certificates: [keys/idp.pem]
                cross_check: "off"
                certificate_expiry: refuse
                clock_skew: 10
                max_age: 600
                max_authentication_age: 3600
                max_message_bytes: 65536
                authentication_contexts: ["urn:x"]
                scopes: [example.com]
                require_name_id: false
                check_name_qualifier: true
                merge_duplicate_attributes: true
            """, files: ["keys/own.pem": key, "keys/idp.pem": Self.certificate])
        #expect(findings.isEmpty, "\(findings)")
        let provider = try #require(trust?.providers["https://idp.example.com/saml"])
        #expect(trust?.service.keys.count == 1)
        #expect(trust?.bindings == [.response])
        #expect(trust?.solicitation == .required)
        #expect(trust?.responseReplay == .allow)
        #expect(trust?.assertionReplay == .refuse)
        #expect(provider.keys.count == 1)
        #expect(!provider.policy.crossChecks)
        #expect(provider.policy.checksCertificates)
        #expect(provider.policy.clockSkew == 10)
        #expect(provider.policy.maximumAge == 600)
        #expect(provider.policy.maximumAuthenticationAge == 3_600)
        #expect(provider.policy.limits.maximumBytes == 65_536)
        #expect(provider.policy.contexts == ["urn:x"])
        #expect(provider.policy.scopes == ["example.com"])
        #expect(!provider.policy.requiresNameID)
        #expect(provider.policy.checksNameQualifier)
        #expect(provider.policy.mergesDuplicateAttributes)
        #expect(!provider.policy.allowsCBC && provider.policy.sha1Until == nil)
    }

    @Test(
        "mistakes",
        arguments: [
            ("recipients: [x]\nproviders: []", 3440), ("entity_ids: [x]\nproviders: []", 3440),
            ("\(service)\nproviders:\n  - {entity_id: x}", 3441),
            ("\(service)\nproviders:\n  - {entity_id: ' x', certificates: [keys/idp.pem]}", 3441),
            (
                "\(service)\nproviders:\n  - {entity_id: x, certificates: [keys/idp.pem]}\n  - {entity_id: x, certificates: [keys/idp.pem]}",
                3441
            ),
            ("\(service)\nproviders:\n  - {entity_id: x, certificates: [keys/none.pem]}", 3442),
            (
                "\(service)\ndecryption_keys: [keys/idp.pem]\nproviders:\n  - {entity_id: x, certificates: [keys/idp.pem]}",
                3442
            ),
            ("\(service)\nproviders:\n  - {entity_id: x, metadata: {file: keys/none.xml}}", 3443),
            ("\(service)\nproviders:\n  - {entity_id: x, metadata: {url: 'https://idp.example/metadata'}}", 3443),
            (
                "\(service)\nproviders:\n  - {entity_id: x, metadata: {url: idp.example, signed_by: [keys/idp.pem]}}",
                3443
            ),
            (
                "\(service)\nproviders:\n  - {entity_id: x, metadata: {url: 'https://x', signed_by: [keys/idp.pem], allow_unsigned: true}}",
                3443
            ),
            (
                "\(service)\nproviders:\n  - {entity_id: x, metadata: {url: 'https://x', signed_by: [keys/none.pem]}}",
                3442
            ),
            ("\(service)\nproviders:\n  - {entity_id: x, metadata: {url: 'https://x', allow_unsigned: true}}", 3444),
            (
                "\(service)\nproviders:\n  - {entity_id: x, certificates: [keys/idp.pem], metadata: {url: 'https://x', signed_by: [keys/idp.pem]}}",
                3409
            ),
            ("\(service)\nproviders:\n  - {entity_id: x, metadata: {file: a, url: 'https://x'}}", 3409),
            ("\(service)\nproviders:\n  - {entity_id: x, metadata: {}}", 3409),
            ("\(service)\nproviders:\n  - {entity_id: x, certificates: [keys/idp.pem], tolerate: {cbc: true}}", 3444),
            (
                "\(service)\nproviders:\n  - {entity_id: x, certificates: [keys/idp.pem], tolerate: {sha1_until: tomorrow}}",
                3444
            ),
            ("\(service)\nproviders:\n  - {entity_id: x, certificates: [keys/idp.pem], clock_skew: 301}", 3408),
        ])
    func mistakes(text: String, code: Int) {
        let (_, findings) = read(text, files: ["keys/idp.pem": Self.certificate])
        #expect(findings.contains { $0.code == DiagnosticCode(code) }, "\(findings)")
    }

    @Test("metadata with an address is not a key yet, and must be signed") func metadataByAddress() throws {
        let (trust, findings) = read(
            """
            \(Self.service)
            providers:
              - {entity_id: x, metadata: {url: "https://idp.example/metadata", signed_by: [keys/idp.pem]}}
            """, files: ["keys/idp.pem": Self.certificate])
        #expect(findings.isEmpty, "\(findings)")
        let provider = try #require(trust?.providers["x"])
        #expect(provider.keys.isEmpty)
        #expect(provider.metadata?.address == "https://idp.example/metadata")
        #expect(provider.metadata?.signers?.count == 1)
    }

    @Test(
        "durations",
        arguments: [
            ("PT1H", 3_600), ("P1D", 86_400), ("P1Y2M3DT4H5M6S", 36_993_906), ("PT0S", 0), ("PT1.5S", 1),
            ("P", nil), ("PT", nil), ("P1DT", nil), ("-PT1H", nil), ("1H", nil), ("P1H", nil), ("PT1D", nil),
            ("P1M1Y", nil), ("PT1.5H", nil), ("PT1.S", nil), ("P101Y", nil), ("PT99999999999S", nil), ("PT1H ", nil),
            ("P1D1D", nil), ("", nil),
        ] as [(String, Int64?)])
    func durations(text: String, seconds: Int64?) {
        let forge = MessageForge()
        let document = forge.metadata([], cacheDuration: text, isSigned: false)
        let read = try? Metadata(parsing: Array(document.utf8), signedBy: nil, at: MessageForge.now)
        #expect(read?.cacheDuration == seconds)
    }

    @Test func ambiguousTenants() {
        let forge = MessageForge()
        #expect(forge.trust().isAmbiguous(with: forge.trust()))
        let other = SAMLTrust(
            tenant: "globex",
            service: ServiceIdentity(
                audiences: ["https://verdict.example.org/acme"], recipients: ["https://verdict.example.org/globex/acs"]),
            providers: Array(forge.trust().providers.values))
        #expect(!forge.trust().isAmbiguous(with: other))
    }

    // MARK: Metadata

    private func metadata(_ forge: MessageForge, end: Int64, isSigned: Bool = true) -> String {
        forge.metadata(CertificateText.read(Array(Self.certificate.utf8)) ?? [], end: end, isSigned: isSigned)
    }

    @Test func signedMetadata() throws {
        let forge = MessageForge()
        let text = metadata(forge, end: MessageForge.now + 1_000)
        func parse(_ text: String, _ signer: Signer? = .rsa) throws(VerificationFailure) -> Metadata {
            try Metadata(
                parsing: Array(text.utf8), signedBy: signer.map { [$0.publicKey] }, at: MessageForge.now)
        }
        let read = try parse(text)
        #expect(read.isSigned)
        #expect(read.providers.map(\.entityID) == [CedarString(forge.provider)])
        #expect(read.providers[0].certificates.count == 1)
        #expect(read.providers[0].validUntil == (MessageForge.now + 1_000) / 1_000 * 1_000)
        #expect(throws: VerificationFailure(.signatureInvalid, "")) { try parse(text, .stranger) }
        #expect(throws: VerificationFailure(.digestMismatch, "")) {
            try parse(text.replacingFirst("use=\"signing\"", with: "use=\"encryption\""))
        }
        let bare = metadata(forge, end: MessageForge.now, isSigned: false)
        #expect(throws: VerificationFailure(.signatureMissing, "")) { try parse(bare) }
        #expect(try !parse(bare, nil).isSigned)
    }

    @Test("keys of metadata that has ended do not count") func endedMetadata() throws {
        let forge = MessageForge()
        let text = "\(Self.service)\nproviders:\n  - {entity_id: \(forge.provider), metadata: {file: keys/m.xml}}"
        let (trust, findings) = read(text, files: ["keys/m.xml": metadata(forge, end: MessageForge.now - 1_000)])
        #expect(findings.map(\.code) == [.samlMetadata])
        let known: SAMLTrust = try #require(trust)
        #expect(forge.judge(forge.message, trust: known).code == "key.missing")
    }
}
