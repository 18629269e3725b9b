import CLinux
import Glibc
import Host
import Measurement

/// A timer that wakes an event loop through its epoll set: set again only when another time is the next, while a time
/// limit of each wait would cost the kernel a timer per wait.
final class LoopTimer {
    let descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
    // `nil` while it is not running.
    private var due: MonotonicInstant?

    deinit { Descriptor.close(descriptor) }

    /// Makes the descriptor readable at this instant; `nil` for never.
    func set(_ next: MonotonicInstant?) {
        if next == due { return }
        due = next
        // 0 would stop the timer; an instant in the past is due at once.
        let nanoseconds = next.map { max(1, $0.nanoseconds) } ?? 0
        var time = itimerspec()
        time.it_value = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &time, nil)
    }

    /// The descriptor is readable: takes note, so that it is not until the next instant.
    func fired() {
        var expirations: UInt64 = 0
        read(descriptor, &expirations, MemoryLayout<UInt64>.size)
        due = nil
    }
}
