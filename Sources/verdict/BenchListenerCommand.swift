import ArgumentParser
import Gateways
import NIOCore
import NIOPosix

/// The command `verdict bench listener`.
struct BenchListenerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listener",
        abstract: "Serve a constant answer from the decision listener until killed: the floor for measurements.")

    @Option(help: "The port; 0 takes a free one.")
    var port = 8182

    @Option(help: "Size of the answer in bytes.")
    var bytes = 300

    @Option(help: "Threads that answer.")
    var threads = 1

    func validate() throws {
        guard (2...(1 << 20)).contains(bytes) else { throw ValidationError("`--bytes` must be 2 to 1048576") }
        guard (0...65_535).contains(port) else { throw ValidationError("`--port` must be 0 to 65535") }
        guard (1...64).contains(threads) else { throw ValidationError("`--threads` must be 1 to 64") }
    }

    func run() async throws {
        let body =
            [UInt8(ascii: "\"")] + [UInt8](repeating: UInt8(ascii: "x"), count: bytes - 2) + [UInt8(ascii: "\"")]
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let listener = try await HTTPListener.start(ListenerConfiguration(port: port), on: group) { _ in
            ConstantResponder(body: body)
        }
        Console.error("constant answers on http://\(listener.host):\(listener.port)")
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}

/// Answers everything with the same bytes.
private struct ConstantResponder: HTTPResponder {
    let body: [UInt8]

    func respond(to request: HTTPRequest) -> HTTPResponse {
        HTTPResponse(
            status: 200, contentType: "application/json", headers: [("X-Verdict-Decision-Id", "constant")], body: body)
    }

    func respond(to failure: TransportFailure) -> HTTPResponse { HTTPResponse(status: failure.status) }
}
