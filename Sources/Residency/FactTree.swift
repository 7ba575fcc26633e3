import CedarSchema
package import CedarSyntax

/// The attributes that policies read of requests and evidence, as the schema of the packs declares them.
///
/// The names and types of evidence are in the schema only: a new kind of evidence needs no code.
package struct FactTree: Sendable {
    /// What a value must be.
    package enum Kind: Sendable {
        case string, bool, long, datetime, country, strings, countries
        /// A record with these members.
        case record([Int])
    }

    /// An attribute.
    package struct Node: Sendable {
        /// Its name.
        package var key: CedarString

        /// Its name with those of the records around it: `transfer.tia.risk`.
        package var path: String

        /// Whether policies read it without asking whether it is there.
        package var isRequired: Bool

        /// What it is.
        package var kind: Kind

        /// Whether it is about the tenant.
        let isOfTenant: Bool

        /// Whether it proves something, rather than describing the question.
        let isEvidence: Bool

        init(key: CedarString, path: String, isRequired: Bool) {
            self.key = key
            self.path = path
            self.isRequired = isRequired
            kind = .record([])
            isOfTenant = path.hasPrefix("tenant.")
            let describes = path == "transfer.mechanism" || path == "transfer.purpose"
            isEvidence =
                !describes
                && ["transfer.", "destination.recipient.", "data.volume."].contains { path.hasPrefix($0) }
        }
    }

    /// The attributes; those of one record stand together in the order of their names.
    package private(set) var nodes: [Node] = []

    /// The records of the request: `data`, `destination`, `source`, `tenant`, `transfer`.
    package private(set) var roots: [Int] = []

    private var positions: [CedarString: Int] = [:]

    /// The positions of the attributes that routing itself knows.
    private(set) var known = Known()

    /// Attributes that routing reads or works out.
    struct Known: Sendable {
        var personal = -1
        var declared = -1
        var mode = -1
        var subjects = -1
        var category = -1
        var kind = -1
        var sourceCountry = -1
        var sourceRegion = -1
        var destinationCountry = -1
        var destinationRegion = -1
    }

    /// The members of the context that routing sets itself.
    static let reserved: Set<CedarString> = ["now", "limits", "operation", "regimes", "exporters", "required"]

    /// Takes the context of the actions; findings are sentences.
    init(_ context: RecordType, namespace: Name, problems: inout [String]) {
        roots = add(context, path: "", namespace, skipping: Self.reserved, depth: 0, &problems)
        for path in ["tenant", "data", "source", "destination", "transfer"] where position(of: path) == nil {
            problems.append("the context does not declare `\(path)`")
        }
        let wanted: [(WritableKeyPath<Known, Int>, String)] = [
            (\.personal, "data.personal"), (\.declared, "data.declared"), (\.mode, "tenant.residency_mode"),
            (\.subjects, "data.subject_countries"), (\.category, "data.category"), (\.kind, "data.kind"),
            (\.sourceCountry, "source.country"), (\.sourceRegion, "source.region"),
            (\.destinationCountry, "destination.country"), (\.destinationRegion, "destination.region"),
        ]
        for (key, path) in wanted {
            if let position = position(of: path) {
                known[keyPath: key] = position
            } else {
                problems.append("the context does not declare `\(path)`")
            }
        }
    }

    /// The position of the attribute with a path.
    package func position(of path: String) -> Int? { positions[CedarString(path)] }

    private mutating func add(
        _ record: RecordType, path: String, _ namespace: Name, skipping: Set<CedarString>, depth: Int,
        _ problems: inout [String]
    ) -> [Int] {
        var added: [(Int, RecordType.Attribute)] = []
        for (key, attribute) in record.attributes.sorted(by: { $0.key < $1.key }) where !skipping.contains(key) {
            let full = path.isEmpty ? key.text : "\(path).\(key)"
            positions[CedarString(full)] = nodes.count
            added.append((nodes.count, attribute))
            nodes.append(Node(key: key, path: full, isRequired: attribute.isRequired))
        }
        let country = EntityUID(type: Name(unchecked: "\(namespace)::Country"), id: "").type
        for (position, attribute) in added {
            let full = nodes[position].path
            let kind: Kind? =
                switch attribute.type {
                case .string: .string
                case .bool: .bool
                case .long: .long
                case .extension(.datetime): .datetime
                case .entity(country): .country
                case .set(.string): .strings
                case .set(.entity(country)): .countries
                case .record(let inner) where depth < 8:
                    .record(add(inner, path: full, namespace, skipping: [], depth: depth + 1, &problems))
                default: nil
                }
            guard let kind else {
                problems.append("`\(full)` has a type that requests cannot give")
                continue
            }
            nodes[position].kind = kind
        }
        return added.map(\.0)
    }
}
