/// Workloads of the shape of those of the OOPSLA 2024 paper on Cedar.
///
/// File sharing, code hosting and to-do lists, with random hierarchies. Policies and data are our own; a seed makes them repeatable.
enum OwnWorkloads {
    /// All workloads as JSON, by name.
    static var all: [(name: String, json: String)] {
        var workloads: [(String, String)] = []
        for size in [5, 50] {
            workloads.append(("own-gdrive-\(size)", gdrive(size, isTemplate: false)))
            workloads.append(("own-github-\(size)", github(size)))
            workloads.append(("own-tinytodo-\(size)", tinytodo(size)))
        }
        workloads.append(("own-gdrive-templates-50", gdrive(50, isTemplate: true)))
        return workloads
    }

    /// How likely each possible membership is.
    private static let probability = 0.05

    // MARK: - File sharing

    private static func gdrive(_ size: Int, isTemplate: Bool) -> String {
        var make = Maker(seed: UInt64(size))
        var links: [String] = []
        for index in 0..<size {
            let folders = make.some(index).map { uid("Folder", "f\($0)") }
            let shares = make.some(size).map { uid("Share", "u\($0)") } + make.some(size).map { uid("Share", "g\($0)") }
            let owned = make.some(size).map { uid("File", "d\($0)") }
            let ownedFolders = make.some(size).map { uid("Folder", "f\($0)") }
            make.add(
                "User", "u\(index)",
                [
                    "files": list(owned), "folders": list(ownedFolders), "shared": uid("Share", "u\(index)"),
                ], in: make.some(size).map { uid("Circle", "g\($0)") })
            make.add("Circle", "g\(index)")
            make.add("Share", "u\(index)", in: make.some(size).map { uid("Share", "g\($0)") })
            make.add("Share", "g\(index)")
            make.add("Folder", "f\(index)", in: folders + (isTemplate ? [] : shares))
            make.add(
                "File", "d\(index)", ["public": make.chance() ? "true" : "false"],
                in: make.some(size).map { uid("Folder", "f\($0)") } + (isTemplate ? [] : shares))
            guard isTemplate else { continue }
            for holder in make.some(size) + make.some(size) {
                for (kind, prefix) in [("File", "d"), ("Folder", "f")] {
                    let who = holder.isMultiple(of: 2) ? ["User", "u\(holder)"] : ["Circle", "g\(holder)"]
                    links.append(
                        #"{"template": "shared", "id": "link\#(links.count)", "slots": {"?principal": \#(pair(who)), "#
                            + #""?resource": \#(pair([kind, "\(prefix)\(index)"]))}}"#)
                }
            }
        }
        make.requests(
            principals: (0..<size).map { ("User", "u\($0)") }, resources: (0..<size).map { ("File", "d\($0)") },
            actions: ["open", "save", "publish", "hand-over"])
        let sharing =
            isTemplate
            ? #"@id("shared") permit (principal in ?principal, action == Action::"open", resource in ?resource);"#
            : #"permit (principal, action == Action::"open", resource) when { resource in principal.shared };"#
        return make.json(
            """
            \(sharing)
            permit (principal, action == Action::"open", resource) when { resource.public };
            permit (principal, action in [Action::"open", Action::"save", Action::"publish"], resource)
            when { resource in principal.files || resource in principal.folders };
            permit (principal, action == Action::"hand-over", resource) when { principal.files.contains(resource) };
            permit (principal, action == Action::"add", resource) when { principal.folders.contains(resource) };
            """, links: links)
    }

    // MARK: - Code hosting

    private static func github(_ size: Int) -> String {
        var make = Maker(seed: UInt64(size) + 1000)
        let levels = ["read", "triage", "write", "maintain", "admin"]
        for (index, level) in levels.enumerated() {
            make.add("Action", level, in: index + 1 < levels.count ? [uid("Action", levels[index + 1])] : [])
        }
        for index in 0..<size {
            let owners = levels.filter { $0 != "triage" && $0 != "maintain" }
            var attributes = [String: String]()
            for level in owners {
                attributes[level] = uid("OwnerGrant", "o\(index)-\(level)")
                make.add("OwnerGrant", "o\(index)-\(level)")
            }
            make.add("Owner", "o\(index)", attributes)
            attributes = ["owner": uid("Owner", "o\(Int.random(in: 0..<size, using: &make.random))")]
            for level in levels {
                attributes[level] = uid("Grant", "r\(index)-\(level)")
                make.add("Grant", "r\(index)-\(level)")
            }
            make.add("Repository", "r\(index)", attributes)
            func grants() -> [String] {
                make.some(size).map { uid("Grant", "r\($0)-\(levels.randomElement(using: &make.random) ?? "read")") }
            }
            let teamGrants = grants()
            make.add("Team", "t\(index)", in: teamGrants + make.some(index).map { uid("Team", "t\($0)") })
            let ownGrants = grants()
            make.add(
                "User", "u\(index)",
                in: ownGrants + make.some(size).map { uid("Team", "t\($0)") }
                    + make.some(size).map {
                        uid("OwnerGrant", "o\($0)-\(owners.randomElement(using: &make.random) ?? "read")")
                    })
        }
        make.requests(
            principals: (0..<size).map { ("User", "u\($0)") }, resources: (0..<size).map { ("Repository", "r\($0)") },
            actions: levels)
        var policies = ""
        for level in levels {
            policies +=
                "permit (principal, action in Action::\"\(level)\", resource) when { principal in resource.\(level) };\n"
        }
        for level in ["read", "write", "admin"] {
            policies +=
                "permit (principal, action in Action::\"\(level)\", resource) when { principal in resource.owner.\(level) };\n"
        }
        return make.json(policies)
    }

    // MARK: - To-do lists

    private static func tinytodo(_ size: Int) -> String {
        var make = Maker(seed: UInt64(size) + 2000)
        make.add("App", "todo")
        for index in 0..<size {
            make.add("User", "u\(index)", in: make.some(size).map { uid("Team", "t\($0)") } + [uid("App", "todo")])
            make.add("Team", "t\(index)", in: make.some(index).map { uid("Team", "t\($0)") } + [uid("App", "todo")])
            make.add(
                "List", "l\(index)",
                [
                    "owner": uid("User", "u\(Int.random(in: 0..<size, using: &make.random))"),
                    "readers": uid("Team", "t\(Int.random(in: 0..<size, using: &make.random))"),
                    "editors": uid("Team", "t\(Int.random(in: 0..<size, using: &make.random))"),
                    "title": "\"list \(index)\"",
                ], in: [uid("App", "todo")])
        }
        make.requests(
            principals: (0..<size).map { ("User", "u\($0)") }, resources: (0..<size).map { ("List", "l\($0)") },
            actions: ["see", "rename", "add", "check", "remove", "share"])
        make.requests(
            principals: (0..<size).map { ("User", "u\($0)") }, resources: [("App", "todo")],
            actions: ["create", "overview"], count: 125)
        return make.json(
            """
            permit (principal, action in [Action::"create", Action::"overview"], resource == App::"todo");
            permit (principal, action, resource) when { resource has owner && resource.owner == principal };
            permit (principal, action == Action::"see", resource)
            when { principal in resource.readers || principal in resource.editors };
            permit (principal, action in [Action::"rename", Action::"add", Action::"check", Action::"remove"], resource)
            when { principal in resource.editors };
            """)
    }

    private static func uid(_ type: String, _ id: String) -> String {
        #"{"__entity": {"type": "\#(type)", "id": "\#(id)"}}"#
    }

    private static func pair(_ parts: [String]) -> String { "[\"\(parts[0])\", \"\(parts[1])\"]" }

    private static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

    /// Collects entities and requests.
    private struct Maker {
        var random: SeededGenerator
        private var entities: [String] = []
        private var requests: [String] = []

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
        }

        mutating func chance() -> Bool { Double.random(in: 0..<1, using: &random) < OwnWorkloads.probability }

        /// Each number below a bound with the same small probability.
        mutating func some(_ bound: Int) -> [Int] { (0..<bound).filter { _ in chance() } }

        mutating func add(
            _ type: String, _ id: String, _ attributes: [String: String] = [:], in parents: [String] = []
        ) {
            let fields = attributes.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
            entities.append(
                #"{"uid": \#(uid(type, id)), "attrs": {\#(fields.joined(separator: ", "))}, "parents": \#(list(parents))}"#
            )
        }

        mutating func requests(
            principals: [(String, String)], resources: [(String, String)], actions: [String], count: Int = 500
        ) {
            for _ in 0..<count {
                let principal = principals[Int.random(in: 0..<principals.count, using: &random)]
                let resource = resources[Int.random(in: 0..<resources.count, using: &random)]
                let action = actions[Int.random(in: 0..<actions.count, using: &random)]
                requests.append(
                    #"{"principal": \#(pair([principal.0, principal.1])), "action": ["Action", "\#(action)"], "#
                        + #""resource": \#(pair([resource.0, resource.1]))}"#)
            }
        }

        func json(_ policies: String, links: [String] = []) -> String {
            let text = policies.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }.joined(separator: "\\n")
            return """
                {"policies": "\(text)",
                 "links": [\(links.joined(separator: ",\n"))],
                 "entities": [\(entities.joined(separator: ",\n"))],
                 "requests": [\(requests.joined(separator: ",\n"))]}

                """
        }
    }
}
