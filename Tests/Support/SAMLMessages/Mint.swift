import CryptoExtras
package import Foundation

/// Makes messages of every family of valid forms and of attacks, with fresh keys and identifiers each time, and writes
/// them as a folder that `verdict conformance saml` and other implementations can be run on.
package struct Mint {
    /// The time of all cases, in milliseconds.
    package let now: Int64

    /// Makes a mint.
    package init(now: Int64 = MessageForge.now) {
        self.now = now / 1_000 * 1_000
    }

    /// A forge for the mint's time.
    var forge: MessageForge {
        var forge = MessageForge()
        (forge.issued, forge.start) = (now, now - 60_000)
        (forge.end, forge.confirmationEnd) = (now + 300_000, now + 300_000)
        return forge
    }

    /// All cases.
    package var cases: [MintedCase] {
        validForms + encryptedForms + wrappings + signatures + references + documents + claims + times + encryptions
            + replays + bareAssertions
    }

    /// The signers whose certificates are files.
    private static let signers: [(name: String, signer: Signer)] = [
        ("rsa", .rsa), ("next", .rsaNext), ("p256", .p256), ("p384", .p384), ("stranger", .stranger),
    ]

    /// Writes the cases, their keys and what must become of them.
    /// - Throws: what the file system throws.
    package func write(to folder: URL) throws {
        let minted = folder.appending(path: "minted")
        for name in ["cases", "keys"] {
            try FileManager.default.createDirectory(
                at: minted.appending(path: name), withIntermediateDirectories: true)
        }
        var keys = Self.signers.map { ($0.name, CertificateForge.pem($0.signer.certificate)) }
        keys.append(("weak", CertificateForge.pem(WeakSigner.certificate)))
        keys.append(
            (
                "expired",
                CertificateForge.pem(
                    CertificateForge.certificate(
                        for: Signer.rsa.publicKeyDER, validity: ("200101000000Z", "210101000000Z")))
            ))
        for (name, text) in keys { try Data(text.utf8).write(to: minted.appending(path: "keys/\(name).crt")) }
        try Data(Encrypter.pem.utf8).write(to: minted.appending(path: "keys/service.key"))
        let service = CertificateForge.certificate(for: [UInt8](Encrypter.key.publicKey.derRepresentation))
        try Data(CertificateForge.pem(service).utf8).write(to: minted.appending(path: "keys/service.crt"))
        var entries: [[String: Any]] = []
        var policies: [String: Any] = [:]
        let sample = forge
        for test in cases {
            try Data(test.bytes).write(to: minted.appending(path: "cases/\(test.id).xml"))
            entries.append([
                "id": test.id, "file": "cases/\(test.id).xml", "expect": test.expectation, "code": test.code,
                "idp_certs": test.certificates.map { "keys/\($0).crt" }, "idp_entity": sample.provider,
                "sp_entity": sample.audience, "acs": sample.recipient, "now": MessageForge.time(now), "skew": 60,
                "sp_keys": ["keys/service.key"], "bare": test.isBare,
                "in_response_to": test.requestID as Any? ?? NSNull(), "nameid": test.nameID as Any? ?? NSNull(),
                "attack_nameid": Self.forged, "replay_group": test.group as Any? ?? NSNull(),
            ])
            guard test.expectation == "policy" else { continue }
            var policy = ["default": test.unflagged]
            if let flag = test.flag {
                policy["flag"] = flag
                policy["with_flag"] = test.unflagged == "reject" ? "accept" : "reject"
            }
            policies[test.id] = policy
        }
        let manifest: [String: Any] = ["now": MessageForge.time(now), "cases": entries]
        try JSONSerialization.data(withJSONObject: manifest, options: [.prettyPrinted, .sortedKeys])
            .write(to: minted.appending(path: "manifest.json"))
        try JSONSerialization.data(withJSONObject: ["policy_cases": policies], options: [.prettyPrinted, .sortedKeys])
            .write(to: folder.appending(path: "policies.json"))
    }

    /// The name id of forged assertions.
    static let forged = "admin@example.com"

    /// A forged assertion with an ID of its own.
    func evil(_ forge: MessageForge, id: String? = nil, inside: String = "") -> String {
        var evil = forge
        evil.nameID = Self.forged
        evil.assertionID = id ?? "_evil" + MessageForge.random()
        return evil.assertion.replacingFirst("<saml:AuthnStatement", with: inside + "<saml:AuthnStatement")
    }
}
