import Host
import Measurement

/// When each item was received, one by one: the evidence for checking the receive stamp against a packet capture.
///
/// Memory is reserved at the start and the file written at the end, so the measured path pays one append an item.
struct ReceiveStamps {
    private struct Entry {
        let client: UInt32
        let port: UInt16
        let sequence: UInt64
        let received: MonotonicInstant
    }

    private let path: String
    // By client, of its newest connection.
    private var ports: [UInt16]
    private var entries: ContiguousArray<Entry> = []

    /// Items beyond this many are not stamped.
    static let maximumEntries = 1_000_000

    init(path: String, clients: Int) {
        self.path = path
        ports = Array(repeating: 0, count: clients)
        entries.reserveCapacity(Self.maximumEntries)
    }

    /// A client's connection has this port of its own host.
    mutating func connected(client: Int, port: Int) {
        ports[client] = UInt16(truncatingIfNeeded: port)
    }

    mutating func received(_ sequence: UInt64, client: Int, at now: MonotonicInstant) {
        if entries.count == Self.maximumEntries { return }
        entries.append(Entry(client: UInt32(client), port: ports[client], sequence: sequence, received: now))
    }

    /// Writes `client,local_port,sequence,received_ns`, the instant being `CLOCK_MONOTONIC`.
    ///
    /// - Throws: ``FileFault`` if the file cannot be written.
    func write() throws {
        var text = "client,local_port,sequence,received_ns\r\n"
        for entry in entries {
            text += "\(entry.client),\(entry.port),\(entry.sequence),\(entry.received.nanoseconds)\r\n"
        }
        try AtomicFile.write(text, to: path)
    }
}
