import CLinux
import Foundation
import Glibc

/// Hears SIGINT and SIGTERM.
///
/// A handler that writes to an eventfd, not a dispatch source: that one is armed some time after it was made, and a
/// signal in between is lost.
package enum StopSignals {
    // Made before the first handler is installed, so that a handler never makes it.
    private static let event = eventfd(0, Int32(EFD_CLOEXEC))

    /// Installs the handlers; from here on no signal is lost. Call once, early.
    ///
    /// - Parameter body: Called on a thread of its own, once for each signal.
    package static func whenReceived(_ body: @escaping @Sendable () -> Void) {
        let descriptor = event
        // A peer that goes away while it is written to must not end the program.
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in eventfd_write(StopSignals.event, 1) }
        }
        Thread.detachNewThread {
            var count: UInt64 = 0
            while eventfd_read(descriptor, &count) == 0 || errno == EINTR { body() }
        }
    }
}
