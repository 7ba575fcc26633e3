import CedarModel
import CedarSyntax

/// All declarations of several fragments under their absolute names.
struct SchemaDeclarations {
    /// Where names of a declaration are looked up, and what its spans count in.
    struct Scope {
        var namespace: Name?
        var file: SourceFile

        /// A place in the file.
        func place(_ span: SourceSpan) -> Diagnostic.Location { Diagnostic.Location(file, span) }

        /// What a name stands for when it is looked up in the namespace first.
        func qualified(_ name: Name) -> Name {
            namespace.map { Name(unchecked: $0.path + "::" + name.path) } ?? name
        }
    }

    /// A declaration and its scope.
    struct Entry<Declaration> {
        var declaration: Declaration
        var scope: Scope
    }

    /// The common types in the order of the files.
    private(set) var commonTypes: [(name: Name, entry: Entry<CommonTypeDeclaration>)] = []
    /// The entity types in the order of the files.
    private(set) var entityTypes: [(name: Name, entry: Entry<EntityTypeDeclaration>)] = []
    /// The actions in the order of the files.
    private(set) var actions: [(uid: EntityUID, entry: Entry<ActionDeclaration>)] = []

    /// Index in `commonTypes` by name.
    private(set) var commonTypeIndex: [Name: Int] = [:]
    /// Index in `entityTypes` by name.
    private(set) var entityTypeIndex: [Name: Int] = [:]
    /// Index in `actions` by id.
    private(set) var actionIndex: [EntityUID: Int] = [:]
    /// The types of actions: `Action` in every namespace that declares one.
    private(set) var actionTypes: Set<Name> = []

    /// The name of the type of all actions within their namespace.
    static let action = Name(unchecked: "Action")

    /// Collects the declarations; those that cannot be made are reported and left out.
    init(_ fragments: [SchemaFragment], _ findings: inout SchemaFindings) {
        for fragment in fragments {
            for namespace in fragment.namespaces {
                let scope = Scope(namespace: namespace.name?.value, file: fragment.file)
                if let name = namespace.name, Self.isReserved(name.value) {
                    Self.reportReserved(name.value.path, at: scope.place(name.span), &findings)
                    continue
                }
                add(namespace, scope, &findings)
            }
        }
        checkShadowing(&findings)
    }

    private mutating func add(_ namespace: SchemaNamespace, _ scope: Scope, _ findings: inout SchemaFindings) {
        for type in namespace.commonTypes {
            let name = type.name.value
            let place = scope.place(type.name.span)
            switch name {
            case "Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String":
                findings.report(
                    .reservedDeclaration, "a common type cannot have the name `\(name)`", at: place,
                    help: "that name is a type of the language; choose another")
                continue
            case "__cedar":
                Self.reportReserved(name, at: place, &findings)
                continue
            default: break
            }
            let absolute = scope.qualified(Name(unchecked: name))
            if let first = commonTypeIndex[absolute] {
                let known = commonTypes[first].entry
                Self.reportDuplicate(
                    "type", absolute.path, at: place, first: known.scope.place(known.declaration.name.span), &findings)
            } else {
                commonTypeIndex[absolute] = commonTypes.count
                commonTypes.append((absolute, Entry(declaration: type, scope: scope)))
            }
        }
        for type in namespace.entityTypes {
            let place = scope.place(type.name.span)
            if type.name.value == Self.action.path {
                findings.report(
                    .reservedDeclaration, "an entity type cannot have the name `Action`", at: place,
                    help: "that is the type of all actions; choose another name")
                continue
            }
            if type.name.value == "__cedar" {
                Self.reportReserved(type.name.value, at: place, &findings)
                continue
            }
            let absolute = scope.qualified(Name(unchecked: type.name.value))
            if let first = entityTypeIndex[absolute] {
                let known = entityTypes[first].entry
                Self.reportDuplicate(
                    "entity type", absolute.path, at: place,
                    first: known.scope.place(known.declaration.name.span), &findings)
            } else {
                entityTypeIndex[absolute] = entityTypes.count
                entityTypes.append((absolute, Entry(declaration: type, scope: scope)))
            }
        }
        let actionType = scope.qualified(Self.action)
        for action in namespace.actions {
            actionTypes.insert(actionType)
            let uid = EntityUID(type: actionType, id: action.id.value)
            if let first = actionIndex[uid] {
                let known = actions[first].entry
                Self.reportDuplicate(
                    "action", uid.excerpt, at: scope.place(action.id.span),
                    first: known.scope.place(known.declaration.id.span), &findings)
            } else {
                actionIndex[uid] = actions.count
                actions.append((uid, Entry(declaration: action, scope: scope)))
            }
        }
    }

    private static func isReserved(_ name: Name) -> Bool {
        var name: Name? = name
        while let current = name {
            if current.basename == "__cedar" { return true }
            name = current.namespace
        }
        return false
    }

    private static func reportReserved(
        _ name: String, at place: Diagnostic.Location, _ findings: inout SchemaFindings
    ) {
        findings.report(
            .reservedDeclaration, "`\(name.excerpt)` is reserved: declarations cannot have a `__cedar` component",
            at: place, help: "choose another name")
    }

    private static func reportDuplicate(
        _ kind: String, _ name: String, at place: Diagnostic.Location, first: Diagnostic.Location,
        _ findings: inout SchemaFindings
    ) {
        // Labels are in the file of the finding; another file is named.
        let isSameFile = first.file.name == place.file.name
        let position = first.position
        findings.report(
            .duplicateDeclaration, "the \(kind) `\(name)` is declared twice", at: place,
            labels: isSameFile ? [Diagnostic.Label(first.span, "first declared here")] : [],
            help: isSameFile
                ? "keep one of the two"
                : "it is also declared at \(first.file.name):\(position.line):\(position.column); keep one of the two")
    }

    // MARK: Shadowing

    /// Nothing may hide a declaration of the empty namespace (Cedar RFC 70).
    private func checkShadowing(_ findings: inout SchemaFindings) {
        func check(_ name: Name, _ written: Spanned<String>, _ scope: Scope) {
            let hidden = Name(unchecked: written.value)
            guard scope.namespace != nil, let first = placeOfType(hidden) else { return }
            report(name.path, hides: hidden.path, at: scope.place(written.span), first: first, &findings)
        }
        for (name, entry) in commonTypes { check(name, entry.declaration.name, entry.scope) }
        for (name, entry) in entityTypes { check(name, entry.declaration.name, entry.scope) }
        for (uid, entry) in actions where entry.scope.namespace != nil {
            let hidden = EntityUID(type: Self.action, id: uid.id)
            guard let index = actionIndex[hidden] else { continue }
            let known = actions[index].entry
            report(
                uid.excerpt, hides: hidden.excerpt, at: entry.scope.place(entry.declaration.id.span),
                first: known.scope.place(known.declaration.id.span), &findings)
        }
    }

    private func placeOfType(_ name: Name) -> Diagnostic.Location? {
        if let index = entityTypeIndex[name] {
            let entry = entityTypes[index].entry
            return entry.scope.place(entry.declaration.name.span)
        }
        return commonTypeIndex[name].map { index in
            let entry = commonTypes[index].entry
            return entry.scope.place(entry.declaration.name.span)
        }
    }

    private func report(
        _ name: String, hides hidden: String, at place: Diagnostic.Location, first: Diagnostic.Location,
        _ findings: inout SchemaFindings
    ) {
        let isSameFile = first.file.name == place.file.name
        findings.report(
            .shadowingDeclaration, "`\(name)` hides `\(hidden)` of the empty namespace", at: place,
            labels: isSameFile ? [Diagnostic.Label(first.span, "declared here")] : [],
            help: "names without a namespace would be ambiguous; rename one of the two")
    }

    // MARK: Lookup

    /// What a name of a type can be.
    enum Kind {
        case commonOrEntity, entity, common
    }

    /// What a name of a type is.
    enum Target {
        case common(Int)
        case entity(Name)
        case builtin(SchemaType)
    }

    /// Looks a name up: without a namespace of its own in the namespace of the scope and then in the empty one, in each
    /// as a common type before an entity type.
    ///
    /// Types of the language come last, unless written with `__cedar`.
    func lookUp(_ name: Name, as kind: Kind, in scope: Scope) -> Target? {
        let isQualified = name.namespace != nil
        let candidates = isQualified || scope.namespace == nil ? [name] : [scope.qualified(name), name]
        for candidate in candidates {
            if kind != .entity, let index = commonTypeIndex[candidate] { return .common(index) }
            if kind != .common, entityTypeIndex[candidate] != nil || actionTypes.contains(candidate) {
                return .entity(candidate)
            }
        }
        if kind == .entity { return nil }
        if isQualified {
            guard name.path.utf8.starts(with: "__cedar::".utf8) else { return nil }
            return BuiltinType.named(name.path.dropFirst("__cedar::".count)).map { .builtin($0) }
        }
        // The short form is a declaration of the empty namespace, which one of the user's replaces.
        guard entityTypeIndex[name] == nil else { return nil }
        return BuiltinType.named(name.path[...]).map { .builtin($0) }
    }

    /// The action that a reference means: without a namespace one of the scope's before one of the empty namespace.
    func lookUp(_ reference: ActionDeclaration.Reference, in scope: Scope) -> EntityUID? {
        let type = reference.type ?? Self.action
        let candidates = type.namespace != nil ? [type] : [scope.qualified(type), type]
        return candidates.lazy.map { EntityUID(type: $0, id: reference.id) }.first { actionIndex[$0] != nil }
    }
}

/// The types that need no declaration.
enum BuiltinType {
    /// The names in Cedar syntax.
    static let names = ["Long", "String", "Bool"] + ExtensionType.allCases.map(\.rawValue)

    /// The type of a name; `nil` where there is none.
    static func named(_ name: Substring) -> SchemaType? {
        switch name {
        case "Long": .long
        case "String": .string
        case "Bool": .bool
        default: ExtensionType(rawValue: String(name)).map { .extension($0) }
        }
    }
}
