import ResultFiles
import WireAccounting

/// The messages of one run, counted or planned: planned counts may be fractions.
package struct MessageCounts: Sendable, Equatable {
    /// Widths of what varies in a message; see ``MessageTally/Entry``.
    package struct Key: Hashable, Sendable {
        /// What the message is.
        package let kind: MessageTally.Kind
        /// Decimal digits of its cursor or sequence; 0 if it has none.
        package var cursorDigits = 0
        /// Digits of its length, or base-36 digits of an item's time; 0 if it has none.
        package var lengthDigits = 0

        /// A kind with its widths.
        package init(_ kind: MessageTally.Kind, cursorDigits: Int = 0, lengthDigits: Int = 0) {
            self.kind = kind
            self.cursorDigits = cursorDigits
            self.lengthDigits = lengthDigits
        }
    }

    private(set) var counts: [Key: Double] = [:]
    /// Connections that were opened.
    package var connections = 0.0
    /// Connections that ended in the transport's own way: those of the clients at the end.
    package var endings = 0.0

    /// No messages.
    package init() {}

    /// - Parameters:
    ///   - rows: The rows of `exchanges.csv` of one run of a case.
    ///   - connections: Connections that were opened.
    ///   - clients: Number of clients.
    package init(_ rows: [ExchangeRow], connections: Int, clients: Int) {
        for row in rows {
            guard let kind = MessageTally.Kind(rawValue: row.what) else { continue }
            add(
                Double(row.count),
                Key(kind, cursorDigits: row.cursorDigits, lengthDigits: row.lengthDigits))
        }
        self.connections = Double(connections)
        endings = Double(clients)
    }

    /// What a load process counted; see the other initializer.
    package init(_ tally: MessageTally, connections: Int, clients: Int) {
        for entry in tally.entries {
            add(
                Double(entry.count),
                Key(entry.kind, cursorDigits: entry.cursorDigits, lengthDigits: entry.lengthDigits))
        }
        self.connections = Double(connections)
        endings = Double(clients)
    }

    /// Adds messages; a fraction is an expected number.
    package mutating func add(_ count: Double, _ key: Key) {
        if count != 0 { counts[key, default: 0] += count }
    }

    /// Messages of a kind, whatever their widths.
    package func total(_ kind: MessageTally.Kind) -> Double {
        counts.reduce(0) { $1.key.kind == kind ? $0 + $1.value : $0 }
    }

    /// These counts of one client for many.
    package func times(_ factor: Double) -> Self {
        var all = self
        all.counts = counts.mapValues { $0 * factor }
        all.connections *= factor
        all.endings *= factor
        return all
    }
}
