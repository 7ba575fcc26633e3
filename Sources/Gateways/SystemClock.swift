package import CedarModel
import Glibc

/// The wall clock of the machine.
package enum SystemClock {
    /// The current instant, to the millisecond.
    package static func now() -> Datetime {
        var time = timespec()
        // Safe: the call only writes the variable, and cannot fail for this clock.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Datetime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
