import CedarModel

extension CompiledValue {
    /// Whether two values are equal: deep, and false for different types.
    @inline(__always)
    static func == (left: CompiledValue, right: CompiledValue) -> Bool {
        guard left.kind == right.kind else { return false }
        switch left.kind {
        case .bool, .long, .string, .entity, .decimal, .datetime, .duration, .unreadable:
            return left.bits == right.bits
        case .set, .record, .ip: return order(left, right) == 0
        }
    }

    /// A total order of all values, which agrees with equality: negative, zero or positive.
    ///
    /// It sorts the elements of sets. The order itself means nothing: it differs between symbol tables.
    static func order(_ left: CompiledValue, _ right: CompiledValue) -> Int {
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue ? -1 : 1 }
        switch left.kind {
        case .bool, .long, .string, .entity, .decimal, .datetime, .duration, .unreadable:
            return order(left.bits, right.bits)
        case .ip: return orderIP(left, right)
        case .set: return orderSets(left, right)
        case .record: return orderRecords(left, right)
        }
    }

    @inline(__always)
    private static func order<Word: FixedWidthInteger>(_ left: Word, _ right: Word) -> Int {
        left == right ? 0 : left < right ? -1 : 1
    }

    private static func orderIP(_ left: CompiledValue, _ right: CompiledValue) -> Int {
        if left.detail != right.detail { return order(left.detail, right.detail) }
        if left.bits == right.bits { return 0 }
        let (one, other) = (left.address, right.address)
        return one.high != other.high ? order(one.high, other.high) : order(one.low, other.low)
    }

    private static func orderSets(_ left: CompiledValue, _ right: CompiledValue) -> Int {
        if left.detail != right.detail { return order(left.detail, right.detail) }
        let (one, other) = (left.elements, right.elements)
        for index in 0..<one.count {
            let result = order(one[index], other[index])
            if result != 0 { return result }
        }
        return 0
    }

    private static func orderRecords(_ left: CompiledValue, _ right: CompiledValue) -> Int {
        if left.detail != right.detail { return order(left.detail, right.detail) }
        let (one, other) = (left.fields, right.fields)
        for index in 0..<one.count {
            if one[index].key != other[index].key { return order(one[index].key, other[index].key) }
            let result = order(one[index].value, other[index].value)
            if result != 0 { return result }
        }
        return 0
    }
}

extension CompiledValue {
    /// The two halves of an IP address, which does not fit into a value when it has 128 bits.
    struct AddressHalves: BitwiseCopyable {
        var high: UInt64
        var low: UInt64
    }

    /// An IP address or range.
    static func ip(_ address: IPAddress, in arena: Arena) -> CompiledValue {
        let detail = UInt32(address.family.rawValue) << 8 | UInt32(address.prefix)
        guard address.isIPv6 else { return CompiledValue(.ip, bits: address.low, detail: detail) }
        let halves = arena.cells(1, repeating: AddressHalves(high: address.high, low: address.low))
        return CompiledValue(.ip, bits: halves.address, detail: detail)
    }

    private var isIPv6: Bool { detail >> 8 == UInt32(IPAddress.Family.v6.rawValue) }

    private var address: AddressHalves {
        isIPv6 ? Cells<AddressHalves>(address: bits, count: 1)[0] : AddressHalves(high: 0, low: bits)
    }

    /// The IP address; for values of that type.
    var ipAddress: IPAddress? {
        let prefix = Int(detail & 0xFF)
        let address = self.address
        return isIPv6
            ? IPAddress(v6: address.high, address.low, prefix: prefix)
            : IPAddress(v4: UInt32(truncatingIfNeeded: address.low), prefix: prefix)
    }
}

extension CompiledValue {
    /// Whether a set has an element.
    func contains(_ element: CompiledValue) -> Bool {
        let elements = self.elements
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            let result = CompiledValue.order(elements[middle], element)
            if result == 0 { return true }
            if result < 0 { low = middle + 1 } else { high = middle }
        }
        return false
    }

    /// Whether a set has all elements of another.
    func containsAll(_ other: CompiledValue) -> Bool {
        let wanted = other.elements
        guard wanted.count <= elements.count else { return false }
        for index in 0..<wanted.count where !contains(wanted[index]) { return false }
        return true
    }

    /// Whether two sets have an element in common.
    func containsAny(_ other: CompiledValue) -> Bool {
        let (few, many) = detail < other.detail ? (self, other) : (other, self)
        let candidates = few.elements
        for index in 0..<candidates.count where many.contains(candidates[index]) { return true }
        return false
    }

    /// A set of elements in any order and with repetitions, which are sorted where they are.
    static func set(sorting elements: Cells<CompiledValue>) -> CompiledValue {
        elements.sort { order($0, $1) < 0 }
        guard elements.count > 1 else { return .set(elements) }
        var kept = 1
        for index in 1..<elements.count where order(elements[kept - 1], elements[index]) != 0 {
            elements[kept] = elements[index]
            kept += 1
        }
        return .set(elements.prefix(kept))
    }
}
