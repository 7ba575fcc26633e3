import Foundation
import FuzzProperties
import Testing

/// The properties that fuzzing checks hold for the committed inputs: seeds, and what fuzzing has found.
@Suite struct SeedTests {
    private static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Seeds")

    /// The inputs of a target by name.
    private static func inputs(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let folder = seeds.appending(path: target.rawValue)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            ($0, Array(try Data(contentsOf: folder.appending(path: $0))))
        }
    }

    @Test("seeds keep the properties", arguments: FuzzTarget.allCases)
    func seeds(_ target: FuzzTarget) throws {
        let inputs = try Self.inputs(target)
        #expect(!inputs.isEmpty)
        for (name, bytes) in inputs {
            let duration = ContinuousClock().measure {
                do {
                    try target.check(bytes)
                } catch {
                    Issue.record("\(target.rawValue)/\(name): \(error)")
                }
            }
            #expect(duration < .seconds(10), "\(target.rawValue)/\(name) takes \(duration)")
        }
    }

    /// Every prefix of a seed is an input of its own, most of them broken.
    @Test("prefixes of seeds keep the properties", arguments: FuzzTarget.allCases)
    func prefixes(_ target: FuzzTarget) throws {
        for (name, bytes) in try Self.inputs(target) {
            for length in stride(from: 0, to: min(bytes.count, 1_500), by: 11) {
                do {
                    try target.check(Array(bytes.prefix(length)))
                } catch {
                    Issue.record("\(target.rawValue)/\(name), first \(length) bytes: \(error)")
                }
            }
        }
    }

    @Test("every target has a folder of seeds") func folders() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.seeds.path)
        #expect(Set(folders) == Set(FuzzTarget.allCases.map(\.rawValue)))
    }
}
