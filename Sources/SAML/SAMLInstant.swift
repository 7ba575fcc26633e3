package import CedarSyntax

/// Times in SAML: `xs:dateTime` with a zone (SAML Core section 1.3.3, XML Schema Part 2 section 3.2.7).
package enum SAMLInstant {
    /// The instant in milliseconds since 1970; `nil` for another form, or a time without a zone.
    ///
    /// Parts of a millisecond are dropped; a leap second is refused.
    package static func parse(_ text: CedarString) -> Int64? {
        var reader = Reader(bytes: Array(text.utf8))
        guard reader.bytes.count <= 64, let year = reader.number(4), year >= 1, reader.take("-"),
            let month = reader.number(2), (1...12).contains(month), reader.take("-"),
            let day = reader.number(2), day >= 1, day <= days(in: month, of: year), reader.take("T"),
            let hour = reader.number(2), hour <= 23, reader.take(":"), let minute = reader.number(2), minute <= 59,
            reader.take(":"), let second = reader.number(2), second <= 59
        else { return nil }
        guard let milliseconds = reader.fraction(), let offset = reader.zone(), reader.isAtEnd else { return nil }
        let seconds = Int64(dayNumber(year, month, day)) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
        return (seconds - Int64(offset) * 60) * 1_000 + Int64(milliseconds)
    }

    private struct Reader {
        let bytes: [UInt8]
        var at = 0

        var isAtEnd: Bool { at == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
            at += 1
            return true
        }

        mutating func number(_ digits: Int) -> Int? {
            guard at + digits <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[at..<at + digits] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            at += digits
            return value
        }

        mutating func fraction() -> Int? {
            guard take(".") else { return 0 }
            var value = 0
            var count = 0
            while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
                if count < 3 { value = value * 10 + Int(bytes[at] - 0x30) }
                count += 1
                at += 1
            }
            guard count > 0 else { return nil }
            for _ in count..<max(3, count) { value *= 10 }
            return value
        }

        /// The minutes that the zone is ahead of UTC.
        mutating func zone() -> Int? {
            if take("Z") { return 0 }
            let sign = take("+") ? 1 : take("-") ? -1 : 0
            guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), minutes <= 59,
                hours * 60 + minutes <= 840
            else { return nil }
            return sign * (hours * 60 + minutes)
        }
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// The days since 1970-01-01 in the Gregorian calendar.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
