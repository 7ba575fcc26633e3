import Foundation

/// An application of 100 files with 100 policies each, and as many tenants as asked for, in a temporary folder.
struct GeneratedApplication {
    /// The folder of applications.
    let folder: URL

    /// How many bytes all its files have.
    private(set) var byteCount = 0

    private let fileCount = 100
    private let policiesPerFile = 100

    /// Writes the files.
    init(tenants: Int) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("loading-\(UUID().uuidString)")
        try write("name: app\nnamespace: App\nasserted_principals: true\n", to: "bundle.yaml")
        try write(Self.schema, to: "app.cedarschema")
        for file in 0..<fileCount { try write(text(of: file), to: path(of: file)) }
        for tenant in 0..<tenants {
            try write("id: t\(tenant)\nattributes: {plan: gold, seats: \(tenant)}\n", to: "tenants/t\(tenant).yaml")
        }
    }

    /// Removes the files.
    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Changes one policy, another one with every round.
    mutating func change(round: Int) throws {
        let file = (round * 37) % fileCount
        try write(text(of: file, changed: (round * 13) % policiesPerFile, to: 1_000 + round), to: path(of: file))
    }

    private mutating func write(_ text: String, to path: String) throws {
        let file = folder.appendingPathComponent("app/\(path)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        byteCount += text.utf8.count
    }

    private func path(of file: Int) -> String { "policies/f\(file).cedar" }

    private static let schema = """
        namespace App {
          entity Team in [Team];
          entity User in [Team] { level?: Long };
          entity Folder in [Folder];
          entity Document in [Folder] { owner?: User };
          action view, edit appliesTo {
            principal: User, resource: Document,
            context: {
              risk?: Long, network?: { name?: String },
              tenant: { id: String, attributes?: { plan?: String, seats?: Long } }
            }
          };
        }
        """

    private func text(of file: Int, changed: Int = -1, to number: Int = 0) -> String {
        (0..<policiesPerFile).map { index in
            """
            @id("r-\(file)-\(index)")
            @code("RULE_\(file)_\(index)")
            @reason("rule \(index) of file \(file)")
            permit (principal in App::Team::"team-\(file)-\(index)", action in [App::Action::"view", App::Action::"edit"],
                resource is App::Document in App::Folder::"folder-\(file)")
            when {
                (resource has owner && resource.owner == principal)
                || (principal has level && principal.level >= \(index) && context has network && context.network has name
                    && context.network.name like "*corp-\(file)-\(index)*")
            }
            unless { context has risk && [1, 2, \(index == changed ? number : index)].contains(context.risk) };

            """
        }.joined(separator: "\n")
    }
}
