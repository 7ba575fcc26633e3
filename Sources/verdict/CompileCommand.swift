import ArgumentParser
import CedarEngine
import CedarSyntax
import PolicyBundles

/// The command `verdict compile`.
struct CompileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile", abstract: "Compile policies and say what came of them.",
        discussion: "Shows how the compiled engine runs a policy; nothing is written.")

    @OptionGroup var options: PolicyOptions

    @Flag(name: .customLong("print"), help: "Print the programs.")
    var printsPrograms = false

    @Option(help: ArgumentHelp("Print the program of this policy only.", valueName: "id"))
    var policy: String?

    func run() throws {
        var compiler = PolicyCompiler()
        for snapshot in try options.loadOrExit().snapshots {
            let compiled = compiler.compile(
                snapshot.policies, entities: compiler.compile(entities: snapshot.entities))
            if printsPrograms || policy != nil { Console.print(program(compiled)) }
            Console.print("\(snapshot.application): \(compiled.policies.policies.count) policies compiled")
        }
    }

    private func program(_ compiled: CompiledPolicies) -> String {
        let text = compiled.policies.policies.indices
            .filter { policy == nil || compiled.policies.policies[$0].id.text == policy }
            .map { compiled.program(at: $0) }
            .joined()
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
