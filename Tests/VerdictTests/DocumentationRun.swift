import Foundation

/// One page of documentation, run in a folder of its own that goes when the run does.
final class DocumentationRun {
    private let page: DocumentationPage
    private let folder: URL
    private var server: ServerProcess?
    private var policyFiles = 0

    /// The faults found: each names the page, the line and what came instead.
    private(set) var faults: [String] = []

    /// Makes the folder.
    init(_ page: DocumentationPage) throws {
        self.page = page
        folder = FileManager.default.temporaryDirectory.appending(path: "page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Carries out every block of the page.
    func run() throws {
        for (line, step) in DocumentationScript(page.text).steps {
            do {
                if let fault = try carryOut(step) { faults.append("\(page.name):\(line): \(fault)") }
            } catch let failure as ServerProcess.StartFailure {
                faults.append("\(page.name):\(line): the server does not start\n\(failure.log)")
            }
        }
        server = nil
    }

    private func carryOut(_ step: DocumentationScript.Step) throws -> String? {
        switch step {
        case .file(let path, let text): return try write(text, path)
        case .policies(let text): return try check(text)
        case .yaml(let text): return try checkYAML(text)
        case .commands(let command, let status, let expected): return try run(command, status, expected)
        case .server(let arguments):
            server = nil
            server = try ServerProcess(arguments, in: folder)
            return nil
        case .swift(let lines): return page.swiftFault(lines)
        case .nothing: return nil
        case .fault(let fault): return fault
        }
    }

    private func write(_ text: String, _ path: String) throws -> String? {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return nil
    }

    private func check(_ policies: String) throws -> String? {
        policyFiles += 1
        let file = folder.appending(path: ".block-\(policyFiles).cedar")
        try Data(policies.utf8).write(to: file)
        let outcome = try VerdictProgram.run(["check", file.path], in: folder)
        return outcome.status == 0 ? nil : "not valid Cedar\n\(outcome.output)\(outcome.errors)"
    }

    /// Checks YAML and runs the steps in it that use the program.
    ///
    /// The program reads the text in the place of a manifest: it will not like the keys, but must find no fault with
    /// the YAML.
    private func checkYAML(_ text: String) throws -> String? {
        let bundle = folder.appending(path: ".block-yaml")
        try FileManager.default.createDirectory(at: bundle, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: bundle.appending(path: "bundle.yaml"))
        defer { try? FileManager.default.removeItem(at: bundle) }
        let outcome = try VerdictProgram.run(["check", "--bundle", bundle.path, "--format", "json"], in: folder)
        let findings = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]] ?? []
        let codes = findings.compactMap { $0["code"] as? String }.filter { $0 < "V3020" }
        if !codes.isEmpty { return "not YAML: \(codes)" }
        for line in text.components(separatedBy: "\n") {
            var step = line.trimmingCharacters(in: .whitespaces)[...]
            for word in ["- ", "run: "] where step.hasPrefix(word) { step = step.dropFirst(word.count) }
            guard step.hasPrefix("verdict ") else { continue }
            if let fault = try run(String(step), 0, nil) { return fault }
        }
        return nil
    }

    private func run(
        _ command: String, _ status: Int32, _ expected: DocumentationScript.Block?
    ) throws -> String? {
        var command = command
        if let server {
            command = command.replacingOccurrences(of: "127.0.0.1:8180", with: "127.0.0.1:\(server.port)")
                .replacingOccurrences(of: "127.0.0.1:8181", with: "127.0.0.1:\(server.operationsPort)")
        }
        let outcome = try VerdictProgram.shell("exec 2>&1\n" + command, in: folder)
        guard outcome.status == status else {
            return "exits with \(outcome.status) instead of \(status)\n\(outcome.output)"
        }
        guard let expected else { return nil }
        let isAsShown =
            expected.language == "json"
            ? isJSON(outcome.output, asShown: expected.text)
            : DocumentationOutput.matches(
                shown: Self.lines(of: expected.text)[...], actual: Self.lines(of: outcome.output)[...])
        return isAsShown ? nil : "prints something else than is shown\n\(outcome.output)"
    }

    private func isJSON(_ output: String, asShown shown: String) -> Bool {
        guard let actual = try? JSONSerialization.jsonObject(with: Data(output.utf8)),
            let wanted = try? JSONSerialization.jsonObject(with: Data(shown.utf8))
        else { return false }
        return DocumentationOutput.contains(actual, wanted)
    }

    /// The lines of an output without white space at their ends and without empty lines at the end.
    private static func lines(of text: String) -> [String] {
        var lines = text.components(separatedBy: "\n").map { line in
            String(line.reversed().drop(while: \.isWhitespace).reversed())
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
