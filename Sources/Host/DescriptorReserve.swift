import Glibc
import Synchronization

/// Descriptors held back for the moment in which the system gives no further one: the runtime ends a process whose
/// threads it cannot list, and a stop must not depend on what is gone.
package final class DescriptorReserve: Sendable {
    // Guards the descriptors held, each open on /dev/null.
    private let held = Mutex<[Int32]>([])
    private let count: Int

    /// Takes as many of `count` descriptors as there are.
    package init(count: Int) {
        self.count = count
        refill()
    }

    deinit { release() }

    /// How many are held.
    package var heldCount: Int { held.withLock { $0.count } }

    /// Takes again what is missing, as far as the system gives it.
    package func refill() {
        held.withLock { held in
            while held.count < count {
                let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
                if descriptor < 0 { return }
                held.append(descriptor)
            }
        }
    }

    /// Gives all back, for others in this process to use.
    package func release() {
        held.withLock { held in
            for descriptor in held { close(descriptor) }
            held.removeAll()
        }
    }
}
