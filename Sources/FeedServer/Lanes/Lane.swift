import Dissection
import Synchronization
import WireAccounting

/// What the server has counted for one lane.
final class Lane: Sendable {
    let id: String
    // Guards the counts: a lane may have connections on several event loops.
    private let counts = Mutex(Counts())

    struct Counts: Sendable {
        /// Name of the transport of the last request; `nil` before the first.
        var transport: String?
        var connections = 0
        var requests = 0
        var items = 0
        var bytes = ByteLedger()
        var kernel = LaneKernelCount()
        /// Connections whose kernel counters could not be read.
        var unreadKernelCounters = 0
        /// The latest messages of connections that have ended.
        var messages = RecentMessages(.lane)
    }

    init(_ id: String) {
        self.id = id
    }

    var snapshot: Counts { counts.withLock { $0 } }

    func connectionJoined() { counts.withLock { $0.connections += 1 } }
    func requestArrived() { counts.withLock { $0.requests += 1 } }
    func serves(_ transport: String) { counts.withLock { $0.transport = transport } }
    func itemsSent(_ count: Int) { counts.withLock { $0.items += count } }

    /// Adds what has passed since the connection's last report.
    ///
    /// - Parameters:
    ///   - bytes: By layer.
    ///   - kernel: The kernel's count of the same bytes.
    func add(_ bytes: ByteLedger, _ kernel: LaneKernelReading) {
        counts.withLock { counts in
            counts.bytes.merge(bytes)
            switch kernel {
            case .count(let count): counts.kernel.add(count)
            case .unreadable: counts.unreadKernelCounters += 1
            case .later: break
            }
        }
    }

    func keep(_ messages: [DissectedMessage]) {
        counts.withLock { counts in
            for message in messages { counts.messages.append(message) }
        }
    }
}
