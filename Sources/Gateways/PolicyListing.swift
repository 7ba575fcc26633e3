import CedarEngine
import CedarModel
import CedarSyntax
import Foundation
import PolicyBundles
import StrictJSON

/// What is loaded, for `GET /v1/policies`: applications with their versions, policies, roles and tenants.
enum PolicyListing {
    static func body(_ applications: Applications, _ status: PolicyReloader.Status) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("loaded_at")
        writer.string(status.loadedAt.formatted(.iso8601))
        writer.key("applications")
        writer.beginArray()
        for snapshot in applications.snapshots { write(snapshot, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ snapshot: PolicySnapshot, to writer: inout JSONWriter) {
        writer.beginObject()
        member("name", snapshot.application, &writer)
        member("policy_version", snapshot.version, &writer)
        if let namespace = snapshot.namespace { member("namespace", namespace.path, &writer) }
        member("on_error", snapshot.settings.errorHandling.rawValue, &writer)
        writer.key("policies")
        writer.beginArray()
        for instance in snapshot.policies.policies {
            guard let description = snapshot.descriptions[instance.id] else { continue }
            writer.beginObject()
            member("id", instance.id.text, &writer)
            member("effect", description.effect.rawValue, &writer)
            member("code", description.code, &writer)
            writer.key("source")
            writer.beginObject()
            member("file", description.file, &writer)
            writer.key("line")
            writer.integer(description.position.line)
            writer.key("column")
            writer.integer(description.position.column)
            writer.endObject()
            if !description.slots.isEmpty {
                writer.key("slots")
                writer.beginObject()
                for (slot, entity) in description.slots { member(slot, entity, &writer) }
                writer.endObject()
            }
            writer.endObject()
        }
        writer.endArray()
        writer.key("templates")
        writer.beginArray()
        for id in snapshot.policies.templates.keys.sorted() { writer.string(id.text) }
        writer.endArray()
        writer.key("role_models")
        writer.beginObject()
        for (model, names) in snapshot.roleModels.sorted(by: { $0.key < $1.key }) {
            writer.key(model.text)
            writer.beginObject()
            for (role, entity) in names.entities.sorted(by: { $0.key < $1.key }) {
                // A role is a member of the permissions that it grants.
                writer.key(role.text)
                writer.beginArray()
                for permission in (snapshot.entities[entity]?.parents ?? []).sorted() {
                    writer.string(permission.id.text)
                }
                writer.endArray()
            }
            writer.endObject()
        }
        writer.endObject()
        writer.key("tenants")
        writer.beginArray()
        for tenant in snapshot.tenants.keys.sorted() { writer.string(tenant.text) }
        writer.endArray()
        writer.endObject()
    }

    private static func member(_ name: String, _ value: String, _ writer: inout JSONWriter) {
        writer.key(name)
        writer.string(value)
    }
}
