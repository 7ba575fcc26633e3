import Glibc

/// The time of day, which people and time servers may set.
///
/// It is only good for what a steady clock cannot know: how much time passed while no process ran.
package enum WallClock {
    /// The milliseconds since 1970.
    package static func now() -> Int64 {
        var time = timespec()
        // Safe: the structure is this function's own.
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
