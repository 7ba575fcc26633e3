import ArgumentParser
import Foundation
import Gateways
import IssuerKeys
import Logging
import NIOCore
import NIOPosix
import PolicyBundles
import ServiceLifecycle
import StrictJSON
import UnixSignals

/// The command `verdict serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer decision requests over HTTP until SIGTERM.",
        discussion: "Policies with errors do not start the server: every finding is printed and the exit code is 3.")

    @OptionGroup var options: PolicyOptions

    @Option(help: "The address for decisions.")
    var host = "127.0.0.1"

    @Option(help: "The port for decisions; 0 takes a free one.")
    var port = 8180

    @Option(help: "The address for health, metrics and administration.")
    var operationsHost = "127.0.0.1"

    @Option(help: "The port for health, metrics and administration; 0 takes a free one.")
    var operationsPort = 8181

    @Option(help: "Threads that answer decisions; by default one fewer than the machine has cores, at least one.")
    var threads: Int?

    @Flag(help: "Allow addresses that other machines reach although the listeners speak no TLS.")
    var insecure = false

    @Flag(help: "Let callers set the time of a decision with `context.now`. For tests.")
    var allowRequestClock = false

    @Option(
        help: ArgumentHelp(
            "A file with the token that changing calls on the operations listener present; at least 16 characters.",
            valueName: "file"))
    var adminTokenFile: String?

    @Option(
        help: ArgumentHelp(
            "A file to which a line of JSON is appended for every decision and every failed call.", valueName: "file"))
    var accessLog: String?

    @Flag(help: "Reload the policies when their files change. SIGHUP always does.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "A folder of the server's own for revocations and keys of issuers. Without it, revoking is refused.",
            valueName: "dir"))
    var stateDir: String?

    @OptionGroup var issuers: IssuerOptions

    @OptionGroup var engine: EngineOptions

    @OptionGroup(title: "Limits") var limits: LimitOptions

    func validate() throws {
        guard threads.map({ (1...256).contains($0) }) ?? true else {
            throw ValidationError("`--threads` must be 1 to 256")
        }
        for (name, value) in [("port", port), ("operations-port", operationsPort)]
        where !(0...65_535).contains(value) {
            throw ValidationError("`--\(name)` must be 0 to 65535")
        }
    }

    func run() async throws {
        // Until the service that reloads on it listens, a hang-up must not end the process.
        signal(SIGHUP, SIG_IGN)
        let fingerprint = options.source.fingerprint()
        let cache = CompilationCache()
        let applications = try options.loadOrExit(cache: cache)
        guard !applications.snapshots.isEmpty else {
            Console.error("error: there is no application to serve")
            throw ExitStatus.invalidInput
        }
        let logger = Logger(label: "verdict") { StreamLogHandler.standardError(label: $0) }
        for snapshot in applications.snapshots {
            logger.info("loaded application `\(snapshot.application)`, version \(snapshot.version)")
            if snapshot.settings.assertedPrincipals {
                logger.warning(
                    "application `\(snapshot.application)` trusts callers to say who the principal is (`asserted_principals`)"
                )
            }
        }
        let store = PolicyStore(applications)
        // Whatever can be wrong with the options is found before anything runs that has to be stopped again.
        let token = try token()
        let accessLog = try openAccessLog()
        let credentials = try CredentialServices(issuers.policy, stateDirectory: stateDir, logger: logger)
        // The first fetches run while the server is up already: nothing waits for an issuer.
        credentials.keys.retain(applications.trusts)
        credentials.restoreKeys(logger)
        let keys = credentials.keys
        let reloader = PolicyReloader(options.source, store: store, fingerprint: fingerprint, cache: cache) {
            keys.retain($0.trusts)
        }
        let server = DecisionServer(
            policies: store, reloader: reloader, configuration: configuration(credentials, token, accessLog),
            logger: logger)
        var services: [any Service] = [
            credentials.refresh, server, HangupReload(reloader: reloader, logger: logger),
        ]
        if watch { services.append(WatchReload(source: options.source, reloader: reloader, logger: logger)) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        defer { accessLog?.finish() }
        do {
            try await group.run()
        } catch let error as ListenerError {
            Console.error("error: \(error.message)")
            throw ExitStatus.invalidInput
        }
    }

    private func configuration(
        _ credentials: CredentialServices, _ token: AdministrationToken?, _ accessLog: AccessLogFile?
    ) -> DecisionServer.Configuration {
        var decisions = ListenerConfiguration(host: host, port: port, allowsInsecureNonLoopback: insecure)
        decisions.limits = limits.listener
        let operations = ListenerConfiguration(
            host: operationsHost, port: operationsPort, allowsInsecureNonLoopback: insecure)
        var settings = DecisionAPISettings()
        settings.engine = engine.engine
        settings.bodyLimits = limits.body
        settings.maximumEvaluations = limits.maxEvaluations
        settings.maximumAttributes = limits.maxAttributes
        settings.allowsRequestClock = allowRequestClock
        settings.verifier = credentials.verifier
        settings.accessLog = accessLog
        return DecisionServer.Configuration(
            decisions: decisions, operations: operations, settings: settings,
            threads: threads ?? max(1, System.coreCount - 1), token: token,
            credentials: credentials.operations, drainTime: .seconds(limits.drainSeconds))
    }
}

extension ServeCommand {
    /// The access log, where one is wanted.
    private func openAccessLog() throws -> AccessLogFile? {
        guard let accessLog else { return nil }
        guard let file = AccessLogFile(path: accessLog) else {
            Console.error("error: the access log `\(accessLog)` cannot be written")
            throw ExitStatus.invalidInput
        }
        return file
    }

    /// The administration token, from its file.
    private func token() throws -> AdministrationToken? {
        guard let adminTokenFile else { return nil }
        guard let data = FileManager.default.contents(atPath: adminTokenFile) else {
            Console.error("error: the token file `\(adminTokenFile)` cannot be read")
            throw ExitStatus.invalidInput
        }
        guard let token = AdministrationToken(fileContent: Array(data)) else {
            Console.error("error: the token file must hold one word of at least 16 characters")
            throw ExitStatus.invalidInput
        }
        return token
    }
}

/// The limits of the decision listener.
struct LimitOptions: ParsableArguments {
    @Option(help: "Longest body in bytes.")
    var maxBodyBytes = JSONLimits.request.maximumBytes

    @Option(help: "Deepest nesting of a body.")
    var maxBodyDepth = JSONLimits.request.maximumDepth

    @Option(help: "Most values in a body.")
    var maxBodyValues = JSONLimits.request.maximumValues

    @Option(help: "Most evaluations in one call.")
    var maxEvaluations = 1000

    @Option(help: "Most attributes in one question.")
    var maxAttributes = 10_000

    @Option(help: "Longest request line and headers in bytes.")
    var maxHeaderBytes = 16 << 10

    @Option(help: "Most connections at a time.")
    var maxConnections = 10_000

    @Option(help: "Seconds that a request may take to arrive.")
    var requestSeconds: Int64 = 5

    @Option(help: "Seconds that a connection may be idle.")
    var idleSeconds: Int64 = 60

    @Option(help: "Seconds that requests under way get to finish after SIGTERM.")
    var drainSeconds: Int64 = 10

    func validate() throws {
        let all: [(String, Int64)] = [
            ("max-body-bytes", Int64(maxBodyBytes)), ("max-body-depth", Int64(maxBodyDepth)),
            ("max-body-values", Int64(maxBodyValues)), ("max-evaluations", Int64(maxEvaluations)),
            ("max-attributes", Int64(maxAttributes)),
            ("max-header-bytes", Int64(maxHeaderBytes)), ("max-connections", Int64(maxConnections)),
            ("request-seconds", requestSeconds), ("idle-seconds", idleSeconds), ("drain-seconds", drainSeconds),
        ]
        for (name, value) in all where value < 1 || value > 1 << 40 {
            throw ValidationError("`--\(name)` must be at least 1")
        }
        // Reading a body recurses once per level.
        guard maxBodyDepth <= 128 else { throw ValidationError("`--max-body-depth` can be at most 128") }
    }

    /// The limits of the transport.
    var listener: ListenerLimits {
        var limits = ListenerLimits()
        limits.bodyBytes = maxBodyBytes
        limits.headerBytes = maxHeaderBytes
        limits.requestTimeout = .seconds(requestSeconds)
        limits.idleTimeout = .seconds(idleSeconds)
        limits.maximumConnections = maxConnections
        return limits
    }

    /// The limits of a JSON body.
    var body: JSONLimits {
        JSONLimits(maximumBytes: maxBodyBytes, maximumDepth: maxBodyDepth, maximumValues: maxBodyValues)
    }
}
