import Foundation
import Glibc

/// Ends a child process with the parent that holds the other end of its standard input.
///
/// Not `PR_SET_PDEATHSIG`: the kernel sends that signal when the *thread* that made the child ends, and the lab's
/// threads come and go.
package enum StandardInputWatch {
    /// Exits with 1 as soon as standard input ends; what has come until then was read before, or is dropped.
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
