import Crypto
import CryptoExtras
import Foundation
import Identity
import SAML
import SAMLMessages
import Testing

/// Confirmation by the key of the client's certificate: by the certificate, or by the value of its key.
@Suite struct HolderOfKeyTests {
    private static let holders: [Signer] = [.stranger, .p256, .p384]

    private static func info(_ content: String) -> String {
        "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\(content)</ds:KeyInfo>"
    }

    private static func certificate(_ der: [UInt8]) -> String {
        "<ds:X509Data><ds:X509Certificate>\(Base64Text.encode(der))</ds:X509Certificate></ds:X509Data>"
    }

    /// The value of a holder's key, as it is or with changes to its bytes.
    private static func value(
        _ signer: Signer, curve: String? = nil, change: (inout [UInt8]) -> Void = { _ in }
    ) -> String {
        if signer == .stranger || signer == .rsa {
            let key = (signer == .rsa ? Signer.rsaKey : Signer.strangerKey).publicKey
            guard let parts = try? key.getKeyPrimitives() else { return "" }
            var modulus = [UInt8](parts.modulus)
            change(&modulus)
            return "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>\(Base64Text.encode(modulus))</ds:Modulus><ds:Exponent>"
                + "\(Base64Text.encode([UInt8](parts.publicExponent)))</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
        }
        let isShort = signer == .p256
        var point = [UInt8](
            isShort ? Signer.p256Key.publicKey.x963Representation : Signer.p384Key.publicKey.x963Representation)
        change(&point)
        let name = curve ?? (isShort ? "urn:oid:1.2.840.10045.3.1.7" : "urn:oid:1.3.132.0.34")
        return "<ds:KeyValue><dsig11:ECKeyValue xmlns:dsig11=\"http://www.w3.org/2009/xmldsig11#\">"
            + "<dsig11:NamedCurve URI=\"\(name)\"></dsig11:NamedCurve><dsig11:PublicKey>\(Base64Text.encode(point))"
            + "</dsig11:PublicKey></dsig11:ECKeyValue></ds:KeyValue>"
    }

    private static func code(_ infos: String, presenting certificate: [UInt8]?) -> String {
        var forge = MessageForge()
        forge.method = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
        forge.confirmation = infos
        return forge.judge(forge.message, expecting: { $0.clientCertificate = certificate }).code
    }

    @Test("the holder of the key is the subject", arguments: holders)
    func accepted(holder: Signer) {
        let own = holder.certificate
        #expect(Self.code(Self.info(Self.certificate(own)), presenting: own) == "")
        #expect(Self.code(Self.info(Self.value(holder)), presenting: own) == "")
        // Another certificate for the same key has the same value, and is another certificate.
        let renewed = CertificateForge.certificate(for: holder.publicKeyDER, name: "renewed")
        #expect(Self.code(Self.info(Self.value(holder)), presenting: renewed) == "")
        #expect(Self.code(Self.info(Self.certificate(own)), presenting: renewed) == "subject.confirmation")
        #expect(Self.code(Self.info(Self.certificate(own) + Self.value(holder)), presenting: own) == "")
        // Each `KeyInfo` names a key that may confirm the subject.
        #expect(Self.code(Self.info(Self.value(.rsa)) + Self.info(Self.value(holder)), presenting: own) == "")
    }

    @Test("a leading zero of a modulus says nothing") func leadingZero() {
        let value = Self.value(.stranger) { $0.insert(0, at: 0) }
        #expect(Self.code(Self.info(value), presenting: Signer.stranger.certificate) == "")
    }

    @Test("everybody else is not", arguments: holders)
    func refused(holder: Signer) {
        let own = holder.certificate
        let wrong = [
            "", Self.info(""), Self.info("<ds:KeyName>holder</ds:KeyName>"), Self.info(Self.value(.rsa)),
            Self.info(Self.value(holder) { $0[$0.count - 1] ^= 1 }), Self.info(Self.value(holder) { $0.removeLast() }),
            Self.info(Self.value(holder) { $0 = [] }), Self.info(Self.value(holder) { $0[0] ^= 6 }),
            // One `KeyInfo` is about one key.
            Self.info(Self.value(holder) + Self.value(.rsa)), Self.info(Self.certificate(own) + Self.value(.rsa)),
            Self.info(Self.value(holder) + Self.certificate(Signer.rsa.certificate)),
            // What cannot be compared is not followed.
            Self.info(Self.value(holder) + "<ds:KeyName>holder</ds:KeyName>"),
            Self.info("<ds:RetrievalMethod URI=\"#x\"></ds:RetrievalMethod>"),
            Self.info("<ds:X509Data><ds:X509SubjectName>CN=provider</ds:X509SubjectName></ds:X509Data>"),
            Self.info("<ds:KeyValue></ds:KeyValue>"), Self.info("<ds:KeyValue>text</ds:KeyValue>"),
            Self.info(Self.value(holder)).replacingOccurrences(of: "ds:KeyValue>", with: "ds:KeyValue2>"),
        ]
        for infos in wrong { #expect(Self.code(infos, presenting: own) == "subject.confirmation", "\(infos)") }
        let good = Self.info(Self.certificate(own) + Self.value(holder))
        #expect(Self.code(good, presenting: nil) == "subject.confirmation")
        #expect(Self.code(good, presenting: []) == "subject.confirmation")
        #expect(Self.code(good, presenting: Signer.rsa.certificate) == "subject.confirmation")
    }

    @Test("a point counts on its own curve only", arguments: ["urn:oid:1.3.132.0.34", "urn:oid:1.3.132.0.10", ""])
    func curves(curve: String) {
        let value = Self.value(.p256, curve: curve)
        #expect(Self.code(Self.info(value), presenting: Signer.p256.certificate) == "subject.confirmation")
    }
}
