import Feed
import Transports

/// One event of a page, as the page's script reports it.
enum PageEvent: Equatable {
    /// An item, with the page's clock at its arrival, in microseconds since 1970.
    case item(ReceivedItem, at: Int64)
    /// A complete response to a poll, with this number of items.
    case response(items: Int)
    /// Any event but an item.
    case other(ListenerEvent)
}

/// Reads what a page's script reports.
enum PageEvents {
    /// - Parameter batch: One event per line, see `receive.js`. A page could send anything, so what is no event becomes
    ///   a fault.
    /// - Returns: One event per line.
    static func read(_ batch: String) -> [PageEvent] {
        batch.split(separator: "\n").map { event($0) ?? .other(.fault("the page reported \($0.prefix(60))")) }
    }

    private static func event(_ line: Substring) -> PageEvent? {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        let rest = words[1]
        switch words[0] {
        case "item": return item(rest)
        case "response": return Int(rest).flatMap { $0 >= 0 ? .response(items: $0) : nil }
        case "gap":
            guard let oldest = UInt64(rest), oldest > 0, oldest <= ItemLimits.highestSequence else { return nil }
            return .other(.gap(through: oldest - 1))
        case "ended": return .other(.ended(String(rest)))
        case "fault": return .other(.fault(String(rest)))
        default: return nil
        }
    }

    private static func item(_ text: Substring) -> PageEvent? {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let at = Int64(parts[0]) else { return nil }
        guard let header = Array(parts[1].utf8).withUnsafeBytes({ ItemText.header(of: $0) }) else {
            return .other(.fault("the server sent \(parts[1].prefix(40)), which is not an item: SEQUENCE,DUE,DATA"))
        }
        return .item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds), at: at)
    }
}
