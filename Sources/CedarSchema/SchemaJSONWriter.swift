import CedarSyntax
import StrictJSON

/// Writes the declarations of a schema in JSON.
///
/// Writes what the reference implementation does when it translates a schema: names of Cedar syntax become
/// `EntityOrCommon`, empty records and lists are left out where the format allows it, and declarations, attributes and
/// annotations are sorted by name.
public enum SchemaJSONWriter {
    /// The JSON text of a fragment, compact or with line breaks and an indent of two spaces per level.
    public static func json(_ fragment: SchemaFragment, pretty: Bool = false) -> String {
        var writer = JSONWriter(pretty: pretty)
        writer.beginObject()
        for namespace in fragment.namespaces.sorted(by: { ($0.name?.value.path ?? "") < ($1.name?.value.path ?? "") }) {
            writer.key(namespace.name?.value.path ?? "")
            write(namespace, to: &writer)
        }
        writer.endObject()
        return writer.text
    }

    private static func write(_ namespace: SchemaNamespace, to writer: inout JSONWriter) {
        writer.beginObject()
        if !namespace.commonTypes.isEmpty {
            writer.key("commonTypes")
            writer.beginObject()
            for declaration in namespace.commonTypes.sorted(by: { $0.name.value < $1.name.value }) {
                writer.key(declaration.name.value)
                writer.beginObject()
                writeMembers(of: declaration.type, to: &writer)
                write(declaration.annotations, to: &writer)
                writer.endObject()
            }
            writer.endObject()
        }
        writer.key("entityTypes")
        writer.beginObject()
        for declaration in namespace.entityTypes.sorted(by: { $0.name.value < $1.name.value }) {
            writer.key(declaration.name.value)
            write(declaration, to: &writer)
        }
        writer.endObject()
        writer.key("actions")
        writer.beginObject()
        for declaration in namespace.actions.sorted(by: { $0.id.value < $1.id.value }) {
            writer.key(declaration.id.value.text)
            write(declaration, to: &writer)
        }
        writer.endObject()
        write(namespace.annotations, to: &writer)
        writer.endObject()
    }

    private static func write(_ annotations: [Annotation], to writer: inout JSONWriter) {
        if annotations.isEmpty { return }
        writer.key("annotations")
        writer.beginObject()
        for annotation in annotations.sorted(by: { $0.name.value < $1.name.value }) {
            writer.key(annotation.name.value)
            writer.string(annotation.value.text)
        }
        writer.endObject()
    }

    // MARK: Declarations

    private static func write(_ declaration: EntityTypeDeclaration, to writer: inout JSONWriter) {
        writer.beginObject()
        switch declaration.body {
        case .standard(let parents, let shape, let tags):
            if !parents.isEmpty { write(parents, as: "memberOfTypes", to: &writer) }
            if let shape, !shape.isEmptyRecord {
                writer.key("shape")
                write(shape, to: &writer)
            }
            if let tags {
                writer.key("tags")
                write(tags, to: &writer)
            }
        case .enumeration(let members):
            writer.key("enum")
            writer.beginArray()
            for member in members { writer.string(member.value.text) }
            writer.endArray()
        }
        write(declaration.annotations, to: &writer)
        writer.endObject()
    }

    private static func write(_ names: [Spanned<Name>], as key: String, to writer: inout JSONWriter) {
        writer.key(key)
        writer.beginArray()
        for name in names { writer.string(name.value.path) }
        writer.endArray()
    }

    private static func write(_ declaration: ActionDeclaration, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("appliesTo")
        writer.beginObject()
        write(declaration.appliesTo?.resourceTypes ?? [], as: "resourceTypes", to: &writer)
        write(declaration.appliesTo?.principalTypes ?? [], as: "principalTypes", to: &writer)
        if let context = declaration.appliesTo?.context, !context.isEmptyRecord {
            writer.key("context")
            write(context, to: &writer)
        }
        writer.endObject()
        if !declaration.groups.isEmpty {
            writer.key("memberOf")
            writer.beginArray()
            for group in declaration.groups {
                writer.beginObject()
                writer.key("id")
                writer.string(group.value.id.text)
                if let type = group.value.type {
                    writer.key("type")
                    writer.string(type.path)
                }
                writer.endObject()
            }
            writer.endArray()
        }
        write(declaration.annotations, to: &writer)
        writer.endObject()
    }

    // MARK: Types

    private static func write(_ type: DeclaredType, to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(of: type, to: &writer)
        writer.endObject()
    }

    /// Recursion is bounded by the nesting of types, which the readers enforce.
    private static func writeMembers(of type: DeclaredType, to writer: inout JSONWriter) {
        func write(_ kind: String, name: String? = nil) {
            writer.key("type")
            writer.string(kind)
            guard let name else { return }
            writer.key("name")
            writer.string(name)
        }
        switch type.form {
        case .primitive(let primitive): write(primitive.rawValue)
        case .common(let name): write(name.path)
        case .entity(let name): write("Entity", name: name.path)
        case .entityOrCommon(let name): write("EntityOrCommon", name: name.path)
        case .extension(let type): write("Extension", name: type.rawValue)
        case .set(let element):
            write("Set")
            writer.key("element")
            Self.write(element, to: &writer)
        case .record(let attributes):
            write("Record")
            writer.key("attributes")
            writer.beginObject()
            for attribute in attributes.sorted(by: { $0.name.value < $1.name.value }) {
                writer.key(attribute.name.value.text)
                writer.beginObject()
                writeMembers(of: attribute.type, to: &writer)
                Self.write(attribute.annotations, to: &writer)
                if !attribute.isRequired {
                    writer.key("required")
                    writer.bool(false)
                }
                writer.endObject()
            }
            writer.endObject()
        }
    }
}
