import CedarModel
public import CedarSyntax

/// Writes the declarations of a schema in Cedar syntax.
///
/// The text resolves to the same schema as the fragment. The types of the language are written with `__cedar`, which
/// no declaration can hide; declarations and attributes are sorted by name. A context that is the empty record is
/// written out, and an action that no request can name has no `appliesTo`.
public enum SchemaTextWriter {
    /// The text of a fragment.
    ///
    /// It is `nil`, and each reason a diagnostic, where JSON says what Cedar syntax cannot: attributes under the name
    /// of a common type in place of a record, and a reference to one kind of type by a name that means another kind.
    public static func text(_ fragment: SchemaFragment) -> (text: String?, diagnostics: [Diagnostic]) {
        var printer = SchemaPrinter(fragment)
        printer.printAll()
        return (printer.findings.isClean ? printer.text : nil, printer.findings.errors)
    }
}

/// The state of one run of the writer.
struct SchemaPrinter {
    /// What cannot be said.
    var findings = SchemaFindings()

    /// What is written so far.
    private(set) var text = ""

    private let fragment: SchemaFragment
    private var commonTypes: Set<Name> = []
    private var entityTypes: Set<Name> = []
    private var scope: SchemaDeclarations.Scope
    private var indent = ""

    /// Collects the names that references could be taken for.
    init(_ fragment: SchemaFragment) {
        self.fragment = fragment
        scope = SchemaDeclarations.Scope(namespace: nil, file: fragment.file)
        for namespace in fragment.namespaces {
            let scope = SchemaDeclarations.Scope(namespace: namespace.name?.value, file: fragment.file)
            for type in namespace.commonTypes { commonTypes.insert(scope.qualified(Name(unchecked: type.name.value))) }
            for type in namespace.entityTypes { entityTypes.insert(scope.qualified(Name(unchecked: type.name.value))) }
        }
    }

    /// Writes the whole fragment.
    mutating func printAll() {
        let namespaces = fragment.namespaces.sorted { ($0.name?.value.path ?? "") < ($1.name?.value.path ?? "") }
        for namespace in namespaces {
            scope.namespace = namespace.name?.value
            if let name = namespace.name {
                separate()
                print(namespace.annotations)
                text += "namespace \(name.value.path) {\n"
                indent = "  "
                print(namespace)
                indent = ""
                text += "}\n"
            } else {
                print(namespace)
            }
        }
    }

    /// An empty line between declarations.
    private mutating func separate() {
        if !text.isEmpty, !text.hasSuffix("{\n") { text += "\n" }
    }

    private mutating func print(_ namespace: SchemaNamespace) {
        for type in namespace.commonTypes.sorted(by: { $0.name.value < $1.name.value }) {
            separate()
            print(type.annotations)
            text += "\(indent)type \(type.name.value) = "
            print(type.type)
            text += ";\n"
        }
        for type in namespace.entityTypes.sorted(by: { $0.name.value < $1.name.value }) {
            separate()
            print(type)
        }
        for action in namespace.actions.sorted(by: { $0.id.value < $1.id.value }) {
            separate()
            print(action)
        }
    }

    private mutating func print(_ annotations: [Annotation]) {
        for annotation in annotations.sorted(by: { $0.name.value < $1.name.value }) {
            let value = annotation.value.isEmpty ? "" : "(\(StringLiteral.quote(annotation.value.text)))"
            text += "\(indent)@\(annotation.name.value)\(value)\n"
        }
    }

    // MARK: Declarations

    private mutating func print(_ type: EntityTypeDeclaration) {
        print(type.annotations)
        text += "\(indent)entity \(type.name.value)"
        switch type.body {
        case .enumeration(let members):
            text += " enum [\(members.map { StringLiteral.quote($0.value.text) }.joined(separator: ", "))]"
        case .standard(let parents, let shape, let tags):
            if !parents.isEmpty { text += " in \(list(parents))" }
            if let shape, !shape.isEmptyRecord {
                if shape.recordAttributes == nil {
                    report("attributes can only be written as a record in Cedar syntax", at: shape.span)
                }
                text += " = "
                print(shape)
            }
            if let tags {
                text += " tags "
                print(tags)
            }
        }
        text += ";\n"
    }

    private mutating func print(_ action: ActionDeclaration) {
        print(action.annotations)
        text += "\(indent)action \(StringLiteral.quote(action.id.value.text))"
        if !action.groups.isEmpty {
            let groups = action.groups.map { group in
                EntityUID(type: group.value.type ?? SchemaDeclarations.action, id: group.value.id).description
            }
            text += " in [\(groups.joined(separator: ", "))]"
        }
        // An action without principals or without resources applies to nothing, which has no other form.
        if let appliesTo = action.appliesTo, !appliesTo.principalTypes.isEmpty, !appliesTo.resourceTypes.isEmpty {
            text += " appliesTo {\n\(indent)  principal: \(list(appliesTo.principalTypes)),\n"
            text += "\(indent)  resource: \(list(appliesTo.resourceTypes)),\n\(indent)  context: "
            indent += "  "
            if let context = appliesTo.context {
                print(context)
            } else {
                text += "{}"
            }
            indent.removeLast(2)
            text += "\n\(indent)}"
        }
        text += ";\n"
    }

    private func list(_ names: [Spanned<Name>]) -> String {
        "[\(names.map(\.value.path).joined(separator: ", "))]"
    }

    // MARK: Types

    /// Recursion is bounded by the nesting of types, which the readers enforce.
    private mutating func print(_ type: DeclaredType) {
        switch type.form {
        case .primitive(.bool): text += "__cedar::Bool"
        case .primitive(let primitive): text += "__cedar::\(primitive.rawValue)"
        case .extension(let type): text += "__cedar::\(type.rawValue)"
        case .entityOrCommon(let name): text += name.path
        case .common(let name): text += commonType(name, at: type.span)
        case .entity(let name): text += entityType(name, at: type.span)
        case .set(let element):
            text += "Set<"
            print(element)
            text += ">"
        case .record(let attributes):
            guard !attributes.isEmpty else { return text += "{}" }
            text += "{\n"
            indent += "  "
            let sorted = attributes.sorted { $0.name.value < $1.name.value }
            for (index, attribute) in sorted.enumerated() {
                print(attribute.annotations)
                text += indent + Self.name(attribute.name.value) + (attribute.isRequired ? ": " : "?: ")
                print(attribute.type)
                text += index == sorted.count - 1 ? "\n" : ",\n"
            }
            indent.removeLast(2)
            text += indent + "}"
        }
    }

    private static func name(_ name: CedarString) -> String {
        let isBare = Identifier.isWellFormed(name.text) && !Identifier.isReserved(name.text)
        return isBare ? name.text : StringLiteral.quote(name.text)
    }

    /// A name that must mean a common type; an entity type of the namespace would come before one of the empty one.
    private mutating func commonType(_ name: Name, at span: SourceSpan) -> String {
        let nearest = scope.qualified(name)
        guard name.namespace == nil, nearest != name, !commonTypes.contains(nearest), entityTypes.contains(nearest)
        else { return name.path }
        if !commonTypes.contains(name), BuiltinType.named(name.path[...]) != nil { return "__cedar::\(name.path)" }
        reportCollision(name, isEntity: false, at: span)
        return name.path
    }

    /// A name that must mean an entity type; a common type of the same name would come before it.
    private mutating func entityType(_ name: Name, at span: SourceSpan) -> String {
        let nearest = name.namespace == nil ? scope.qualified(name) : name
        if commonTypes.contains(nearest) || (!entityTypes.contains(nearest) && commonTypes.contains(name)) {
            reportCollision(name, isEntity: true, at: span)
        }
        return name.path
    }

    private mutating func reportCollision(_ name: Name, isEntity: Bool, at span: SourceSpan) {
        let (meant, other) = isEntity ? ("entity type", "common type") : ("common type", "entity type")
        report("in Cedar syntax `\(name.path.excerpt)` would mean the \(other), not the \(meant)", at: span)
    }

    private mutating func report(_ message: String, at span: SourceSpan) {
        findings.report(
            .untranslatableSchema, message, at: scope.place(span),
            help: "rename or rewrite the declaration in JSON first")
    }
}
