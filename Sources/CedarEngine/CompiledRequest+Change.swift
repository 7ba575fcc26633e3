extension CompiledRequest {
    /// A record within the context of a request, whose numbers can be replaced before it is decided again.
    public struct ContextRecord {
        fileprivate let fields: Cells<CompiledField>

        /// Replaces a datetime, in milliseconds since the epoch; without a field of this key nothing changes.
        public func set(_ key: Int32, datetime milliseconds: Int64) { set(key, .number(.datetime, milliseconds)) }

        /// Replaces an integer; without a field of this key nothing changes.
        public func set(_ key: Int32, long value: Int64) { set(key, .number(.long, value)) }

        private func set(_ key: Int32, _ value: CompiledValue) {
            for index in 0..<fields.count where fields[index].key == key {
                fields[index] = CompiledField(key: key, value: value)
            }
        }
    }

    /// The record that the context has under a key, by its number; `nil` when it has none.
    ///
    /// Only for records that were built for this request: one that belongs to the policies is shared.
    public func record(inContextAt key: Int32) -> ContextRecord? {
        guard let value = content.context.fields.value(of: key), value.kind == .record else { return nil }
        return ContextRecord(fields: value.fields)
    }
}
