extension Datetime {
    /// The instant that an RFC 3339 `date-time` denotes, to the millisecond; `nil` when the text is not one.
    ///
    /// This is the form of clocks given to the program from outside. Policies and data keep to the narrower Cedar form.
    /// Leap seconds have no instant here and are refused; further fractional digits are cut off.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard (20...64).contains(bytes.count), bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74,
            bytes[13] == 0x3A, bytes[16] == 0x3A
        else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        var position = 19
        var milliseconds = 0
        if bytes[position] == 0x2E {
            var digits = 0
            position += 1
            while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
                if digits < 3 { milliseconds = milliseconds * 10 + Int(bytes[position] - 0x30) }
                digits += 1
                position += 1
            }
            guard digits > 0 else { return nil }
            for _ in min(digits, 3)..<3 { milliseconds *= 10 }
        }
        guard position < bytes.count else { return nil }
        var offset = 0
        if bytes[position] | 0x20 == 0x7A {
            guard position + 1 == bytes.count else { return nil }
        } else {
            guard bytes[position] == 0x2B || bytes[position] == 0x2D, position + 6 == bytes.count,
                bytes[position + 3] == 0x3A, let hours = number(position + 1..<position + 3), hours < 24,
                let minutes = number(position + 4..<position + 6), minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[position] == 0x2D ? -1 : 1)
        }
        self.init(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: milliseconds,
            offsetMinutes: offset)
    }
}
