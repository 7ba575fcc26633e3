import Foundation
import SAMLMessages
import Testing

/// SAML messages on their way through the server: from a provider of this process to the decision.
@Suite struct MessageTests {
    /// An application whose tenant trusts a provider, and a server of it.
    private final class Setup {
        let server: ServerProcess
        let folder: URL

        init(
            trust: String = "certificates: [keys/provider.pem]", more: String = "",
            environment: [String: String] = [:]
        ) throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "reports-\(UUID().uuidString)")
            let files = [
                "bundle.yaml": "name: reports\nnamespace: Reports\n",
                "roles.yaml": """
                permissions:
                  report:read: {description: Look at reports}
                models:
                  standard:
                    roles:
                      reader: {permissions: [report:read]}

                """,
                "keys/provider.pem": CertificateForge.pem(Signer.rsa.certificate),
                "keys/publisher.pem": CertificateForge.pem(Signer.p256.certificate),
                "keys/own.pem": Encrypter.pem,
                "tenants/acme.yaml": """
                id: acme
                claims:
                  roles: {from: [attributes, groups], map: {sre: reader}}
                saml:
                  entity_ids: ["https://verdict.example.org/acme"]
                  recipients: ["https://verdict.example.org/acme/acs"]
                  decryption_keys: [keys/own.pem]
                \(more)
                  providers:
                    - entity_id: "https://idp.example.com/saml"
                      \(trust)

                """,
            ]
            for (path, text) in files {
                let file = folder.appending(path: path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            server = try ServerProcess(
                ["--bundle", folder.path, "--allow-loopback-issuers"], environment: environment)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func ask(
            _ message: String, type: String = "saml_response", more: String = ""
        ) throws -> (status: Int, body: String) {
            var value = Data(message.utf8).base64EncodedString()
            if type == "saml_assertion" {
                value = value.replacingOccurrences(of: "=", with: "").replacingOccurrences(of: "+", with: "-")
                    .replacingOccurrences(of: "/", with: "_")
            }
            return try server.post(
                "/t/acme/v1/decide",
                #"{"action": {"id": "report:read"}, "resource": {"type": "Report", "id": "q3"}, "#
                    + #""credentials": [{"type": "\#(type)", "value": "\#(value)"\#(more)}]}"#)
        }
    }

    /// A forge for now: the server was started before.
    private static func forge() -> MessageForge {
        var forge = MessageForge()
        let now = Int64(Date().timeIntervalSince1970 * 1_000) + 1_000
        forge.issued = now
        forge.start = now - 60_000
        forge.end = now + 300_000
        forge.confirmationEnd = forge.end
        return forge
    }

    private static func isAllowed(_ answer: (status: Int, body: String)) -> Bool {
        answer.status == 200 && answer.body.contains(#""decision":"allow""#)
    }

    private static func isRefused(_ answer: (status: Int, body: String), _ code: String) -> Bool {
        answer.status == 200 && answer.body.contains(#""decision":"deny""#)
            && answer.body.contains(#""code":"\#(code)""#)
    }

    private static let request = #", "request_id": "_request-1""#

    @Test func acceptedOnceAndRefusedAfterwards() throws {
        let setup = try Setup()
        let forge = Self.forge()
        #expect(Self.isAllowed(try setup.ask(forge.message, more: Self.request)))
        #expect(Self.isRefused(try setup.ask(forge.message, more: Self.request), "replay.seen"))
        // The same assertion in another response is the same assertion.
        var other = forge
        other.responseID = "_other"
        #expect(Self.isRefused(try setup.ask(other.message, more: Self.request), "replay.seen"))
        #expect(Self.isAllowed(try setup.ask(Self.forge().signedResponse(Self.forge().assertion))))
        // What was issued before the server could remember its use may have been used.
        var early = Self.forge()
        early.issued -= 600_000
        early.start = early.issued
        #expect(Self.isRefused(try setup.ask(early.message, more: Self.request), "replay.before_start"))
        // A bare assertion may be used again, unless it says that it is for one use.
        let bare = Self.forge()
        for _ in 0..<2 {
            #expect(Self.isAllowed(try setup.ask(bare.signedAssertion, type: "saml_assertion", more: Self.request)))
        }
        var once = Self.forge()
        once.conditions = "<saml:OneTimeUse></saml:OneTimeUse>"
        #expect(Self.isAllowed(try setup.ask(once.signedAssertion, type: "saml_assertion")))
        #expect(Self.isRefused(try setup.ask(once.signedAssertion, type: "saml_assertion"), "replay.seen"))
        // Each event loop tells of its decisions once in a while.
        #expect(
            try Self.waits(upTo: 30) {
                try setup.server.health("/metrics").body
                    .contains(#"verdict_credentials_total{result="refused",code="replay.seen"} 3"#)
            })
        #expect(try setup.server.health("/metrics").body.contains("verdict_saml_disagreements_total 0"))
    }

    @Test func refused() throws {
        let setup = try Setup()
        let forge = Self.forge()
        var stranger = forge
        stranger.signer = .stranger
        var late = forge
        (late.end, late.confirmationEnd) = (forge.start + 1, forge.start + 1)
        late.start -= 600_000
        late.end -= 240_000
        let refusals = [
            (forge.message.replacingFirst("alice@", with: "admin@"), "sig.digest_mismatch"),
            (forge.response(forge.assertion), "sig.missing"), (stranger.message, "sig.value_invalid"),
            (late.message, "time.not_on_or_after"), ("<samlp:Response", "xml.malformed"),
            ("<!DOCTYPE x>" + forge.message, "xml.doctype"),
        ]
        for (message, code) in refusals {
            let answer = try setup.ask(message, more: Self.request)
            #expect(Self.isRefused(answer, code), "\(code): \(answer.body)")
            // A caller learns nothing that would help to improve a forgery, and nothing of the message.
            #expect(!answer.body.contains("alice") && !answer.body.contains("Assertion"))
        }
        let another = try setup.ask(forge.message, more: #", "request_id": "_another""#)
        #expect(Self.isRefused(another, "in_response_to.response"))
        // None of these was a use.
        #expect(Self.isAllowed(try setup.ask(forge.message, more: Self.request)))
        #expect(!setup.server.logText.contains("alice"))
    }

    @Test func encrypted() throws {
        let setup = try Setup()
        let forge = Self.forge()
        let encrypter = Encrypter()
        #expect(Self.isAllowed(try setup.ask(forge.response(encrypter.encrypted(forge.signedAssertion)))))
        let other = Self.forge()
        #expect(Self.isAllowed(try setup.ask(other.signedResponse(encrypter.encrypted(other.assertion)))))
        let unsigned = Self.forge()
        let bare = try setup.ask(unsigned.response(encrypter.encrypted(unsigned.assertion)))
        #expect(Self.isRefused(bare, "sig.missing"))
        let third = Self.forge()
        let whole = third.response(encrypter.encrypted(third.signedAssertion))
        let marker = "<xenc:CipherValue>"
        let last = try #require(whole.range(of: marker, options: .backwards))
        let changed = whole.replacingCharacters(in: last, with: marker + "AAAA")
        #expect(Self.isRefused(try setup.ask(changed), "enc.failed"))
    }

    @Test("keys of metadata: not there, there, changed, gone") func metadata() throws {
        let publisher = try LocalIssuer()
        let setup = try Setup(
            trust: "metadata: {url: \"\(publisher.base)/metadata\", signed_by: [keys/publisher.pem]}")
        var forge = Self.forge()
        func publish(_ signers: [Signer], by signer: Signer = .p256) {
            var signing = forge
            signing.signer = signer
            publisher.publish(
                signing.metadata(signers.map(\.certificate), end: forge.issued + 86_400_000), at: "/metadata")
        }
        let unknown = try setup.ask(forge.message, more: Self.request)
        #expect(unknown.status == 503 && unknown.body.contains("INDETERMINATE"), "\(unknown.body)")
        #expect(try setup.server.health("/metrics").body.contains(#"verdict_issuers{state="missing"} 1"#))
        // Metadata of somebody else changes nothing.
        publish([.rsa], by: .stranger)
        #expect(try Self.waits(upTo: 30) { try setup.server.health("/v1/issuers").body.contains("sig.key_type") })
        #expect(try setup.ask(forge.message, more: Self.request).status == 503)
        publish([.rsa])
        #expect(
            try Self.waits(upTo: 60) {
                forge = Self.forge()
                return Self.isAllowed(try setup.ask(forge.message, more: Self.request))
            })
        let listing = try setup.server.health("/v1/issuers").body
        #expect(listing.contains(#""kind":"metadata""#) && listing.contains(#""valid_until":""#), "\(listing)")
        #expect(try setup.server.health("/metrics").body.contains("verdict_saml_metadata_valid_until_seconds{"))
        // The provider signs with another key, and its metadata says so.
        publish([.rsaNext])
        forge = Self.forge()
        forge.signer = .rsaNext
        #expect(Self.isRefused(try setup.ask(forge.message, more: Self.request), "sig.value_invalid"))
        #expect(
            try Self.waits(upTo: 120) {
                forge = Self.forge()
                forge.signer = .rsaNext
                return Self.isAllowed(try setup.ask(forge.message, more: Self.request))
            })
        let old = try setup.ask(Self.forge().message, more: Self.request)
        #expect(Self.isRefused(old, "sig.value_invalid"))
        // As long as nobody answers, what is known counts.
        publisher.setDown(true)
        forge = Self.forge()
        forge.signer = .rsaNext
        #expect(Self.isAllowed(try setup.ask(forge.message, more: Self.request)))
    }

    private static func waits(upTo seconds: Int, _ condition: () throws -> Bool) throws -> Bool {
        for _ in 0..<seconds * 10 {
            if try condition() { return true }
            usleep(100_000)
        }
        return false
    }

    /// A second verifier that is of another opinion: libxmlsec1, with one of its functions replaced in the server's
    /// process.
    @Test(
        "when the verifiers do not agree, the message is refused, counted and told of",
        arguments: ["REFUSES", "DIGESTS_OTHER_OCTETS"])
    func disagreement(opinion: String) throws {
        let library = FileManager.default.temporaryDirectory.appending(path: "opinion-\(UUID().uuidString).so")
        defer { try? FileManager.default.removeItem(at: library) }
        let source = VerdictProgram.repository.appending(path: "Tests/VerdictTests/Fixtures/opinion.c").path
        let built = try VerdictProgram.shell(
            "\"$(dirname \"$(readlink -f \"$(command -v \"${SWIFTC:-swiftc}\")\")\")/clang\" -shared -fPIC -D\(opinion) "
                + "-o \(library.path) \(source) -ldl")
        #expect(built.status == 0, "\(built.errors)")
        let setup = try Setup(environment: ["LD_PRELOAD": library.path])
        for count in 1...2 {
            let answer = try setup.ask(Self.forge().message, more: Self.request)
            #expect(Self.isRefused(answer, "sig.cross_check"), "\(answer.body)")
            let metrics = try setup.server.health("/metrics").body
            #expect(metrics.contains("verdict_saml_disagreements_total \(count)"))
        }
        // A message that our own verifier refuses needs no second opinion.
        var stranger = Self.forge()
        stranger.signer = .stranger
        #expect(Self.isRefused(try setup.ask(stranger.message, more: Self.request), "sig.value_invalid"))
        #expect(try setup.server.health("/metrics").body.contains("verdict_saml_disagreements_total 2"))
        let lines = setup.server.logText.split(separator: "\n").filter { $0.contains("do not agree") }
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains("critical") }, "\(lines)")
        #expect(opinion == "REFUSES" || lines.allSatisfy { $0.contains("other octets") })
    }
}
