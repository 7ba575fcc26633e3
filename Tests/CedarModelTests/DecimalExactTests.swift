import CedarModel
import SeededRandom
import Testing

@Suite struct DecimalExactTests {
    @Test(
        "numbers that four digits hold",
        arguments: [
            ("0", "0.0"), ("-0", "0.0"), ("0.0", "0.0"), ("-0.000000", "0.0"), ("0e5", "0.0"), ("0.00E-7", "0.0"),
            ("0e99999999999999999999", "0.0"), ("-0.0e-99999999999999999999", "0.0"),
            ("1", "1.0"), ("-1", "-1.0"), ("10", "10.0"), ("1.5", "1.5"), ("1.50000000", "1.5"), ("0.0001", "0.0001"),
            ("1e2", "100.0"), ("1E+2", "100.0"), ("1.25e1", "12.5"), ("125e-4", "0.0125"), ("10000e-8", "0.0001"),
            ("0.00000001e4", "0.0001"), ("1e14", "100000000000000.0"), ("1200e-2", "12.0"), ("1e-004", "0.0001"),
            ("922337203685477.5807", "922337203685477.5807"), ("-922337203685477.5808", "-922337203685477.5808"),
            ("9223372036854775807e-4", "922337203685477.5807"), ("92233720368547758070e-5", "922337203685477.5807"),
        ])
    func exact(number: String, expected: String) {
        #expect(Decimal(exactly: number)?.description == expected)
    }

    @Test(
        "numbers that they do not hold",
        arguments: [
            "0.00001", "1e-5", "1.00001", "922337203685477.5808", "-922337203685477.5809", "1e15", "1e19",
            "123456789e15",
            "9223372036854775808", "1e99999999999999999999", "1e-99999999999999999999",
            // The exponents at which a careless sum overflows.
            "1e9223372036854775807", "1000e9223372036854775807", "1e-9223372036854775808", "0.001e-9223372036854775808",
            "1e2147483647", "1e-2147483648", "1e2147483648",
        ])
    func inexact(number: String) {
        #expect(Decimal(exactly: number) == nil)
    }

    @Test("long numbers cost no more than their length")
    func long() {
        let zeros = String(repeating: "0", count: 1_000_000)
        #expect(Decimal(exactly: "0.\(zeros)1") == nil)
        #expect(Decimal(exactly: "1.\(zeros)")?.units == 10_000)
        #expect(Decimal(exactly: "0.\(zeros)15e1000001")?.units == 15_000)
        #expect(Decimal(exactly: "1\(zeros)e-1000000")?.units == 10_000)
        #expect(Decimal(exactly: "1.5e\(zeros)")?.units == 15_000)
    }

    @Test("agrees with the text form wherever that exists")
    func agreesWithParsing() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<2_000 {
            let decimal = Decimal(units: generator.integer())
            #expect(Decimal(exactly: decimal.description) == decimal)
            #expect(Decimal(exactly: "\(decimal.units)e-4") == decimal)
        }
    }
}
