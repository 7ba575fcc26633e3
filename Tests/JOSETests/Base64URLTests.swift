import JOSE
import Testing

@Suite struct Base64URLTests {
    @Test("one spelling per value", arguments: ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "-_-_"])
    func roundTrip(text: String) throws {
        let bytes = try #require(Base64URL.decode(Array(text.utf8)))
        #expect(Base64URL.encode(bytes) == text)
    }

    @Test(
        "every other spelling is refused",
        arguments: ["Z", "Zm9vZ", "Zg==", "Zg=", "Zh", "Zm9", "Zm+v", "Zm/v", " Zg", "Zg\n", "Zm9v=", "Zé9v", "Zm.v"])
    func refused(text: String) {
        #expect(Base64URL.decode(Array(text.utf8)) == nil)
    }

    @Test func everyByteRoundTrips() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length) }
            #expect(Base64URL.decode(Array(Base64URL.encode(bytes).utf8)) == bytes)
        }
    }
}
