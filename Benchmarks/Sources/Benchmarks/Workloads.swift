import CedarEngine
import Glibc

/// Decisions of the OOPSLA 2024 applications.
enum Workloads {
    /// Measures files, those in the folder that `VERDICT_BENCH` names, or the own workloads.
    static func run(files: [String]) throws {
        print("clock: \(clockOverhead()) ns are part of every p99")
        print(column("workload", 26) + ["mean", "median", "p99"].map { column($0 + " ns", 12) }.joined())
        for workload in try all(files) {
            let prepared = try PreparedWorkload(workload)
            try prepared.check()
            let timing = prepared.measure()
            print(
                column(workload.name, 26)
                    + [timing.mean, timing.median, timing.p99].map { column("\(Int($0.rounded()))", 12) }.joined())
        }
    }

    private static func all(_ files: [String]) throws -> [Workload] {
        var files = files
        if files.isEmpty, let folder = getenv("VERDICT_BENCH").map({ String(cString: $0) }) {
            for name in ["gdrive", "github", "tinytodo"] {
                for size in ["5-0", "50-0"] { files.append("\(folder)/\(name)-\(size).json") }
            }
            for name in ["gdrive", "github"] { files.append("\(folder)/\(name)-templates-50.json") }
        }
        if files.isEmpty {
            return try OwnWorkloads.all.map { try Workload(name: $0.name, json: Array($0.json.utf8)) }
        }
        return try files.map { try Workload(name: name(of: $0), json: try contents(of: $0)) }
    }

    private static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(".json") ? String(file.dropLast(5)) : file
    }

    /// Measures once for every line of input: a peer that measures in between gets the same conditions.
    static func answer(file: String) throws {
        let workload = try Workload(name: name(of: file), json: try contents(of: file))
        let prepared = try PreparedWorkload(workload)
        try prepared.check()
        while readLine() != nil {
            let timing = prepared.measure(decisions: 400_000)
            let decisions = prepared.requests.map { prepared.policies.decide($0, in: prepared.scratch) == .allow }
            print(
                "{\"mean\": \(timing.mean), \"median\": \(timing.median), \"p99\": \(timing.p99), "
                    + "\"decisions\": \"\(decisions.map { $0 ? "a" : "d" }.joined())\"}")
            fflush(nil)
        }
    }

    /// Writes the own workloads as files.
    static func write(to folder: String) throws {
        for (name, json) in OwnWorkloads.all {
            guard let file = fopen("\(folder)/\(name).json", "w") else {
                throw Failure("`\(folder)` cannot be written")
            }
            fputs(json, file)
            fclose(file)
        }
    }
}

/// A text padded to a width.
func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
}
