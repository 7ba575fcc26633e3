import Foundation

/// A corpus of our own in the published layout, with every kind of set, answer and verdict.
///
/// All its answers are right; tests change one and look whether that is noticed.
struct SmallCorpus {
    private(set) var files: [String: String] = [
        "corpus-tests/one.cedar": """
        forbid (principal, action, resource) when { principal.missing };
        permit (principal == User::"a", action, resource);
        """,
        "corpus-tests/one.cedarschema": """
        entity User { friend?: User };
        action view appliesTo { principal: User, resource: User };
        """,
        "corpus-tests/one.cedarschema.json": """
        {"": {"entityTypes": {"User": {"shape": {"type": "Record", "attributes":
          {"friend": {"type": "EntityOrCommon", "name": "User", "required": false}}}}},
         "actions": {"view": {"appliesTo": {"principalTypes": ["User"], "resourceTypes": ["User"]}}}}}
        """,
        "corpus-tests/one.entities.json": """
        [{"uid": {"type": "User", "id": "a"}, "attrs": {}, "parents": []}]
        """,
        "corpus-tests/one.json": """
        {"policies": "corpus-tests/one.cedar", "entities": "corpus-tests/one.entities.json",
         "schema": "corpus-tests/one.cedarschema", "shouldValidate": false,
         "requests": [{"description": "r", "principal": {"type": "User", "id": "a"},
           "action": {"type": "Action", "id": "view"}, "resource": {"type": "User", "id": "a"}, "context": {},
           "validateRequest": true, "decision": "allow", "reason": ["policy1"], "errors": ["policy0"]}]}
        """,
        "corpus-tests/one.validation.json": """
        {"policyValidation": {"perPolicy": {"policy0": {"strict": false, "permissive": false},
          "policy1": {"strict": true, "permissive": true}}},
         "entityValidation": {"perEntity": {"User::a": {}}},
         "requestValidation": [{"description": "r", "strict": true, "permissive": true}]}
        """,
        "handwritten/sample-data/schema.cedarschema": """
        entity User { friend: User };
        action view appliesTo { principal: User, resource: User, context: { who: User, from: ipaddr } };
        """,
        "handwritten/sample-data/entities.json": """
        [{"uid": {"type": "User", "id": "b"}, "attrs": {"friend": {"type": "User", "id": "b"}}, "parents": []}]
        """,
        "handwritten/tests/case/policies_1.cedar": """
        permit (principal, action, resource)
        when { principal.friend == context.who && context.from.isLoopback() };
        """,
        "handwritten/tests/case/1.json": """
        {"policies": "tests/case/policies_1.cedar", "entities": "sample-data/entities.json",
         "schema": "sample-data/schema.cedarschema", "shouldValidate": true,
         "requests": [{"principal": {"type": "User", "id": "b"}, "action": {"type": "Action", "id": "view"},
           "resource": {"type": "User", "id": "b"}, "decision": "allow", "reason": ["policy0"], "errors": [],
           "context": {"who": {"type": "User", "id": "b"}, "from": "127.0.0.1"}}]}
        """,
        "cedar-validation-cases/bad.cedar": "permit (principal is User, action, resource) when { [] == [] };",
        "cedar-validation-cases/bad.cedarschema": """
        entity User; action view appliesTo { principal: User, resource: User, context: { n: Long } };
        """,
        "cedar-validation-cases/bad.entities.json": """
        [{"uid": {"type": "User", "id": "a"}, "attrs": {}, "parents": []},
         {"uid": {"type": "User", "id": "b"}, "attrs": {"x": 1}, "parents": []}]
        """,
        "cedar-validation-cases/bad.json": """
        {"schema": "elsewhere/bad.cedarschema", "policies": "elsewhere/bad.cedar", "shouldValidate": true,
         "entities": "elsewhere/bad.entities.json", "requests": [{"description": "r",
           "principal": {"type": "User", "id": "a"}, "action": {"type": "Action", "id": "view"},
           "resource": {"type": "User", "id": "a"}, "context": {"n": "x"}, "decision": "deny", "reason": [],
           "errors": []}]}
        """,
        "cedar-validation-cases/bad.validation.json": """
        {"policyValidation": {"perPolicy": {"policy0": {"strict": false, "permissive": true}}},
         "entityValidation": {"perEntity": {"User::a": {}, "User::b": {"errors": ["x"]}}},
         "requestValidation": [{"description": "r", "strict": false, "permissive": false, "errors": ["y"]}]}
        """,
        "cedar-entity-parsing-cases/refs.cedarschema": "entity User { friend?: User };",
        "cedar-entity-parsing-cases/mixed.entities.json": """
        [{"uid": {"type": "User", "id": "a"}, "attrs": {"friend": {"type": "User", "id": "b"}}, "parents": []},
         {"uid": {"type": "User", "id": "b"}, "attrs": {"friend": {"type": "User"}}, "parents": []}]
        """,
        "cedar-entity-parsing-cases/mixed.json": """
        {"schema": "refs.cedarschema", "entities": "mixed.entities.json"}
        """,
        "cedar-entity-parsing-cases/mixed.parsing.json": """
        {"allEntities": {"success": false}, "perEntity": {"User::a": {"success": true}, "User::b": {"success": false}}}
        """,
        "cedar-entity-parsing-cases/damaged.entities.json": "{not json",
        "cedar-entity-parsing-cases/damaged.json": """
        {"schema": "refs.cedarschema", "entities": "damaged.entities.json"}
        """,
        "cedar-entity-parsing-cases/damaged.parsing.json": """
        {"allEntities": {"success": false}, "perEntity": {}}
        """,
    ]

    /// Changes a text in a file, where it must be.
    mutating func change(_ file: String, _ text: String, to other: String) {
        guard let content = files[file], content.contains(text) else {
            preconditionFailure("\(file) does not hold \(text)")
        }
        files[file] = content.replacingOccurrences(of: text, with: other)
    }

    /// Leaves out files.
    mutating func remove(where isUnwanted: (String) -> Bool) {
        files = files.filter { !isUnwanted($0.key) }
    }

    /// Writes the files to a temporary folder, which is there while the body runs.
    func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let root = FileManager.default.temporaryDirectory.appending(path: "corpus-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in files {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try await body(root)
    }
}
