import AllocationCounter
import CedarEngine
import Glibc

/// The benchmarks of the engine; see the article of `CedarEngine` on compiled policies for what they show.
@main
struct Main {
    static let usage = """
        usage: Benchmarks workloads [file ...]   decisions of the OOPSLA 2024 applications (own data, or files)
               Benchmarks series                 decisions with 10 to 100,000 policies
               Benchmarks compile                files to compiled policies, and one changed policy
               Benchmarks budgets                exits with 1 when a decision allocates
               Benchmarks peer <file>            one measurement for every line of input, for peers.py
               Benchmarks write <folder>         writes the own workloads as files
        """

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "workloads": try Workloads.run(files: Array(arguments.dropFirst()))
            case "series": try Series.run()
            case "compile": try CompileTimes.run()
            case "budgets": if try !Budgets.hold() { exit(1) }
            case "peer" where arguments.count == 2: try Workloads.answer(file: arguments[1])
            case "write" where arguments.count == 2: try Workloads.write(to: arguments[1])
            default:
                print(usage)
                exit(2)
            }
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }
}
