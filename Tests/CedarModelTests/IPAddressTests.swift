import CedarModel
import SeededRandom
import Testing

@Suite("IPAddress")
struct IPAddressTests {
    @Test(
        "reads IPv4 with and without a prefix",
        arguments: [
            ("0.0.0.0", 0, 32), ("255.255.255.255", 0xFFFF_FFFF, 32), ("10.1.2.3", 0x0A01_0203, 32),
            ("10.1.2.3/32", 0x0A01_0203, 32), ("10.1.2.3/8", 0x0A01_0203, 8), ("10.1.2.3/0", 0x0A01_0203, 0),
        ] as [(String, UInt32, Int)])
    func readsV4(text: String, bits: UInt32, prefix: Int) throws {
        let address = try IPAddress(parsing: text)
        #expect(address == IPAddress(v4: bits, prefix: prefix))
        #expect(address.isIPv4 && !address.isIPv6)
    }

    @Test(
        "reads IPv6 with and without a prefix",
        arguments: [
            ("::", 0, 0, 128), ("::1", 0, 1, 128), ("1::", 0x0001_0000_0000_0000, 0, 128), ("::/0", 0, 0, 0),
            ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004, 0x0005_0006_0007_0008, 128),
            ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004, 0x0005_0006_0007_0000, 128),
            ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004, 0x0005_0006_0007_0008, 128),
            ("1::8", 0x0001_0000_0000_0000, 8, 128), ("1:2::7:8/64", 0x0001_0002_0000_0000, 0x0000_0000_0007_0008, 64),
            ("2001:DB8::aBcD/32", 0x2001_0DB8_0000_0000, 0xABCD, 32),
            ("0001:0002:0003:0004:0005:0006:0007:0008/128", 0x0001_0002_0003_0004, 0x0005_0006_0007_0008, 128),
            ("::ffff:c000:0280", 0, 0x0000_FFFF_C000_0280, 128),
        ] as [(String, UInt64, UInt64, Int)])
    func readsV6(text: String, high: UInt64, low: UInt64, prefix: Int) throws {
        let address = try IPAddress(parsing: text)
        #expect(address == IPAddress(v6: high, low, prefix: prefix))
        #expect(address.isIPv6 && !address.isIPv4)
    }

    @Test(
        "refuses every other form",
        arguments: [
            "", "/", "/8", ".", ":", ":::", "a", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1",
            "1.2.3.1000", "01.2.3.4", "1.2.3.00", "1.2.3.+4", "1.2.3.-4", "0x1.2.3.4", "1.2.3.4 ", " 1.2.3.4",
            "1.2.3.4\0",
            "1.2.3.4\n", "\u{661}.2.3.4", "1.2.3.4:", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:",
            ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1::2::3", "1:::2", "::1:",
            ":1::", "::12345", "00001::", "::g", "::-1", "::1%eth0", "[::1]", "::1.2.3.4", "::ffff:1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4", "::1 ", "\u{FF11}::",
        ])
    func refusesForm(text: String) {
        #expect { try IPAddress(parsing: text) } throws: { error in
            let error = error as? ExtensionError
            return error?.extensionName == "ipaddr" && error?.message.contains("is not an IP address") == true
        }
    }

    @Test(
        "refuses invalid prefixes",
        arguments: [
            "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/00", "1.2.3.4/08", "1.2.3.4/+8", "1.2.3.4/-0", "1.2.3.4/8/8",
            "1.2.3.4/a",
            "1.2.3.4/ 8", "1.2.3.4/8 ", "1.2.3.4/99999999999999999999", "::/", "::/129", "::/00", "::/064", "::/+12",
            "::/256", "::/1.0", "::/1:0",
        ])
    func refusesPrefix(text: String) {
        #expect { try IPAddress(parsing: text) } throws: { error in
            (error as? ExtensionError)?.message.contains("has an invalid prefix") == true
        }
    }

    @Test("accepts 43 characters and no more")
    func length() throws {
        let longest = "1111:2222:3333:4444:5555:6666:7777:8888/128"
        #expect(longest.utf8.count == 43)
        #expect(try IPAddress(parsing: longest).prefix == 128)
        #expect { try IPAddress(parsing: longest + "0") } throws: { error in
            (error as? ExtensionError)?.message.contains("is too long") == true
        }
    }

    @Test("the memberwise initializers refuse a prefix that is too long")
    func boundedPrefix() {
        #expect(IPAddress(v4: 0, prefix: 33) == nil)
        #expect(IPAddress(v4: 0, prefix: -1) == nil)
        #expect(IPAddress(v6: 0, 0, prefix: 129) == nil)
        #expect(IPAddress(v6: 0, 0, prefix: -1) == nil)
    }

    @Test("equality looks at the host bits, the prefix and the family")
    func equality() throws {
        #expect(try IPAddress(parsing: "10.0.0.1/24") != IPAddress(parsing: "10.0.0.0/24"))
        #expect(try IPAddress(parsing: "10.0.0.1/24") != IPAddress(parsing: "10.0.0.1"))
        #expect(try IPAddress(parsing: "10.0.0.1/32") == IPAddress(parsing: "10.0.0.1"))
        #expect(try IPAddress(parsing: "0:0:0:0:0:0:0:1") == IPAddress(parsing: "::1/128"))
        #expect(try IPAddress(parsing: "::1") != IPAddress(parsing: "0.0.0.1"))
        #expect(try IPAddress(parsing: "::1/32") != IPAddress(parsing: "0.0.0.1/32"))
    }

    @Test(
        "knows loopback ranges",
        arguments: [
            ("127.0.0.1", true), ("127.255.255.255/8", true), ("127.0.0.0/7", false), ("126.255.255.255", false),
            ("128.0.0.0", false), ("::1", true), ("::1/127", false), ("::2", false), ("1::1", false),
            ("::ffff:7f00:1", false),
        ])
    func loopback(text: String, expected: Bool) throws {
        #expect(try IPAddress(parsing: text).isLoopback == expected)
    }

    @Test(
        "knows multicast ranges",
        arguments: [
            ("224.0.0.1", true), ("239.255.255.255/4", true), ("224.0.0.0/3", false), ("223.255.255.255", false),
            ("240.0.0.0", false), ("ff02::1", true), ("ff00::/8", true), ("ff00::/7", false), ("feff::", false),
            ("::ff00", false),
        ])
    func multicast(text: String, expected: Bool) throws {
        #expect(try IPAddress(parsing: text).isMulticast == expected)
    }

    @Test(
        "compares whole ranges",
        arguments: [
            ("10.1.2.3", "10.0.0.0/8", true), ("10.1.2.3", "10.9.9.9/8", true), ("11.0.0.0", "10.0.0.0/8", false),
            ("10.0.0.0/8", "10.0.0.0/8", true), ("10.0.0.0/7", "10.0.0.0/8", false), ("10.0.0.0/9", "10.0.0.0/8", true),
            ("1.2.3.4", "0.0.0.0/0", true), ("9.9.9.9/0", "0.0.0.0/0", true), ("0.0.0.0/0", "0.0.0.0/1", false),
            ("1.2.3.4", "1.2.3.4", true), ("1.2.3.4", "1.2.3.5", false), ("1.2.3.4", "1.2.3.5/31", true),
            ("1.2.3.4", "::/0", false), ("::1", "0.0.0.0/0", false), ("ffff::1", "::/0", true),
            ("2001:db8::1", "2001:db8::/64", true), ("2001:db8:0:1::1", "2001:db8::/64", false),
            ("2001:db8:0:1::1", "2001:db8::/63", true), ("1::8000:0:0:0", "1::/65", false),
            (
                "1::7fff:0:0:0",
                "1::/65", true
            ),
            ("::1", "::/127", true), ("::2", "::/127", false), ("::1", "::1/128", true), ("::/127", "::/128", false),
        ])
    func range(text: String, other: String, expected: Bool) throws {
        #expect(try IPAddress(parsing: text).isInRange(IPAddress(parsing: other)) == expected)
    }

    @Test(
        "describes itself canonically",
        arguments: [
            ("10.0.0.1/32", "10.0.0.1"), ("10.0.0.1/8", "10.0.0.1/8"), ("0.0.0.0/0", "0.0.0.0/0"),
            ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1/128", "::1"), ("1:0:0:0:0:0:0:0/16", "1::/16"),
            ("2001:0DB8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("0:0:3:4:5:6:0:0", "::3:4:5:6:0:0"),
            ("::ffff:c000:0280", "::ffff:c000:280"), ("ABCD::", "abcd::"),
        ])
    func describes(text: String, expected: String) throws {
        #expect(try IPAddress(parsing: text).description == expected)
    }

    @Test("reads its own description back, for every pattern of zero groups")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 21)
        for pattern in 0..<256 {
            var halves: [UInt64] = [0, 0]
            for group in 0..<8 where pattern & (1 << group) != 0 {
                let value = UInt64.random(in: 1...0xFFFF, using: &generator)
                halves[group / 4] |= value << UInt64(group % 4 * 16)
            }
            for prefix in [0, Int.random(in: 1..<128, using: &generator), 128] {
                let address = try #require(IPAddress(v6: halves[0], halves[1], prefix: prefix))
                try #require(try IPAddress(parsing: address.description) == address)
            }
        }
        for prefix in 0...32 {
            let bits = UInt32(truncatingIfNeeded: generator.next())
            let address = try #require(IPAddress(v4: bits, prefix: prefix))
            try #require(try IPAddress(parsing: address.description) == address)
        }
    }

    @Test("a range contains exactly the addresses that agree in the bits of the prefix")
    func prefixBits() throws {
        var generator = SeededGenerator(seed: 22)
        for prefix in 0...128 {
            let (high, low) = (generator.next(), generator.next())
            let range = try #require(IPAddress(v6: high, low, prefix: prefix))
            for bit in 0..<128 {
                let flipped =
                    bit < 64
                    ? IPAddress(v6: high ^ (1 << UInt64(63 - bit)), low)
                    : IPAddress(v6: high, low ^ (1 << UInt64(127 - bit)))
                try #require(try #require(flipped).isInRange(range) == (bit >= prefix))
            }
        }
        for prefix in 0...32 {
            let bits = UInt32(truncatingIfNeeded: generator.next())
            let range = try #require(IPAddress(v4: bits, prefix: prefix))
            for bit in 0..<32 {
                let flipped = try #require(IPAddress(v4: bits ^ (1 << UInt32(31 - bit))))
                try #require(flipped.isInRange(range) == (bit >= prefix))
            }
        }
    }

    @Test("survives mutated texts, and what it reads it also writes")
    func mutations() throws {
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<5_000 {
            let seed = ["10.20.30.40/24", "2001:db8::1/64", "1:2:3:4:5:6:7:8", "::"].randomElement(using: &generator)
            let text = generator.mutation(of: seed ?? "", alphabet: "0123456789abF:./% \u{661}\0")
            guard let address = try? IPAddress(parsing: text) else { continue }
            try #require(try IPAddress(parsing: address.description) == address)
        }
    }
}
