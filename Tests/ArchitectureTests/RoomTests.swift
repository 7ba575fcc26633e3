import Foundation
import Testing

/// The dependency order of the modules, as a fence: a module imports only what stands above it, and the Cedar modules
/// stay free of Foundation and SwiftNIO.
@Suite struct RoomTests {
    static let rooms = [
        "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", "JOSE", "Identity",
        "Residency", "OpenIDConnect", "SAML", "PolicyBundles", "IssuerKeys", "DecisionPoint", "DecisionWire",
        "Gateways", "ConformanceSuites", "PublishedFormats", "verdict",
    ]

    /// What a module may import besides the modules above it.
    static let foreign: [String: Set<String>] = [
        "Documents": ["Yams"],
        "Residency": ["Crypto", "Foundation", "Synchronization"],
        "JOSE": ["Crypto", "CryptoExtras"],
        "Identity": ["Synchronization"],
        "OpenIDConnect": ["Crypto", "Foundation", "Glibc", "Synchronization"],
        // The only importer of the C target, so that no C pointer is seen anywhere else.
        "SAML": ["CXMLSec", "Crypto", "Synchronization"],
        "IssuerKeys": ["AsyncHTTPClient", "Crypto", "Glibc", "NIOCore", "NIOHTTP1", "NIOPosix", "Synchronization"],
        "PolicyBundles": ["Crypto", "Foundation", "Glibc", "Synchronization"],
        "Gateways": ["Dispatch", "Foundation", "Glibc", "NIOCore", "NIOHTTP1", "NIOPosix", "Synchronization"],
        "ConformanceSuites": ["Crypto", "CryptoExtras", "Foundation", "Synchronization"],
        "verdict": [
            "ArgumentParser", "Crypto", "CryptoExtras", "Foundation", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix",
            "ServiceLifecycle",
            "UnixSignals",
        ],
    ]

    /// The C target, and the system libraries behind it.
    static let native = ["CXMLSec", "CXMLSecSystem"]

    static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    @Test("imports only what stands above", arguments: rooms)
    func imports(room: String) throws {
        let index = try #require(Self.rooms.firstIndex(of: room))
        let allowed = Set(Self.rooms[..<index]).union(Self.foreign[room] ?? [])
        for (file, text) in try Self.sources(of: room) {
            for module in Self.imports(in: text) {
                #expect(allowed.contains(module), "\(room)/\(file) imports \(module)")
            }
        }
    }

    @Test("every module is known") func modules() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        #expect(Set(folders) == Set(Self.rooms + Self.native))
    }

    @Test("files stay within 600 lines", arguments: rooms)
    func fileSizes(room: String) throws {
        for (file, text) in try Self.sources(of: room) {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(lines <= 600, "\(room)/\(file) has \(lines) lines")
        }
    }

    private static func sources(of room: String) throws -> [(file: String, text: String)] {
        let folder = root.appending(path: "Sources/\(room)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        #expect(!names.isEmpty)
        return try names.map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    }

    private static func imports(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index <= 1, line.first != " ", line.first != "/" else {
                return nil
            }
            return words.last.map(String.init)
        }
    }
}
