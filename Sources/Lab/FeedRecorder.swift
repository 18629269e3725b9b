import Feed
import Host
import LoadGenerator
import Measurement
import Transports

/// Records a server's feed by long polling.
package struct FeedRecorder: Sendable {
    private let probe: ServerProbe
    private let maximumItems: Int
    private let duration: Duration

    package init(host: String, port: Int, tls: TLSTrust?, maximumItems: Int, duration: Duration) {
        probe = ServerProbe(host: host, port: port, tls: tls)
        self.maximumItems = maximumItems
        self.duration = duration
    }

    /// Records until there are enough items, the time is up or the task is cancelled.
    ///
    /// - Returns: How many items were written.
    /// - Throws: ``ServerProbe/Fault`` if the feed cannot be read, ``FileFault`` if the files cannot be written.
    package func record(to path: String) async throws -> Int {
        var cursor = try probe.status().newest
        var lines: [[UInt8]] = []
        var dues: [Int64] = []
        let end = MonotonicClock.now() + duration
        while lines.count < maximumItems, MonotonicClock.now() < end, !Task.isCancelled {
            let body = Array(try probe.longPoll(after: cursor, hold: .seconds(1)))
            for line in body.split(separator: UInt8(ascii: "\n")) where lines.count < maximumItems {
                guard let item = Self.parse(line) else { throw RecordingFault.noItem }
                cursor = item.header.sequence
                dues.append(item.header.dueMicroseconds)
                lines.append(item.data)
            }
            await Task.yield()
        }
        try write(lines, dues, to: path)
        return lines.count
    }

    private enum RecordingFault: Error, CustomStringConvertible {
        case noItem
        var description: String { "the server sent a line that is no item; an item is SEQUENCE,DUE,DATA" }
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> (header: ItemText.Header, data: [UInt8])? {
        guard let header = line.withUnsafeBytes({ ItemText.header(of: $0) }) else { return nil }
        let fields = line.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        return fields.count == 3 ? (header, Array(fields[2])) : nil
    }

    // Due times begin with the recording: its first item is due one usual gap after its epoch.
    private func write(_ lines: [[UInt8]], _ dues: [Int64], to path: String) throws {
        let first = dues.first ?? 0
        let gap = dues.count > 1 ? (dues[dues.count - 1] - first) / Int64(dues.count - 1) : 0
        let text = lines.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
        try AtomicFile.write(dues.map { "\($0 - first + gap)\n" }.joined(), to: path + ".due")
        try AtomicFile.write(text, to: path)
    }
}
