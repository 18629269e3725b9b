import Feed
import Host
import LoadGenerator
import Measurement
import Transports

/// Records a server's feed by long polling.
package struct FeedRecorder: Sendable {
    /// What was recorded.
    package struct Outcome: Sendable, Equatable {
        /// Items written.
        package var items = 0
        /// Items that a recording cannot hold; they are skipped.
        package var refusedItems = 0
        /// Why the recording ended early; `nil` if it did not.
        package var earlyEndReason: String?
    }

    private let probe: ServerProbe
    private let maximumItems: Int
    private let duration: Duration

    // In a broken feed every item may be skipped.
    private static let maximumComplaints = 20

    /// Prepares a recording that ends after a number of items or a time, whichever is reached first; `tls` is `nil` for
    /// plaintext. It connects only in ``record(with:complain:)``.
    package init(host: String, port: Int, tls: TLSTrust?, maximumItems: Int, duration: Duration) {
        probe = ServerProbe(host: host, port: port, tls: tls)
        self.maximumItems = maximumItems
        self.duration = duration
    }

    /// Records until the maximum of items or time is reached, the task is cancelled or the server fails.
    ///
    /// - Parameters:
    ///   - writer: Writes the items; its files appear at the end.
    ///   - complain: Called with one sentence per skipped item.
    /// - Returns: The number of items written and skipped, and the server's failure if it came after the first item.
    /// - Throws: ``ProbeFault`` or ``RecordedItemFault`` if no item could be read, ``FileFault`` if the files
    ///   cannot be written.
    package func record(with writer: RecordingWriter, complain: (String) -> Void) async throws -> Outcome {
        var result = Outcome()
        var cursor = try probe.status().newest
        var lastDue: Int64 = 0
        let end = MonotonicClock.now() + duration
        do {
            while result.items < maximumItems, MonotonicClock.now() < end, !Task.isCancelled {
                let body = Array(try probe.longPoll(after: cursor, hold: .seconds(1)))
                for line in body.split(separator: UInt8(ascii: "\n")) where result.items < maximumItems {
                    let item = try RecordedItem(line, after: cursor, notBefore: lastDue)
                    (cursor, lastDue) = (item.sequence, item.dueMicroseconds)
                    if let fault = ItemLine.fault(in: item.data) {
                        result.refusedItems += 1
                        Self.report(item, fault, result.refusedItems, complain)
                    } else {
                        try writer.append(ItemLine(item.data), due: item.dueMicroseconds)
                        result.items += 1
                    }
                }
                await Task.yield()
            }
        } catch let fault where result.items > 0 && !(fault is FileFault) {
            result.earlyEndReason = "\(fault)"
        }
        try writer.finish()
        return result
    }

    private static func report(
        _ item: RecordedItem, _ fault: ItemLineFault, _ count: Int, _ complain: (String) -> Void
    ) {
        guard count <= maximumComplaints else { return }
        let rest = count == maximumComplaints ? "; further skipped items are only counted" : ""
        complain("item \(item.sequence): \(fault); the item is skipped\(rest)")
    }
}
