import CedarModel
import IssuerKeys
import StrictJSON

/// The keys of issuers and identity providers as they are known now, for `GET /v1/issuers`.
enum IssuerListing {
    static func body(_ reports: [KeySetReport]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("issuers")
        writer.beginArray()
        for report in reports {
            writer.beginObject()
            writer.key("place")
            writer.string(report.place)
            writer.key("kind")
            writer.string(report.kind.rawValue)
            writer.key("keys")
            writer.integer(report.keys)
            writer.key("refused_keys")
            writer.integer(report.refused)
            if let age = report.age {
                writer.key("age_seconds")
                writer.integer(age / 1_000)
            }
            if let end = report.validUntil {
                writer.key("valid_until")
                writer.string("\(Datetime(milliseconds: end))")
            }
            writer.key("failures")
            writer.integer(report.failures)
            if let error = report.lastError {
                writer.key("last_error")
                writer.string(error)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
