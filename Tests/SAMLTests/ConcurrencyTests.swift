import CedarModel
import Identity
import OpenIDConnect
import SAML
import SAMLMessages
import Testing

/// The concurrent path: threads share keys, trust and memory, and nothing of a document.
@Suite struct ConcurrencyTests {
    @Test func threadsDoNotDisturbEachOther() async throws {
        let forges = [Signer.rsa, .p256].map { signer in
            var forge = MessageForge()
            forge.signer = signer
            forge.nameID = "user-\(signer)"
            forge.requestID = nil
            return forge
        }
        let messages = forges.map { (name: $0.nameID, good: $0.message, bad: RefusalTests.wrappings[4].make($0)) }
        let trust = forges[0].trust()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for round in 0..<25 {
                        let (name, good, bad) = messages[round % messages.count]
                        var forge = MessageForge()
                        forge.requestID = nil
                        #expect(forge.judge(good, trust: trust).name == name)
                        #expect(!forge.judge(bad, trust: trust).code.isEmpty)
                        #expect(
                            forge.judge(good.replacing("user", with: "root"), trust: trust).code
                                == "sig.digest_mismatch")
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
