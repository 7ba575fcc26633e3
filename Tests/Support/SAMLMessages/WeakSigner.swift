import CryptoExtras
import Foundation

/// An RSA key of 1024 bits, which nobody may accept: for tests only, and worth nothing.
enum WeakSigner {
    private static let text = """
        MIICXgIBAAKBgQDcG+kMglmU16w+yGRRAbh4TUEWIWddBLAKwmKBSdBVbZ2sfiC+99ANbbZMoSHZ5Nt5Wt+++lhZRKsZK2uiZX2x
        u0Ljh0WhA5SdmG7wt7uVJ1rC7s8y0iCUajK8m8fMepDck3MvDg025ecAHWxI1aBLpZBmeMB5dfEzaJyBi6o/swIDAQABAoGBALDJ
        gg9YCtdvupranSgrN5z4f9Rkk/60KykZI8EwJjLXThMjYu2/YM3IVumJagT2ugjoollj/d4FN1+J7nOLDL5ccj3WheuWIf4npo2e
        wnuAYoXbwS/hhqy3ocF8P110+B07ur0wNTi0R912pkuJbQ1xFUhEnaDCXxNq+AsTg97BAkEA8+b04jQdqR+l/oTedcDU6ex9gbtx
        k+PXZUmddRLzEeRTY1II3dAjh8XIEA6CxloiMdRrOlK+IjNE7a8pdC45wwJBAOcG1LgYYTPGgXOMYGCKZ6xQ+Qy/WOtpJllvMM4r
        Odu8ChklKXE7LKtoEf+YJLPyNx4bC3MAqIZy13JmOo21k1ECQQCMybZ1lGvCojgpUP0wr5y3YwGXj2GiYpSFLRcs60FQBKJ15Hal
        w22fA/XV/upSINk4NkunIPgLudiB8uhU3hINAkBDYSClWKbw3NJgiu6I+ZTnEu6wIxaiAhbnOqC3YLANQDiJwObnWWTb0Qx+yTbb
        LKeapjSeo/CC1fe0K9CkB/MhAkEAmMrc8shY7qGvRbdkzIaMyIKA0SRemTlbeo7tX0gqzxMWR45Z2BYMEtSyre1uycbSKRvS8Elt
        SMsG1hOGFm64Tg==
        """

    private static let key: _RSA.Signing.PrivateKey = {
        let pem = "-----BEGIN RSA PRIVATE KEY-----\n\(text)\n-----END RSA PRIVATE KEY-----\n"
        guard let key = try? _RSA.Signing.PrivateKey(unsafePEMRepresentation: pem) else {
            fatalError("the key cannot be read")
        }
        return key
    }()

    /// The certificate of the key, in DER.
    static var certificate: [UInt8] {
        CertificateForge.certificate(for: [UInt8](key.publicKey.derRepresentation))
    }

    /// The signature over some bytes.
    static func sign(_ data: Data) -> Data {
        guard let signature = try? key.signature(for: data, padding: .insecurePKCS1v1_5) else {
            fatalError("a signature could not be made")
        }
        return signature.rawRepresentation
    }
}
