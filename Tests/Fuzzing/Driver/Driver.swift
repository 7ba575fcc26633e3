import FuzzProperties
import Glibc

/// The target that the environment variable `FUZZ_TARGET` names.
private let target: FuzzTarget = {
    // Safe: `getenv` gives a C string or nothing, and nobody changes the environment.
    guard let name = unsafe getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: unsafe String(cString: name))
    else {
        fatalError("FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // Safe: libFuzzer passes as many bytes as it says.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        try target.check(bytes)
    } catch {
        fatalError("broken: \(error)")
    }
    return 0
}
