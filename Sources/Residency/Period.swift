package import CedarModel
import CedarSyntax
import Documents

/// From when until when something holds: days, both included.
package struct Period: Sendable, Equatable {
    /// The first instant; `nil` without a beginning.
    package var start: Datetime?

    /// The first instant after the last day; `nil` without an end.
    package var end: Datetime?

    /// The milliseconds of a day.
    static let day: Int64 = 86_400_000

    /// Makes a period.
    package init(start: Datetime? = nil, end: Datetime? = nil) {
        self.start = start
        self.end = end
    }

    /// Whether it has begun.
    package func hasBegun(at instant: Datetime) -> Bool { start.map { $0 <= instant } ?? true }

    /// Whether it is over.
    package func hasEnded(at instant: Datetime) -> Bool { end.map { $0 <= instant } ?? false }

    /// Whether an instant is in it.
    package func contains(_ instant: Datetime) -> Bool { hasBegun(at: instant) && !hasEnded(at: instant) }

    /// The last day, when there is one.
    package var lastDay: Datetime? { end.map { Datetime(milliseconds: $0.milliseconds - Self.day) } }

    /// Reads `from` and `until` of a mapping.
    static func read(_ reader: inout MappingReader) -> Period {
        let start = day(reader.string("from"), reader)
        let last = day(reader.string("until"), reader)
        let period = Period(start: start, end: last.map { Datetime(milliseconds: $0.milliseconds + day) })
        if let start, let end = period.end, end <= start {
            reader.diagnostics.report(
                .residencyDate, "\(reader.what) ends before it begins", at: reader.node.location,
                help: "`from` and `until` are days, both included")
        }
        return period
    }

    private static func day(_ text: Spanned<String>?, _ reader: MappingReader) -> Datetime? {
        guard let text else { return nil }
        if text.value.utf8.count == 10, let day = try? Datetime(parsing: text.value) { return day }
        reader.diagnostics.report(
            .residencyDate, "`\(text.value)` is not a day", at: .init(reader.node.file, text.span),
            help: "write it as `2026-11-21`")
        return nil
    }
}
