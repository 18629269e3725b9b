import Feed
import WireAccounting

/// Reads messages with a 4-byte length prefix, from bytes split at any positions.
struct LengthPrefixedReader: Sendable {
    enum Event: Equatable {
        case item(ReceivedItem)
        /// A message that should be an item but is not one.
        case notItem
        /// The length of an item is above the limit.
        case endless
        /// The server's last message, truncated to `noticeBytes`.
        case notice(String)
    }

    private static let prefixBytes = 4
    // Enough for the header of an item.
    private static let headerBytes = 28
    private static let noticeBytes = 256

    // Bytes of the prefix that have arrived, and their value.
    private var prefixCount = 0
    private var prefix: UInt32 = 0
    private var remaining = 0
    // First bytes of the message that is still incomplete.
    private var started: [UInt8] = []

    /// Counts lengths and notices as envelope, and items as payload.
    mutating func read(_ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (Event) -> Void) {
        var rest = bytes
        while !rest.isEmpty {
            if prefixCount < Self.prefixBytes {
                takePrefix(rest[0])
                ledger.book(1, .envelope, .down)
                rest = UnsafeRawBufferPointer(rebasing: rest[1...])
                if prefixCount == Self.prefixBytes, remaining > ItemLimits.longestItemBytes { events(.endless) }
                if prefixCount == Self.prefixBytes, remaining == 0 {
                    finish(UnsafeRawBufferPointer(rebasing: rest[..<0]), events)
                }
                continue
            }
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(remaining))
            rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
            remaining -= part.count
            ledger.book(part.count, isNotice ? .envelope : .payload, .down)
            if remaining > 0 { keep(part) } else { finish(part, events) }
        }
    }

    /// Whether a message is incomplete.
    var isWithinMessage: Bool { prefixCount > 0 }

    private var isNotice: Bool { prefix & RawTCP.noticeBit != 0 }

    private mutating func takePrefix(_ byte: UInt8) {
        prefix = prefix << 8 | UInt32(byte)
        prefixCount += 1
        if prefixCount == Self.prefixBytes { remaining = Int(prefix & ~RawTCP.noticeBit) }
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer) {
        let room = (isNotice ? Self.noticeBytes : Self.headerBytes) - started.count
        started.append(contentsOf: part.prefix(max(0, room)))
    }

    private mutating func finish(_ part: UnsafeRawBufferPointer, _ events: (Event) -> Void) {
        if started.isEmpty {
            report(part, events)
        } else {
            keep(part)
            started.withUnsafeBytes { report($0, events) }
            started.removeAll(keepingCapacity: true)
        }
        (prefixCount, prefix) = (0, 0)
    }

    private func report(_ message: UnsafeRawBufferPointer, _ events: (Event) -> Void) {
        if isNotice { return events(.notice(String(decoding: message.prefix(Self.noticeBytes), as: UTF8.self))) }
        guard let header = ItemText.header(of: message) else { return events(.notItem) }
        events(.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)))
    }
}
