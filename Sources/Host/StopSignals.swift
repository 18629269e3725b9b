import CLinux
import Foundation
import Glibc

/// Handles SIGINT and SIGTERM.
///
/// The handler writes to an eventfd. A dispatch source is not used: it is armed some time after its creation, and loses
/// earlier signals.
package enum StopSignals {
    // Initialized before the first handler is installed, so that a handler never initializes it.
    private static let event = eventfd(0, Int32(EFD_CLOEXEC))

    /// Installs the handlers; from here on no signal is lost. Call once, early.
    ///
    /// - Parameter body: Called on a separate thread, once per signal.
    package static func whenReceived(_ body: @escaping @Sendable () -> Void) {
        let descriptor = event
        Descriptor.ignoreBrokenPipes()
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in eventfd_write(StopSignals.event, 1) }
        }
        Thread.detachNewThread {
            var count: UInt64 = 0
            while eventfd_read(descriptor, &count) == 0 || errno == EINTR { body() }
        }
    }
}

/// Ends a child process when its parent ends, which holds the other end of its standard input.
///
/// Not `PR_SET_PDEATHSIG`: the kernel sends that signal when the *thread* that created the child ends, and the lab's
/// threads are short-lived.
package enum StandardInputWatch {
    /// Exits with 1 as soon as standard input ends; discards input that arrives before.
    package static func exitAtEnd() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { _exit(1) }
            }
        }
    }
}
