import Feed
import Measurement
import WireAccounting

/// Assembles events from lines (WHATWG HTML §9.2.6).
///
/// An item's bytes count as payload; field names, ids, comments, line ends and other events count as envelope.
struct EventAssembler: Sendable {
    private enum Kind {
        /// An event without a name.
        case item
        case gap
        /// An event with an unknown name; ignored.
        case other
    }

    private let base64: Base64Items
    private var id: UInt64?
    private var kind = Kind.item
    // First bytes of the data, and the length of all data.
    private var data: [UInt8] = []
    private(set) var dataBytes = 0

    /// Whether data has arrived, but not the empty line after it.
    private(set) var isWithinEvent = false
    /// Value of the last `retry` field.
    private(set) var reconnectionTime: Duration?

    init(itemBytes: Int? = nil) {
        base64 = Base64Items(itemBytes: itemBytes)
    }

    // Longest accepted `retry`: one day, in milliseconds. Longer values are ignored.
    private static let longestReconnection: UInt64 = 86_400_000

    /// Takes a line.
    ///
    /// - Parameters:
    ///   - line: The first bytes of the line.
    ///   - bytes: Length of the whole line, without its end.
    ///   - ledger: Receives an item's bytes as payload.
    ///   - events: Called for each complete item or gap.
    mutating func take(
        line: UnsafeRawBufferPointer, bytes: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        if bytes == 0 { return dispatch(&ledger, events) }
        // A field without a colon has no value; a line that starts with a colon is a comment.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return }
        var start = colon + 1
        if start < line.count, line[start] == 0x20 { start += 1 }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        take(name, value: UnsafeRawBufferPointer(rebasing: line[start...]), bytes: bytes - start)
    }

    private mutating func take(_ name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, bytes: Int) {
        if name.elementsEqual("data".utf8) {
            // Lines of data are joined by a line feed.
            if isWithinEvent { dataBytes += 1 } else { data.append(contentsOf: value) }
            dataBytes += bytes
            isWithinEvent = true
        } else if name.elementsEqual("id".utf8) {
            id = Self.number(value)
        } else if name.elementsEqual("event".utf8) {
            kind = Self.kind(value)
        } else if name.elementsEqual("retry".utf8), let time = Self.reconnectionTime(value) {
            reconnectionTime = time
        }
    }

    private mutating func dispatch(_ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void) {
        if isWithinEvent {
            switch kind {
            case .item: reportItem(&ledger, events)
            case .gap: reportGap(events)
            case .other: break
            }
        }
        (id, kind, dataBytes, isWithinEvent) = (nil, .item, 0, false)
        data.removeAll(keepingCapacity: true)
    }

    private func reportItem(_ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void) {
        guard let header = data.withUnsafeBytes({ ItemText.header(of: $0) }) else {
            return events(.fault("the server sent an event that is not an item; an item is SEQUENCE,DUE,DATA"))
        }
        ledger.book(-dataBytes, .envelope, .down)
        ledger.book(dataBytes, .payload, .down)
        base64.book(dataBytes, in: &ledger)
        if id != header.sequence {
            let seen = id.map { "\($0)" } ?? "none"
            events(.fault("an event has id \(seen), but its item has sequence \(header.sequence); they must be equal"))
        }
        events(.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)))
    }

    private func reportGap(_ events: (ListenerEvent) -> Void) {
        guard let oldest = GapNotice.oldest(in: String(decoding: data, as: UTF8.self)), oldest > 0 else {
            return events(.fault("the server sent a gap event without the oldest sequence that it keeps"))
        }
        events(.gap(through: oldest - 1))
    }

    private static func kind(_ name: UnsafeRawBufferPointer) -> Kind {
        if name.elementsEqual(EventName.gap.utf8) { return .gap }
        return name.isEmpty || name.elementsEqual("message".utf8) ? .item : .other
    }

    /// The value of a `retry` field; `nil` if it is not a number of milliseconds up to one day.
    static func reconnectionTime(_ value: UnsafeRawBufferPointer) -> Duration? {
        guard let time = number(value), time <= longestReconnection else { return nil }
        return .milliseconds(Int64(time))
    }

    private static func number(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard !bytes.isEmpty, bytes.count <= 19, bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
    }
}
