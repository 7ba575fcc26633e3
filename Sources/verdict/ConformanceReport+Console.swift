import ConformanceSuites
import Foundation

extension ConformanceReport {
    /// Ends a conformance command: writes the results where they are wanted, prints the counts and what does not match.
    ///
    /// - Parameters:
    ///   - results: the file for one line of JSON per case; `nil` for none.
    ///   - showsRemarks: whether what differs without counting is printed too.
    /// - Throws: ``ExitStatus/invalidInput`` when the file cannot be written, ``ExitStatus/negative`` when a case does
    ///   not match.
    func finish(results path: String?, showsRemarks: Bool = false) throws {
        if let path {
            let lines = results.reduce(into: [UInt8]()) { $0 += $1.line + [0x0A] }
            do {
                try Data(lines).write(to: URL(fileURLWithPath: path))
            } catch {
                Console.error("error: `\(path)` cannot be written")
                throw ExitStatus.invalidInput
            }
        }
        for line in lines { Console.print(line) }
        for mismatch in mismatches {
            Console.print("mismatch \(mismatch.set) \(mismatch.id): \(mismatch.difference)")
        }
        if showsRemarks {
            for remark in remarks {
                Console.print("differs, not counted: \(remark.set) \(remark.id): \(remark.difference)")
            }
        }
        if !mismatches.isEmpty { throw ExitStatus.negative }
    }
}
