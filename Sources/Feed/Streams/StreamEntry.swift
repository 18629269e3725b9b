import Codecs
import NIOCore

/// An item as one entry of a stream: the id is `SEQUENCE-0`, the fields are `due`, in µs since the feed's epoch, and
/// `data`, the item's data without sequence and due time.
///
/// Data that are not text are in the field `binary` instead of `data`, as they are.
package enum StreamEntry {
    /// The id of an item's entry.
    package static func id(of sequence: UInt64) -> String { "\(sequence)-0" }

    /// Names and values of an item's fields, one after the other.
    package static func fields(of item: FeedItem) -> [[UInt8]] {
        let header = ItemText.headerBytes(sequence: item.sequence, dueMicroseconds: item.dueMicroseconds)
        return [
            Array("due".utf8), Array("\(item.dueMicroseconds)".utf8),
            Array((item.hasBinaryData ? "binary" : "data").utf8), Array(item.bytes.readableBytesView.dropFirst(header)),
        ]
    }

    /// Reads an entry that any program may have written.
    ///
    /// - Parameters:
    ///   - id: The entry's id.
    ///   - fields: Names and values, one after the other.
    /// - Returns: The item.
    /// - Throws: ``StreamEntryFault`` if the entry is not an item.
    package static func item(id: [UInt8], fields: [[UInt8]]) throws(StreamEntryFault) -> FeedItem {
        guard let (sequence, rest) = numbers(ofID: id), rest == 0, sequence > 0, sequence <= ItemLimits.highestSequence
        else { throw .id }
        guard fields.count == 4 else { throw .fields }
        let pairs = [(name: fields[0], value: fields[1]), (name: fields[2], value: fields[3])]
        guard let due = pairs.first(where: { $0.name == Array("due".utf8) }) else { throw .fields }
        guard let microseconds = number(due.value[...]).flatMap({ Int64(exactly: $0) }),
            microseconds <= ItemLimits.latestDueMicroseconds
        else { throw .due }
        if let data = pairs.first(where: { $0.name == Array("data".utf8) })?.value {
            if let fault = ItemLine.fault(in: data) { throw .line(fault) }
            if data.contains(0x0a) { throw .lineFeed }
            return FeedItem(sequence: sequence, dueMicroseconds: microseconds, data: data)
        }
        guard let data = pairs.first(where: { $0.name == Array("binary".utf8) })?.value else { throw .fields }
        return try binaryItem(sequence, microseconds, data)
    }

    private static func binaryItem(
        _ sequence: UInt64, _ due: Int64, _ data: [UInt8]
    ) throws(StreamEntryFault) -> FeedItem {
        if data.count > ItemLine.maximumBytes { throw .line(.oversized(bytes: data.count)) }
        var text = ByteBuffer()
        ItemText.writeHeader(sequence: sequence, dueMicroseconds: due, into: &text)
        var binary = text
        binary.writeBytes(data)
        text.writeString(Base64.encode(data))
        return FeedItem(sequence: sequence, dueMicroseconds: due, text: text, binary: binary)
    }

    /// The two numbers of an entry's id, `MILLISECONDS-COUNT` in the terms of Redis.
    ///
    /// - Returns: `nil` if it is not an id.
    package static func numbers(ofID id: [UInt8]) -> (first: UInt64, second: UInt64)? {
        guard let hyphen = id.firstIndex(of: UInt8(ascii: "-")), let first = number(id[..<hyphen]),
            let second = number(id[(hyphen + 1)...])
        else { return nil }
        return (first, second)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        // UInt64 would also accept a sign.
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }
}

/// Why an entry of a stream is not an item.
package enum StreamEntryFault: Error, Equatable, CustomStringConvertible {
    case id
    case fields
    case due
    case line(ItemLineFault)
    case lineFeed

    package var description: String {
        switch self {
        case .id: "its id is not SEQUENCE-0 with a sequence from 1 to \(ItemLimits.highestSequence)"
        case .fields: "its fields are not due and data, or due and binary"
        case .due: "due is not a whole number of microseconds from 0 to \(ItemLimits.latestDueMicroseconds)"
        case .line(let fault): fault.description
        case .lineFeed: "data has a line feed; an item is one line"
        }
    }
}
