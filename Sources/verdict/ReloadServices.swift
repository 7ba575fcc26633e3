import CedarSyntax
import Logging
import PolicyBundles
import ServiceLifecycle
import UnixSignals

/// Reloads the policies on SIGHUP.
struct HangupReload: Service {
    let reloader: PolicyReloader
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            await reloader.reload(because: "SIGHUP", logger)
        }
    }
}

/// Reloads the policies when their files change, for `--watch`.
///
/// Files are looked at once a second. A change is taken up when two looks in a row agree, so that a bundle that is just
/// being written is not read half-way.
struct WatchReload: Service {
    let source: ApplicationSource
    let reloader: PolicyReloader
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var previous: SourceFingerprint?
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                let current = source.fingerprint()
                if let previous, current.looks(like: previous), !reloader.status.fingerprint.isStillTrue(of: current) {
                    await reloader.reload(because: "a file changed", logger)
                }
                previous = current
            }
        }
    }
}

extension PolicyReloader {
    /// Reloads away from every event loop and logs what came of it.
    fileprivate func reload(because reason: String, _ logger: Logger) async {
        let outcome = await Task.detached(priority: .utility) { self.reload() }.value
        switch outcome {
        case .replaced: logger.info("reloaded: new policies are served", metadata: ["reason": "\(reason)"])
        case .unchanged: logger.info("reloaded: nothing changed", metadata: ["reason": "\(reason)"])
        case .failed(let diagnostics):
            logger.error(
                "not reloaded: the files have errors and the policies loaded before are still served",
                metadata: ["reason": "\(reason)"])
            Console.show(diagnostics)
        }
    }
}
