import Gateways
import Logging
import NIOCore
import NIOPosix
import PolicyBundles
import ServiceLifecycle

/// The two listeners of the server as one service: decisions, and operations on a thread of their own.
struct DecisionServer: Service {
    /// How to serve.
    struct Configuration: Sendable {
        var decisions: ListenerConfiguration
        var operations: ListenerConfiguration
        var settings: DecisionAPISettings
        /// Event loops that answer decisions.
        var threads: Int
        /// What changing calls must present; `nil` refuses them.
        var token: AdministrationToken?
        /// What operators see and change of the verification of credentials.
        var credentials: CredentialOperations?
        /// How long requests under way may take to finish after the signal to stop.
        var drainTime: TimeAmount
    }

    let policies: PolicyStore
    let reloader: PolicyReloader
    let configuration: Configuration
    let logger: Logger

    /// Serves until the process is told to stop, then drains: health first turns traffic away, then requests under way
    /// finish.
    func run() async throws {
        let readiness = Readiness()
        let decisionThreads = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
        let operationThreads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await serve(readiness, decisionThreads, operationThreads)
        } catch {
            try? await decisionThreads.shutdownGracefully()
            try? await operationThreads.shutdownGracefully()
            throw error
        }
        try await decisionThreads.shutdownGracefully()
        try await operationThreads.shutdownGracefully()
    }

    private func serve(
        _ readiness: Readiness, _ decisionThreads: MultiThreadedEventLoopGroup,
        _ operationThreads: MultiThreadedEventLoopGroup
    ) async throws {
        let (policies, reloader, settings) = (policies, reloader, configuration.settings)
        let (token, metrics, credentials) = (configuration.token, DecisionMetrics(), configuration.credentials)
        let operations = try await HTTPListener.start(configuration.operations, on: operationThreads) { _ in
            OperationsResponder(
                policies, readiness: readiness, metrics: metrics, reloader: reloader, token: token,
                credentials: credentials, accessLog: settings.accessLog)
        }
        let decisions: HTTPListener
        do {
            decisions = try await HTTPListener.start(configuration.decisions, on: decisionThreads) { loop in
                DecisionResponder(policies, settings: settings, metrics: metrics, on: loop)
            }
        } catch {
            await operations.drain(within: .zero)
            throw error
        }
        readiness.begin()
        logger.info("decisions on http://\(decisions.host):\(decisions.port)")
        logger.info("operations on http://\(operations.host):\(operations.port)")
        try await gracefulShutdown()
        logger.info("draining")
        readiness.beginDraining()
        await decisions.drain(within: configuration.drainTime)
        await operations.drain(within: .seconds(1))
        logger.info("stopped")
    }
}
