import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Gets documents of issuers over HTTP, within a ``KeyFetchPolicy``.
///
/// No redirects, no cookies, no credentials, no proxy, no compression. The address is checked twice: when the name is
/// resolved, so that nothing forbidden is dialled, and on the open connection, so that a name that resolves differently
/// the second time gets no request.
package final class HTTPKeyFetcher: KeyFetching {
    private let client: HTTPClient
    private let policy: KeyFetchPolicy

    /// Makes a fetcher; ``shutdown()`` ends it.
    package init(policy: KeyFetchPolicy) {
        self.policy = policy
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: policy.connectTimeout, read: policy.timeout),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(10)
        configuration.http1_1ConnectionDebugInitializer = { channel in
            guard let address = channel.remoteAddress, AddressGuard.allows(address, policy) else {
                channel.close(promise: nil)
                return channel.eventLoop.makeFailedFuture(KeyFetchError("the address is not allowed"))
            }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections.
    package func shutdown() async {
        try? await client.shutdown()
    }

    /// Gets a document.
    /// - Throws: ``KeyFetchError`` for every answer but 200, 304 and 404, and for addresses that are not allowed.
    package func fetch(
        _ url: String, unlessTagged tag: String?
    ) async throws(KeyFetchError) -> FetchedDocument {
        try await fetch(
            url, unlessTagged: tag, accepting: "application/json, application/jwk-set+json",
            within: policy.timeout, atMost: policy.maximumBytes)
    }

    /// Gets metadata.
    /// - Throws: ``KeyFetchError`` as for every other document.
    package func fetchMetadata(
        _ url: String, unlessTagged tag: String?
    ) async throws(KeyFetchError) -> FetchedDocument {
        try await fetch(
            url, unlessTagged: tag, accepting: "application/samlmetadata+xml, application/xml, text/xml",
            within: policy.metadataTimeout, atMost: policy.maximumMetadataBytes)
    }

    private func fetch(
        _ url: String, unlessTagged tag: String?, accepting types: String, within time: TimeAmount, atMost size: Int
    ) async throws(KeyFetchError) -> FetchedDocument {
        let target = try FetchTarget(url, policy)
        try await check(target)
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: types)
        request.headers.add(name: "user-agent", value: "verdict")
        if let tag { request.headers.add(name: "if-none-match", value: tag) }
        do {
            return try await answer(to: request, within: time, atMost: size)
        } catch let error as KeyFetchError {
            throw error
        } catch {
            throw KeyFetchError("the server did not answer: \(String(describing: error).prefix(120))")
        }
    }

    private func check(_ target: FetchTarget) async throws(KeyFetchError) {
        let address: SocketAddress
        do {
            address = try await NIOThreadPool.singleton.runIfActive {
                try SocketAddress.makeAddressResolvingHost(target.host, port: target.port)
            }
        } catch {
            throw KeyFetchError("the host `\(target.host)` cannot be resolved")
        }
        guard AddressGuard.allows(address, policy) else {
            throw KeyFetchError("the host `\(target.host)` has an address that is not allowed")
        }
        guard target.isSecure || AddressGuard.kind(of: address) == .loopback else {
            throw KeyFetchError("plain `http` is only for this machine")
        }
    }

    /// The answer, within the time for the whole of it.
    private func answer(
        to request: HTTPClientRequest, within time: TimeAmount, atMost size: Int
    ) async throws -> FetchedDocument {
        try await withThrowingTaskGroup(of: FetchedDocument.self) { group in
            let client = client
            group.addTask {
                let response = try await client.execute(request, timeout: time)
                let age = CacheControl.maximumAge(response.headers["cache-control"])
                switch response.status {
                case .ok: break
                case .notModified: return .unchanged(maximumAge: age)
                case .notFound, .gone: return .absent
                default: throw KeyFetchError("the server answered \(response.status.code)")
                }
                if let length = response.headers.first(name: "content-length").flatMap({ Int($0) }),
                    length > size
                {
                    throw KeyFetchError("the answer is longer than \(size) bytes")
                }
                var body = try await response.body.collect(upTo: size)
                let bytes = body.readBytes(length: body.readableBytes) ?? []
                let tag = response.headers.first(name: "etag").flatMap { $0.utf8.count <= 256 ? $0 : nil }
                return .document(bytes, tag: tag, maximumAge: age)
            }
            group.addTask {
                try await Task.sleep(nanoseconds: UInt64(max(0, time.nanoseconds)))
                throw KeyFetchError("the server took too long")
            }
            defer { group.cancelAll() }
            guard let document = try await group.next() else { throw KeyFetchError("the fetch was cancelled") }
            return document
        }
    }
}

/// An address that may be fetched from, as far as its text tells.
struct FetchTarget {
    let host: String
    let port: Int
    let isSecure: Bool

    /// Takes an address apart; without user information, which would be a credential.
    init(_ url: String, _ policy: KeyFetchPolicy) throws(KeyFetchError) {
        let bytes = Array(url.utf8)
        isSecure = bytes.starts(with: "https://".utf8)
        guard isSecure || policy.allowsLoopback && bytes.starts(with: "http://".utf8) else {
            throw KeyFetchError("an address of keys begins with `https://`")
        }
        guard bytes.count <= 2_048, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw KeyFetchError("an address of keys is at most 2048 characters, without spaces")
        }
        let rest = bytes[(isSecure ? 8 : 7)...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard !authority.contains(UInt8(ascii: "@")), !authority.contains(UInt8(ascii: "\\")) else {
            throw KeyFetchError("an address of keys has no user information")
        }
        var host = authority
        var port = isSecure ? 443 : 80
        let afterBracket = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        if let colon = authority[afterBracket...].lastIndex(of: UInt8(ascii: ":")) {
            host = authority[..<colon]
            guard let number = Int(String(decoding: authority[(colon + 1)...], as: UTF8.self)),
                (1...65_535).contains(number)
            else { throw KeyFetchError("an address of keys has no such port") }
            port = number
        }
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw KeyFetchError("an address of keys has a host") }
        self.host = String(decoding: host, as: UTF8.self)
        self.port = port
    }
}

/// The part of `Cache-Control` that counts (RFC 9111 section 5.2.2).
enum CacheControl {
    /// The seconds of `max-age`; `nil` where there are none, or nothing may be kept: many providers send `no-store`
    /// with their keys, and obeying would be a fetch for each request.
    static func maximumAge(_ values: [String]) -> Int64? {
        var age: Int64?
        for directive in values.flatMap({ $0.split(separator: ",") }) {
            let word = directive.drop { $0 == " " }.lowercased()
            if word.hasPrefix("no-store") || word.hasPrefix("no-cache") { return nil }
            if word.hasPrefix("max-age=") { age = Int64(word.dropFirst(8).prefix { $0 != " " }) }
        }
        return age.flatMap { $0 >= 0 ? $0 : nil }
    }
}
