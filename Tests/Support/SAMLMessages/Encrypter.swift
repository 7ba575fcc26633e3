import Crypto
package import CryptoExtras
import Foundation

/// Encrypts elements as providers do, for one key of the service.
package struct Encrypter {
    /// The key of the service.
    package static let key = Signer.makeRSA(2_048)

    /// Its private key in PEM.
    package static var pem: String { key.pemRepresentation }

    /// Whether OAEP is with SHA-256, instead of SHA-1.
    package var usesSHA256 = true
    /// The length of the content key.
    package var bits = 256

    /// Makes an encrypter.
    package init(usesSHA256: Bool = true, bits: Int = 256) {
        self.usesSHA256 = usesSHA256
        self.bits = bits
    }

    /// The element that holds another one, encrypted.
    package func encrypted(_ element: String, as name: String = "EncryptedAssertion") -> String {
        let contentKey = SymmetricKey(size: SymmetricKeySize(bitCount: bits))
        // Safe: the buffer is only read while the closure runs.
        let raw = unsafe contentKey.withUnsafeBytes { unsafe Data($0) }
        guard let sealed = try? AES.GCM.seal(Data(element.utf8), using: contentKey).combined else {
            fatalError("nothing could be encrypted")
        }
        return encrypted(sealed, raw, "http://www.w3.org/2009/xmlenc11#aes\(bits)-gcm", as: name)
    }

    /// The same with cipher block chaining, which is refused.
    package func encryptedCBC(_ element: String) -> String {
        let contentKey = SymmetricKey(size: SymmetricKeySize(bitCount: bits))
        // Safe: the buffer is only read while the closure runs.
        let raw = unsafe contentKey.withUnsafeBytes { unsafe Data($0) }
        let vector = AES._CBC.IV()
        guard let sealed = try? AES._CBC.encrypt(Data(element.utf8), using: contentKey, iv: vector) else {
            fatalError("nothing could be encrypted")
        }
        return encrypted(
            Data(vector) + sealed, raw, "http://www.w3.org/2001/04/xmlenc#aes\(bits)-cbc", as: "EncryptedAssertion")
    }

    private func encrypted(_ sealed: Data, _ raw: Data, _ algorithm: String, as name: String) -> String {
        guard let public_ = try? _RSA.Encryption.PublicKey(derRepresentation: Self.key.publicKey.derRepresentation),
            let wrapped = try? public_.encrypt(raw, padding: usesSHA256 ? .PKCS1_OAEP_SHA256 : .PKCS1_OAEP)
        else { fatalError("nothing could be encrypted") }
        let transport =
            usesSHA256
            ? "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#rsa-oaep\">"
                + "<ds:DigestMethod "
                + "Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>"
                + "<xenc11:MGF xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\" "
                + "Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"></xenc11:MGF></xenc:EncryptionMethod>"
            : "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\">"
                + "</xenc:EncryptionMethod>"
        return "<saml:\(name) xmlns:saml=\"\(MessageForge.samlNamespace)\">"
            + "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" "
            + "Type=\"http://www.w3.org/2001/04/xmlenc#Element\">"
            + "<xenc:EncryptionMethod Algorithm=\"\(algorithm)\">"
            + "</xenc:EncryptionMethod><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><xenc:EncryptedKey>"
            + transport + "<xenc:CipherData><xenc:CipherValue>\(wrapped.base64EncodedString())</xenc:CipherValue>"
            + "</xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>"
            + "\(sealed.base64EncodedString())</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:\(name)>"
    }
}
