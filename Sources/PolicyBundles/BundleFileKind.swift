/// What a file in an application's folder is, by its path in that folder.
package enum BundleFileKind: Sendable, Equatable {
    /// `bundle.yaml`.
    case manifest
    /// `roles.yaml`.
    case roles
    /// `entities.json`.
    case entities
    /// `obligations.yaml`.
    case obligations
    /// `<stem>.cedarschema`, or a schema in JSON: `<stem>.cedarschema.json` or `schema.json`.
    case schema
    /// `policies/<stem>.cedar`.
    case policy(stem: String)
    /// `templates/<stem>.cedar`.
    case template(stem: String)
    /// `links.yaml`.
    case links
    /// `tenants/<stem>.yaml`.
    case tenant(stem: String)
    /// `keys/<stem>.json`: keys of an issuer (RFC 7517 section 5); `keys/<stem>.pem`: certificates and keys;
    /// `keys/<stem>.xml`: SAML metadata.
    case keySet(stem: String)
}

/// What is to be done with an entry of an application's folder.
enum BundleEntry: Equatable {
    /// Read it as this kind of file.
    case file(BundleFileKind)

    /// Read the files in it.
    case folder

    /// Leave it alone: it is for people or tools.
    case ignored

    /// Refuse to load: it is part of the format but not carried out, and what it demands must not be dropped silently.
    case unsupported

    /// Refuse to load: it looks like a file of the bundle, but would not be read as one. The text says how to mend it.
    case misplaced(String)

    /// Warn that it has no meaning.
    case unknown

    /// Classifies a path relative to the application's folder.
    init(path: String, isFolder: Bool) {
        let components = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let name = components.last ?? path
        if name.hasPrefix(".") || (name == "README.md" && !isFolder) {
            self = .ignored
        } else if isFolder {
            self = Self.folder(components)
        } else {
            self = Self.file(components, name)
        }
    }

    private static func folder(_ components: [String]) -> BundleEntry {
        guard components.count == 1 else { return .misplaced("files in folders of folders are not read; move them up") }
        switch components[0] {
        case "policies", "templates", "tenants", "keys": return .folder
        case "law2026", "baseline": return .unsupported
        default: return .unknown
        }
    }

    private static func file(_ components: [String], _ name: String) -> BundleEntry {
        let (stem, ending) = split(name)
        switch (components.count == 1 ? nil : components[0], name, ending) {
        case (nil, "bundle.yaml", _): return .file(.manifest)
        case (nil, "roles.yaml", _): return .file(.roles)
        case (nil, "entities.json", _): return .file(.entities)
        case (nil, "obligations.yaml", _): return .file(.obligations)
        case ("policies", _, "cedar") where !stem.isEmpty: return .file(.policy(stem: stem))
        case ("templates", _, "cedar") where !stem.isEmpty: return .file(.template(stem: stem))
        case (nil, "links.yaml", _): return .file(.links)
        case ("tenants", _, "yaml") where !stem.isEmpty: return .file(.tenant(stem: stem))
        case ("keys", _, "json"), ("keys", _, "pem"), ("keys", _, "xml"):
            return stem.isEmpty ? .unknown : .file(.keySet(stem: stem))
        case (nil, "schema.json", _): return .file(.schema)
        case (nil, _, "cedarschema") where !stem.isEmpty: return .file(.schema)
        case (nil, _, "json") where stem.hasSuffix(".cedarschema"): return .file(.schema)
        case (nil, "gateway.yaml", _),
            (nil, "regions.yaml", _), (nil, "jurisdictions.yaml", _), (nil, "adequacy.yaml", _):
            return .unsupported
        case (_, _, "cedar"): return .misplaced("policies are files `policies/<name>.cedar`")
        case (_, _, "yml"): return .misplaced("rename it to `\(stem).yaml`")
        case ("policies", _, "yaml"), ("policies", _, "json"), ("tenants", _, "json"):
            return .misplaced("`policies/` holds `.cedar` files, `tenants/` holds `.yaml` files")
        case (_, _, "cedarschema"): return .misplaced("schemas stand beside `bundle.yaml`")
        default: return foldedName(name, stem, ending)
        }
    }

    /// A name that differs from one of the format in case only is a slip that some file systems hide.
    private static func foldedName(_ name: String, _ stem: String, _ ending: String) -> BundleEntry {
        let folded = name.lowercased()
        let known = ["bundle.yaml", "roles.yaml", "entities.json", "links.yaml", "obligations.yaml", "gateway.yaml"]
        if known.contains(folded), folded != name { return .misplaced("rename it to `\(folded)`") }
        if ["cedar", "yaml", "yml", "cedarschema"].contains(ending.lowercased()), ending != ending.lowercased() {
            return .misplaced("write the ending in lower case: `\(stem).\(ending.lowercased())`")
        }
        return .unknown
    }

    private static func split(_ name: String) -> (stem: String, ending: String) {
        guard let dot = name.lastIndex(of: ".") else { return (name, "") }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }
}
