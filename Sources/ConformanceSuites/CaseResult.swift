import StrictJSON

/// What one case of a conformance set gave, as one line of a results file.
package struct CaseResult: Sendable {
    /// The set the case belongs to.
    package var set: String

    /// The case within the set.
    package var id: String

    /// The verdict that the set expects.
    package var expected: String

    /// The verdict that was reached.
    package var actual: String

    /// A stable code where the verdict has one; empty otherwise.
    package var code: String

    /// The decision with its determining policies and the policies that failed, both sorted.
    package var values: Values

    /// Whether the case came out as expected in every respect that the set states.
    package var isMatch: Bool

    /// What differs, for people; empty for a match.
    package var difference: String

    /// The details of a decision.
    package struct Values: Sendable {
        package var decision: String
        package var policies: [String]
        package var errors: [String]
        /// The allowed regions, for questions about regions.
        package var regions: [String]?
        /// Who a SAML message was found to be about.
        package var subject: Subject?
    }

    /// The name id and the attributes of a verified message.
    package struct Subject: Sendable {
        package var nameID: String
        /// The values by name, in the order of the message; a name in a format other than the first of its name is
        /// written `{format}name`.
        package var attributes: [(name: String, values: [String])]
    }

    /// The result as one line of JSON, without the line end.
    package var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in [("set", set), ("id", id), ("expected", expected), ("actual", actual), ("code", code)] {
            writer.key(key)
            writer.string(value)
        }
        writer.key("values")
        if let subject = values.subject {
            subject.write(to: &writer)
            writer.endObject()
            return writer.bytes
        }
        writer.beginObject()
        writer.key("decision")
        writer.string(values.decision)
        for (key, ids) in [("policies", values.policies), ("errors", values.errors)] {
            writer.key(key)
            writer.beginArray()
            for id in ids { writer.string(id) }
            writer.endArray()
        }
        if let regions = values.regions {
            writer.key("regions")
            writer.beginArray()
            for region in regions { writer.string(region) }
            writer.endArray()
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}

extension CaseResult.Subject {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name_id")
        writer.string(nameID)
        writer.key("attributes")
        writer.beginObject()
        for attribute in attributes {
            writer.key(attribute.name)
            writer.beginArray()
            for value in attribute.values { writer.string(value) }
            writer.endArray()
        }
        writer.endObject()
        writer.endObject()
    }
}

extension CaseResult {
    /// A case that could not be run at all, which counts as a mismatch.
    init(set: String, id: String, unusable reason: String) {
        self.init(
            set: set, id: id, expected: "", actual: Self.unusable, code: "",
            values: Values(decision: "", policies: [], errors: []), isMatch: false,
            difference: "could not be run: \(reason)")
    }

    /// The verdict on a case that could not be run.
    static let unusable = "unusable"
}
