public import CedarSyntax

/// Typed views of a value: each gives the payload or the type error of the language.
extension Value {
    /// The boolean.
    public func asBool() throws(EvaluationError) -> Bool {
        guard case .bool(let value) = self else { throw mismatch(.bool) }
        return value
    }

    /// The integer.
    public func asLong() throws(EvaluationError) -> Int64 {
        guard case .long(let value) = self else { throw mismatch(.long) }
        return value
    }

    /// The string.
    public func asString() throws(EvaluationError) -> CedarString {
        guard case .string(let value) = self else { throw mismatch(.string) }
        return value
    }

    /// The entity id.
    public func asEntity() throws(EvaluationError) -> EntityUID {
        guard case .entity(let value) = self else { throw mismatch(.anyEntity) }
        return value
    }

    /// The set; one with an unreadable part cannot be used at all.
    public func asSet() throws(EvaluationError) -> ValueSet {
        guard case .set(let value) = self else { throw mismatch(.set) }
        if let part = value.unreadablePart { throw EvaluationError(.unreadable(part)) }
        return value
    }

    /// The IP address or range.
    public func asIP() throws(EvaluationError) -> IPAddress {
        guard case .ip(let value) = self else { throw mismatch(.ipaddr) }
        return value
    }

    /// The decimal.
    public func asDecimal() throws(EvaluationError) -> Decimal {
        guard case .decimal(let value) = self else { throw mismatch(.decimal) }
        return value
    }

    /// The instant.
    public func asDatetime() throws(EvaluationError) -> Datetime {
        guard case .datetime(let value) = self else { throw mismatch(.datetime) }
        return value
    }

    /// The duration.
    public func asDuration() throws(EvaluationError) -> Duration {
        guard case .duration(let value) = self else { throw mismatch(.duration) }
        return value
    }

    /// The type error of a value that is none of the expected types; an unreadable value has its own error instead.
    public func mismatch(_ expected: ValueType...) -> EvaluationError {
        if case .unreadable(let part) = self { return EvaluationError(.unreadable(part)) }
        return EvaluationError(.typeMismatch(expected: expected, actual: type))
    }
}
