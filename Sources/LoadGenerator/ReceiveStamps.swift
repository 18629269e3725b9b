import Host
import Measurement

/// When each item was received, one row per item, to check the receive timestamp against a packet capture.
///
/// Memory is reserved at the start and the file is written at the end, so the measured path pays one append per item.
struct ReceiveStamps {
    private struct Entry {
        let client: UInt32
        let port: UInt16
        let sequence: UInt64
        let received: MonotonicInstant
    }

    private let path: String
    // By client: local port of its newest connection.
    private var ports: [UInt16]
    private var entries: ContiguousArray<Entry> = []

    /// Items beyond this number are not recorded.
    static let maximumEntries = 1_000_000

    init(path: String, clients: Int) {
        self.path = path
        ports = Array(repeating: 0, count: clients)
        entries.reserveCapacity(Self.maximumEntries)
    }

    /// A client's connection has this local port.
    mutating func connected(client: Int, port: Int) {
        ports[client] = UInt16(truncatingIfNeeded: port)
    }

    mutating func received(_ sequence: UInt64, client: Int, at now: MonotonicInstant) {
        if entries.count == Self.maximumEntries { return }
        entries.append(Entry(client: UInt32(client), port: ports[client], sequence: sequence, received: now))
    }

    /// Writes `client,local_port,sequence,received_ns`; times are `CLOCK_MONOTONIC`.
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
