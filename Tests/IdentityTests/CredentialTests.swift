import Identity
import JOSE
import Testing

@Suite("Credentials of a request") struct CredentialTests {
    private func code(_ parts: [SubjectCredential]) -> String? {
        do throws(VerificationFailure) {
            _ = try PresentedCredentials(joining: parts)
            return nil
        } catch {
            return error.code.rawValue
        }
    }

    private let token = SubjectCredential(type: "jwt", value: [1])
    private let proof = SubjectCredential(type: "dpop", value: [2], method: "GET", url: "https://a.example/")
    private let certificate = SubjectCredential(type: "client_certificate", value: Array("AQID".utf8))

    @Test func parts() throws {
        let joined = try PresentedCredentials(joining: [proof, certificate, token])
        #expect(joined.credential.type == "jwt" && joined.credential.value == [1])
        #expect(joined.proof?.value == [2] && joined.proof?.method == "GET")
        #expect(joined.clientCertificate == [1, 2, 3])
    }

    @Test func choicesAreRefused() {
        #expect(code([]) == "credential.combination")
        #expect(code([proof]) == "credential.combination")
        #expect(code([token, token]) == "credential.combination")
        #expect(code([token, SubjectCredential(type: "saml_assertion", value: [])]) == "credential.combination")
        #expect(code([token, proof, proof]) == "credential.combination")
        #expect(code([token, certificate, certificate]) == "credential.combination")
        #expect(code([token, SubjectCredential(type: "dpop", value: [])]) == "credential.combination")
    }

    @Test(
        "a certificate in the forms of proxies",
        arguments: [
            "AQIDBA==", ":AQIDBA==:", "AQIDBA", "A Q\nI D\r\nBA==",
            "-----BEGIN CERTIFICATE-----\nAQID\nBA==\n-----END CERTIFICATE-----\n",
            "-----BEGIN%20CERTIFICATE-----%0AAQIDBA%3D%3D%0A-----END%20CERTIFICATE-----%0A",
        ])
    func certificates(text: String) throws {
        let part = SubjectCredential(type: "client_certificate", value: Array(text.utf8))
        #expect(try PresentedCredentials(joining: [token, part]).clientCertificate == [1, 2, 3, 4])
    }

    @Test(
        "no certificate",
        arguments: [
            "", ":", "::", "=", "A", "AQ_D", "%", "%4", "%zz", "-----BEGIN CERTIFICATE-----AQID",
            "AQ!D", String(repeating: "A", count: 40_000),
        ])
    func noCertificate(text: String) {
        let part = SubjectCredential(type: "client_certificate", value: Array(text.utf8))
        #expect(code([token, part]) == "credential.combination")
    }

    @Test func valuesAreNotShown() {
        let secret = SubjectCredential(type: "jwt", value: Array("SECRET".utf8), method: "SECRET", url: "SECRET")
        var text = "\(secret) \(String(reflecting: secret)) \([secret])"
        dump(secret, to: &text)
        #expect(!text.contains("SECRET") && !text.contains("83"))
    }
}
