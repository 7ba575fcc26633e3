import CedarSyntax
import Documents
import Foundation
import PolicyBundles
import Testing

/// A finding as tests compare it: `V3201 2:1`.
func summary(_ diagnostic: Diagnostic) -> String {
    guard let position = diagnostic.location?.position else { return "\(diagnostic.code)" }
    return "\(diagnostic.code) \(position.line):\(position.column)"
}

/// A finding with its file: `V3104 app/links.yaml`.
func summaryWithFile(_ diagnostic: Diagnostic) -> String {
    "\(diagnostic.code) \(diagnostic.location?.file.name ?? "")"
}

/// A folder for one test, removed with the value that stands for it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("bundle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func write(_ text: String, to path: String) throws {
        let file = url.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func link(_ path: String, to target: String) throws {
        let link = url.appendingPathComponent(path).path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    }
}
