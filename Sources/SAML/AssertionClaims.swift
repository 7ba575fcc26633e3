import CedarSyntax
import Identity
import StrictJSON

/// What an assertion says, as claims for the tenant's mapping: the same language as for tokens.
///
/// `iss`, `sub`, `name_id`, `acr`, `auth_time`, `session_index`, and `attributes` by name: a text for one value, a list
/// for several. A name that stands for attributes of several formats is a value of a kind that no rule reads, so that
/// nobody confuses them; `attributes_by_format` has them apart.
enum AssertionClaims {
    /// The claims as an object.
    static func document(of facts: AssertionFacts) throws(VerificationFailure) -> JSONNode {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("iss")
        writer.string(facts.issuer.text)
        if let name = facts.nameID {
            writer.key("sub")
            writer.string(name.value.text)
            writer.key("name_id")
            writer.beginObject()
            text("value", name.value, &writer)
            text("format", name.format, &writer)
            text("qualifier", name.qualifier, &writer)
            text("sp_qualifier", name.serviceQualifier, &writer)
            writer.endObject()
        }
        if let sign = facts.authentication {
            text("acr", sign.context, &writer)
            text("session_index", sign.session, &writer)
            writer.key("auth_time")
            writer.integer(sign.instant / 1_000)
        }
        attributes(facts.attributes, &writer)
        writer.endObject()
        do {
            let limits = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 8, maximumValues: 100_000)
            return try JSONDocument(parsing: writer.bytes, limits: limits).root
        } catch {
            throw VerificationFailure(.claims, "the attributes of the assertion cannot be mapped")
        }
    }

    private static func text(_ key: String, _ text: CedarString?, _ writer: inout JSONWriter) {
        guard let text else { return }
        writer.key(key)
        writer.string(text.text)
    }

    private static func attributes(_ attributes: [AssertionFacts.Attribute], _ writer: inout JSONWriter) {
        var names: [CedarString: [Int]] = [:]
        var formats: [CedarString: [Int]] = [:]
        for (index, attribute) in attributes.enumerated() {
            names[attribute.name, default: []].append(index)
            formats[attribute.format ?? "", default: []].append(index)
        }
        writer.key("attributes")
        writer.beginObject()
        for (name, places) in names.sorted(by: { $0.key < $1.key }) {
            writer.key(name.text)
            if places.count > 1 {
                writer.beginObject()
                writer.endObject()
            } else if let place = places.first {
                values(attributes[place].values, &writer)
            }
        }
        writer.endObject()
        writer.key("attributes_by_format")
        writer.beginObject()
        for (format, places) in formats.sorted(by: { $0.key < $1.key }) {
            writer.key(format.text)
            writer.beginObject()
            for place in places.sorted(by: { attributes[$0].name < attributes[$1].name }) {
                writer.key(attributes[place].name.text)
                values(attributes[place].values, &writer)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func values(_ values: [CedarString?], _ writer: inout JSONWriter) {
        let known = values.compactMap { $0 }
        if values.count == 1 {
            if let value = known.first { writer.string(value.text) } else { writer.null() }
            return
        }
        writer.beginArray()
        for value in known { writer.string(value.text) }
        writer.endArray()
    }
}
