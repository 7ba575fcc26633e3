/// Makes decision ids: a random number of 128 bits in 26 characters of the RFC 4648 base32 alphabet, lower case, the
/// most significant first.
package enum DecisionIdentifier {
    /// A new id.
    package static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return make(using: &random)
    }

    /// A new id of a source of random numbers, which must be fit for secrets.
    package static func make(using random: inout some RandomNumberGenerator) -> String {
        var bits = UInt128(random.next()) << 64 | UInt128(random.next())
        var characters = [UInt8](repeating: 0, count: 26)
        for index in stride(from: 25, through: 0, by: -1) {
            characters[index] = alphabet[Int(bits & 31)]
            bits >>= 5
        }
        return String(decoding: characters, as: UTF8.self)
    }

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
}
