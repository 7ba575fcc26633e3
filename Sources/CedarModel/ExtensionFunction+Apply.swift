public import CedarSyntax

extension ExtensionFunction {
    /// Applies the function to its arguments, the receiver of a method first.
    ///
    /// The number of arguments is part of evaluation, as in the reference: a wrong call parses and fails when reached.
    /// - Throws: ``EvaluationError`` without a span, which the caller knows.
    public func apply(to arguments: [Value]) throws(EvaluationError) -> Value {
        guard arguments.count == argumentCount else {
            throw EvaluationError(.wrongArgumentCount(self, expected: argumentCount, actual: arguments.count))
        }
        let receiver = arguments[0]
        switch self {
        case .ip: return try construct(receiver) { text throws(ExtensionError) in .ip(try IPAddress(parsing: text)) }
        case .decimal:
            return try construct(receiver) { text throws(ExtensionError) in .decimal(try Decimal(parsing: text)) }
        case .datetime:
            return try construct(receiver) { text throws(ExtensionError) in .datetime(try Datetime(parsing: text)) }
        case .duration:
            return try construct(receiver) { text throws(ExtensionError) in .duration(try Duration(parsing: text)) }
        case .isIpv4: return .bool(try receiver.asIP().isIPv4)
        case .isIpv6: return .bool(try receiver.asIP().isIPv6)
        case .isLoopback: return .bool(try receiver.asIP().isLoopback)
        case .isMulticast: return .bool(try receiver.asIP().isMulticast)
        case .isInRange: return .bool(try receiver.asIP().isInRange(try arguments[1].asIP()))
        case .lessThan: return .bool(try receiver.asDecimal() < arguments[1].asDecimal())
        case .lessThanOrEqual: return .bool(try receiver.asDecimal() <= arguments[1].asDecimal())
        case .greaterThan: return .bool(try receiver.asDecimal() > arguments[1].asDecimal())
        case .greaterThanOrEqual: return .bool(try receiver.asDecimal() >= arguments[1].asDecimal())
        case .offset:
            let (datetime, duration) = (try receiver.asDatetime(), try arguments[1].asDuration())
            return .datetime(try inRange(datetime.offset(by: duration)))
        case .durationSince:
            let (later, earlier) = (try receiver.asDatetime(), try arguments[1].asDatetime())
            return .duration(try inRange(later.durationSince(earlier)))
        case .toDate: return .datetime(try inRange(try receiver.asDatetime().toDate()))
        case .toTime: return .duration(try receiver.asDatetime().toTime())
        case .toMilliseconds: return .long(try receiver.asDuration().milliseconds)
        case .toSeconds: return .long(try receiver.asDuration().toSeconds)
        case .toMinutes: return .long(try receiver.asDuration().toMinutes)
        case .toHours: return .long(try receiver.asDuration().toHours)
        case .toDays: return .long(try receiver.asDuration().toDays)
        }
    }

    private func construct(
        _ argument: Value, _ parse: (String) throws(ExtensionError) -> Value
    ) throws(EvaluationError) -> Value {
        let text = try argument.asString().text
        do {
            return try parse(text)
        } catch {
            throw EvaluationError(.extensionFailure(extensionName: error.extensionName, message: error.message))
        }
    }

    private func inRange<Result>(_ result: Result?) throws(EvaluationError) -> Result {
        guard let result else {
            let message = "`\(rawValue)` overflows 64 bits of milliseconds"
            throw EvaluationError(.extensionFailure(extensionName: extensionName, message: message))
        }
        return result
    }
}
