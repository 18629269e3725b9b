import Feed
import WireAccounting

/// Reads what stands after 4-byte lengths, however the bytes are cut.
struct LengthPrefixedReader: Sendable {
    enum Event: Equatable {
        case item(ReceivedItem)
        /// A message that was to be an item and is none.
        case notItem
        /// The length of an item is above what is allowed.
        case endless
        /// The server's last words, cut off after some hundred bytes.
        case notice(String)
    }

    private static let prefixBytes = 4
    // Enough for the header of an item.
    private static let headerBytes = 28
    private static let noticeBytes = 256

    // Bytes of the prefix that have come, and their value.
    private var prefixCount = 0
    private var prefix: UInt32 = 0
    private var remaining = 0
    // First bytes of a message whose end has not arrived.
    private var started: [UInt8] = []

    /// Books lengths as envelope, items as payload and notices as envelope.
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

    /// Whether bytes of a message have come and its end has not.
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
            tell(part, events)
        } else {
            keep(part)
            started.withUnsafeBytes { tell($0, events) }
            started.removeAll(keepingCapacity: true)
        }
        (prefixCount, prefix) = (0, 0)
    }

    private func tell(_ message: UnsafeRawBufferPointer, _ events: (Event) -> Void) {
        if isNotice { return events(.notice(String(decoding: message.prefix(Self.noticeBytes), as: UTF8.self))) }
        guard let header = ItemText.header(of: message) else { return events(.notItem) }
        events(.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)))
    }
}
