import JOSE
import SigningKeys
import StrictJSON
import Testing

@Suite struct KeyImportTests {
    private func refusal(_ jwk: String) throws -> String? {
        let set = try JSONWebKeySet(parsing: Array("{\"keys\":[\(jwk)]}".utf8))
        return set.keys.isEmpty ? set.refusals.first?.reason.code.rawValue : nil
    }

    @Test(
        "members decide whether a key counts",
        arguments: [
            ("", nil), (",\"use\":\"sig\"", nil), (",\"use\":\"enc\"", "key.purpose"), (",\"use\":1", "key.malformed"),
            (",\"key_ops\":[\"verify\"]", nil), (",\"key_ops\":[\"sign\"]", "key.purpose"),
            (",\"key_ops\":\"verify\"", "key.malformed"), (",\"alg\":\"ES256\"", nil),
            (",\"alg\":\"ES384\"", "key.algorithm"), (",\"alg\":\"RS256\"", "key.algorithm"),
            (",\"alg\":\"none\"", "key.unsupported"), (",\"alg\":\"HS256\"", "key.unsupported"),
            (",\"d\":\"AAAA\"", "key.secret"), (",\"k\":\"AAAA\"", "key.secret"), (",\"x5c\":[\"AA\"]", nil),
        ] as [(String, String?)])
    func members(extra: String, code: String?) throws {
        #expect(try refusal(try SigningKey.make(.es256).jwk(adding: extra)) == code)
    }

    @Test("a foreign key spoils nothing but itself") func foreign() throws {
        let key = try SigningKey.make(.es256)
        let others = [
            "1", "null", "[]", "{}", "{\"kty\":\"oct\",\"k\":\"AA\"}", "{\"kty\":\"AKP\",\"pub\":\"AA\"}",
            "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}",
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"!\",\"y\":\"\"}", "{\"kty\":5}", "{\"kty\":\"RSA\",\"kid\":5}",
        ]
        let set = try JSONWebKeySet(parsing: Array("{\"keys\":[\(others.joined(separator: ",")),\(key.jwk())]}".utf8))
        #expect(set.keys.count == 1)
        #expect(set.refusals.count == others.count)
    }

    @Test("no Kelvin sign in the kind of a key") func kelvin() throws {
        #expect(try refusal("{\"kty\":\"O\u{212A}P\",\"crv\":\"Ed25519\",\"x\":\"AA\"}") == "key.unsupported")
    }

    /// The eight points of small order, in their canonical and other forms (RFC 8032 section 5.1.3).
    @Test(
        "points that verify everything",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            // Not on the curve: the y of no point.
            "0200000000000000000000000000000000000000000000000000000000000000",
        ])
    func smallOrder(hex: String) throws {
        let bytes = stride(from: 0, to: 64, by: 2).map { place in
            let start = hex.index(hex.startIndex, offsetBy: place)
            return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16) ?? 0
        }
        let jwk = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(Base64URL.encode(bytes))\"}"
        #expect(try refusal(jwk) == "key.weak")
    }

    @Test("keys that are made are accepted") func edwards() throws {
        for _ in 0..<200 { #expect(try refusal(try SigningKey.make(.ed25519).jwk()) == nil) }
    }

    @Test(
        "documents that are no key set",
        arguments: [
            "", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":[]} ,",
            "{\"keys\":[" + [String](repeating: "{}", count: 101).joined(separator: ",") + "]}",
        ])
    func noSet(text: String) {
        #expect(throws: JSONWebKeySet.Fault.self) { try JSONWebKeySet(parsing: Array(text.utf8)) }
    }
}
