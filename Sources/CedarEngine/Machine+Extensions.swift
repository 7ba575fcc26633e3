import CedarModel
import CedarSyntax

extension Machine {
    /// Calls an extension function with the right number of arguments.
    @inline(never)
    func call(_ step: Instruction, _ arena: Arena) throws(Fault) -> CompiledValue {
        let function = ExtensionFunction.byNumber[Int(step.b)]
        let receiver = registers[Int(step.a)]
        switch function {
        case .ip, .decimal, .datetime, .duration: return try construct(function, receiver, arena)
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast:
            return .bool(Self.test(function, try address(receiver)))
        case .isInRange:
            let address = try address(receiver)
            return .bool(address.isInRange(try self.address(registers[Int(step.a) + 1])))
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual:
            let left = try number(receiver, .decimal)
            let right = try number(registers[Int(step.a) + 1], .decimal)
            return .bool(Self.compare(function, left, right))
        case .offset:
            let datetime = Datetime(milliseconds: try number(receiver, .datetime))
            let duration = Duration(milliseconds: try number(registers[Int(step.a) + 1], .duration))
            return try milliseconds(.datetime, datetime.offset(by: duration)?.milliseconds)
        case .durationSince:
            let later = Datetime(milliseconds: try number(receiver, .datetime))
            let earlier = Datetime(milliseconds: try number(registers[Int(step.a) + 1], .datetime))
            return try milliseconds(.duration, later.durationSince(earlier)?.milliseconds)
        case .toDate:
            let datetime = Datetime(milliseconds: try number(receiver, .datetime))
            return try milliseconds(.datetime, datetime.toDate()?.milliseconds)
        case .toTime:
            let datetime = Datetime(milliseconds: try number(receiver, .datetime))
            return .number(.duration, datetime.toTime().milliseconds)
        case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays:
            let duration = Duration(milliseconds: try number(receiver, .duration))
            return .number(.long, Self.convert(function, duration))
        }
    }

    private func number(_ value: CompiledValue, _ kind: CompiledValue.Kind) throws(Fault) -> Int64 {
        guard value.kind == kind else { throw mismatch(value) }
        return value.number
    }

    private func address(_ value: CompiledValue) throws(Fault) -> IPAddress {
        guard value.kind == .ip, let address = value.ipAddress else { throw mismatch(value) }
        return address
    }

    private func milliseconds(_ kind: CompiledValue.Kind, _ number: Int64?) throws(Fault) -> CompiledValue {
        guard let number else { throw .extensionFailure }
        return .number(kind, number)
    }

    private static func test(_ function: ExtensionFunction, _ address: IPAddress) -> Bool {
        switch function {
        case .isIpv4: address.isIPv4
        case .isIpv6: address.isIPv6
        case .isLoopback: address.isLoopback
        default: address.isMulticast
        }
    }

    private static func compare(_ function: ExtensionFunction, _ left: Int64, _ right: Int64) -> Bool {
        switch function {
        case .lessThan: left < right
        case .lessThanOrEqual: left <= right
        case .greaterThan: left > right
        default: left >= right
        }
    }

    private static func convert(_ function: ExtensionFunction, _ duration: CedarModel.Duration) -> Int64 {
        switch function {
        case .toSeconds: duration.toSeconds
        case .toMinutes: duration.toMinutes
        case .toHours: duration.toHours
        case .toDays: duration.toDays
        default: duration.toMilliseconds
        }
    }

    /// Reads the text of an extension value.
    ///
    /// Literal texts were read when compiling; validated policies have no others.
    private func construct(
        _ function: ExtensionFunction, _ argument: CompiledValue, _ arena: Arena
    ) throws(Fault) -> CompiledValue {
        guard argument.kind == .string else { throw mismatch(argument) }
        let bytes = texts.text(of: argument.id)
        // Safe: the bytes are only read to make the text.
        let text = unsafe bytes.withBuffer { unsafe String(decoding: $0, as: UTF8.self) }
        do {
            switch function {
            case .ip: return .ip(try IPAddress(parsing: text), in: arena)
            case .decimal: return .number(.decimal, try Decimal(parsing: text).units)
            case .datetime: return .number(.datetime, try Datetime(parsing: text).milliseconds)
            default: return .number(.duration, try Duration(parsing: text).milliseconds)
            }
        } catch {
            throw .extensionFailure
        }
    }
}
