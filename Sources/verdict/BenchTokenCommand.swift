import ArgumentParser
import CedarModel
import Foundation
import Gateways
import Identity
import OpenIDConnect
import PolicyBundles
import StrictJSON

extension BenchCommand {
    /// The command `verdict bench token`.
    struct Token: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "token",
            abstract: "Measure tokens, from the bare signature primitive to decisions with credentials.",
            discussion: """
                Each token is new and has 1.35 KB, as an access token of Entra ID; the key is known. `bare` is the \
                primitive of swift-crypto over the same bytes, hash included; `cold` and `cached` are the verification \
                of a new token and of a known one; `decide` is all of `POST /v1/decide` with the token in its body, \
                from the bytes of the request to those of the answer. `bare` and `cold` take turns with each token, so \
                that they meet the same moods of the machine. Build for release before measuring.
                """)

        @Option(help: "How many tokens of each algorithm.")
        var tokens = 2_000

        @Option(help: ArgumentHelp("The issuer that the tokens name.", valueName: "url"))
        var issuer = "https://login.microsoftonline.com/9122040d-6c67-4c5b-b112-36a304b66dad/v2.0"

        @Option(
            help: ArgumentHelp(
                "Write an application, tokens and requests to a folder, to measure a server or another program with.",
                valueName: "dir"))
        var write: String?

        @Flag(help: "Only write, and measure nothing.")
        var writeOnly = false

        @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
        var format = OutputFormat.text

        func validate() throws {
            guard (100...100_000).contains(tokens) else { throw ValidationError("`--tokens` must be 100 to 100000") }
            guard !writeOnly || write != nil else { throw ValidationError("`--write-only` needs `--write`") }
        }

        func run() throws {
            let now = SystemClock.now()
            let samples = try TokenSamples.all(tokens, of: issuer, now: now.milliseconds / 1_000)
            let temporary = FileManager.default.temporaryDirectory.appendingPathComponent(
                "verdict-bench-\(ProcessInfo.processInfo.globallyUniqueString)", isDirectory: true)
            defer { try? FileManager.default.removeItem(at: temporary) }
            let folder = write.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? temporary
            do {
                try TokenSampleBundle(samples, issuer: issuer).write(to: folder, for: samples, issuer: issuer)
            } catch {
                Console.error("error: `\(folder.path)` cannot be written")
                throw ExitStatus.invalidInput
            }
            if writeOnly { return }
            let loaded = ApplicationSource.bundle(folder.appendingPathComponent("bench").path).load()
            guard let applications = loaded.applications, let trust = applications.trusts.first else {
                Console.show(loaded.diagnostics)
                throw ExitStatus.invalidInput
            }
            let figures = try samples.map { sample in
                try TokenMeasurement(sample, trust, PolicyStore(applications), now: now)
            }
            switch format {
            case .text:
                Console.print(TokenMeasurement.heading)
                for figure in figures { Console.print(figure.line) }
            case .json:
                var writer = JSONWriter()
                writer.beginArray()
                for figure in figures { figure.write(to: &writer) }
                writer.endArray()
                Console.print(writer.bytes)
            }
        }
    }
}

/// What tokens of one algorithm cost, in nanoseconds.
struct TokenMeasurement {
    private let name: String
    private var times: [(name: String, values: [Int64])]

    private enum Step: Int, CaseIterable {
        case bare, cold, cached, decideCold, decideWarm

        var name: String {
            switch self {
            case .bare: "bare"
            case .cold: "cold"
            case .cached: "cached"
            case .decideCold: "decide_cold"
            case .decideWarm: "decide_warm"
            }
        }
    }

    /// Measures twice and keeps the second time, when everything was touched before.
    init(_ samples: TokenSamples, _ trust: TenantTrust, _ store: PolicyStore, now: Datetime) throws {
        name = samples.name
        times = Step.allCases.map { ($0.name, []) }
        let credentials = samples.tokens.map { PresentedCredentials(.init(type: "jwt", value: $0)) }
        let calls = samples.tokens.map {
            HTTPRequest(
                method: "POST", path: "/t/acme/v1/decide", headers: [("Content-Type", "application/json")],
                body: TokenSampleBundle.body($0))
        }
        for _ in 0..<2 {
            for index in times.indices { times[index].values = [] }
            let forgetful = TokenVerifier(cache: nil)
            let remembering = TokenVerifier()
            var settings = DecisionAPISettings()
            settings.verifier = CredentialVerifiers(["jwt": TokenVerifier()])
            let responder = DecisionResponder(store, settings: settings, now: { now })
            for (index, token) in credentials.enumerated() {
                let (input, signature) = samples.inputs[index]
                var isValid = false
                measure(.bare) { isValid = samples.primitive(input, signature) }
                guard isValid else { throw ValidationError("the primitive refuses its own signature") }
                try measure(.cold) { _ = try forgetful.verify(token, for: trust, at: now) }
            }
            for token in credentials { _ = try remembering.verify(token, for: trust, at: now) }
            for token in credentials {
                try measure(.cached) { _ = try remembering.verify(token, for: trust, at: now) }
            }
            for call in calls {
                var answer: HTTPResponse?
                measure(.decideCold) { answer = responder.respond(to: call) }
                guard let answer, answer.status == 200, Self.isAllowed(answer) else {
                    throw ValidationError("the token is not accepted")
                }
            }
            for call in calls { measure(.decideWarm) { _ = responder.respond(to: call) } }
        }
        for index in times.indices { times[index].values.sort() }
    }

    private mutating func measure(_ step: Step, _ work: () throws -> Void) rethrows {
        let start = ContinuousClock.now
        try work()
        let time = ContinuousClock.now - start
        times[step.rawValue].values.append(time.components.attoseconds / 1_000_000_000)
    }

    private static func isAllowed(_ answer: HTTPResponse) -> Bool {
        let document = try? JSONDocument(parsing: answer.body, limits: .bundle)
        return document?.root["decision"]?.stringEquals("allow") == true
    }

    private func percentile(_ step: Step, _ part: Double) -> Int64 {
        let sorted = times[step.rawValue].values
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    /// The names of the columns, each a median and a 99th percentile in microseconds.
    static let heading =
        "us, p50/p99          bare              cold  ratio            cached       decide cold       decide warm"

    /// The figures for people.
    var line: String {
        let pairs = Step.allCases.map { step in
            Self.padded(
                String(
                    format: "%.2f/%.2f", Double(percentile(step, 0.5)) / 1_000, Double(percentile(step, 0.99)) / 1_000),
                18)
        }
        let ratio = String(format: "%.2f", Double(percentile(.cold, 0.5)) / Double(max(1, percentile(.bare, 0.5))))
        return name.padding(toLength: 7, withPad: " ", startingAt: 0) + pairs[0] + pairs[1] + Self.padded(ratio, 7)
            + pairs[2] + pairs[3] + pairs[4]
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.utf8.count)) + text
    }

    /// Writes the figures for programs, in nanoseconds.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("algorithm")
        writer.string(name)
        for step in Step.allCases {
            writer.key(step.name)
            writer.beginObject()
            writer.key("p50")
            writer.integer(percentile(step, 0.5))
            writer.key("p99")
            writer.integer(percentile(step, 0.99))
            writer.endObject()
        }
        writer.endObject()
    }
}
