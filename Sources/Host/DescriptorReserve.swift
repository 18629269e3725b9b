import Glibc
import Synchronization

/// Descriptors held back for the case that the system has no free one: the runtime aborts a process whose threads it
/// cannot list, and stopping the server must still work.
package final class DescriptorReserve: Sendable {
    // Guards the descriptors held, each open on /dev/null.
    private let held = Mutex<[Int32]>([])
    private let count: Int

    /// Opens up to `count` descriptors, as far as the system allows.
    package init(count: Int) {
        self.count = count
        refill()
    }

    deinit { release() }

    /// Number of descriptors held.
    var heldCount: Int { held.withLock { $0.count } }

    /// Opens the missing descriptors, as far as the system allows.
    package func refill() {
        held.withLock { held in
            while held.count < count {
                let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
                if descriptor < 0 { return }
                held.append(descriptor)
            }
        }
    }

    /// Closes all, so that the process can use them.
    package func release() {
        held.withLock { held in
            for descriptor in held { close(descriptor) }
            held.removeAll()
        }
    }
}
