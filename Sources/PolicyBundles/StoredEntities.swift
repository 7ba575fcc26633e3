import CedarModel
import CedarSyntax
import Documents
import StrictJSON

/// Reads `entities.json`.
enum StoredEntities {
    /// Reads the entities of a file; findings point at the offending JSON value.
    ///
    /// Roles and permissions are refused, as entities and as parents: whether a principal has a role depends on the
    /// tenant of the request, and a stored membership would hold in every tenant.
    static func read(_ file: SourceFile, grantTypes: [Name], into findings: DiagnosticCollector) -> [Entity] {
        do {
            let document = try JSONDocument(parsing: file.bytes, limits: .bundle)
            let entities = try EntityReader(.strict).readEntities(document.root)
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
}
