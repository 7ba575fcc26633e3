import CedarModel
import CedarSchema
import CedarSyntax
import Documents
import StrictJSON

/// Reads `entities.json`.
enum StoredEntities {
    /// Reads the entities of a file; findings point at the offending JSON value.
    ///
    /// Roles and permissions are refused, as entities and as parents: whether a principal has a role depends on the
    /// tenant of the request, and a stored membership would hold in every tenant.
    ///
    /// With a schema, values are read by their declared types, and every entity must conform.
    static func read(
        _ file: SourceFile, schema: Schema?, grantTypes: [Name], into findings: DiagnosticCollector
    ) -> [Entity] {
        do {
            let document = try JSONDocument(parsing: file.bytes, limits: .bundle)
            let entities =
                if let schema {
                    entities(document.root, schema, file, findings)
                } else {
                    try EntityReader(.strict).readEntities(document.root)
                }
            for (entity, node) in entities
            where grantTypes.contains(entity.uid.type)
                || entity.parents.contains(where: { grantTypes.contains($0.type) })
            {
                findings.report(
                    .storedRole, "`\(entity.uid)` brings in a role or permission, which would hold in every tenant",
                    at: .init(file, SourceSpan(start: node.start, end: node.end)),
                    help:
                        "declare roles in `roles.yaml` and give them to principals with `role_assignments` of a tenant")
            }
            return entities.map(\.entity)
        } catch let error as JSONError {
            findings.report(
                .jsonSyntax, error.message,
                at: .init(file, SourceSpan(start: error.offset, end: min(error.offset + 1, file.bytes.count))))
        } catch let error as DataError {
            findings.report(
                .invalidEntity, error.description, at: .init(file, SourceSpan(start: error.start, end: error.end)))
        } catch {
            findings.report(
                .invalidEntity, "the entities cannot be read", at: .init(file, SourceSpan(start: 0, end: 0)))
        }
        return []
    }

    /// Reads entity by entity, so that one mistake does not hide the next.
    private static func entities(
        _ root: JSONNode, _ schema: Schema, _ file: SourceFile, _ findings: DiagnosticCollector
    ) -> [(entity: Entity, node: JSONNode)] {
        guard root.kind == .array else {
            let whole = SourceSpan(start: root.start, end: root.end)
            findings.report(.invalidEntity, "entities must be an array", at: .init(file, whole))
            return []
        }
        let reader = SchemaEntityReader(schema: schema)
        var found: [(entity: Entity, node: JSONNode)] = []
        for node in root.elements {
            do {
                found.append((try reader.readEntity(node), node))
            } catch {
                findings.append([error.diagnostic(in: file)])
            }
        }
        return found
    }
}
