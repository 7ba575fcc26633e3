import ArgumentParser
import CedarSchema
import CedarSyntax
import PolicyBundles

/// Where the policies are.
struct PolicyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A folder of applications, each a folder with a bundle.yaml.", valueName: "dir"))
    var policies: String?

    @Option(help: ArgumentHelp("The folder of one application.", valueName: "dir"))
    var bundle: String?

    func validate() throws {
        guard policies == nil || bundle == nil else {
            throw ValidationError("give either `--policies` or `--bundle`")
        }
    }

    /// Loads what the options name; by default the applications below `Policies`.
    func load(
        options: BundleCheckOptions = .init(), cache: CompilationCache = .init()
    ) -> LoadedApplications {
        source.load(options: options, cache: cache)
    }

    /// What the options name.
    var source: ApplicationSource { bundle.map { .bundle($0) } ?? .folder(policies ?? "Policies") }

    /// Loads the applications, shows findings and stops when there are errors.
    ///
    /// Lints are left to `verdict check`: whoever asks a question need not read about style with every answer.
    func loadOrExit(cache: CompilationCache = .init()) throws -> Applications {
        let loaded = load(cache: cache)
        Console.show(loaded.diagnostics.filter { !$0.code.isLint })
        guard let applications = loaded.applications else { throw ExitStatus.invalidInput }
        return applications
    }
}
