import HTTP
import NIOCore

/// Encodes the response headers of a connection (RFC 7541).
///
/// Each new field is added to the dynamic table. Blocks that only name entries of the tables are kept: as long as no
/// other block adds an entry, the same headers have the same block.
///
/// Own code, because the library does not say whether a block has changed the table, and copies each entry that it
/// compares: the table of a polling client has 75 entries, mostly one per item.
struct FieldBlockEncoder {
    /// Largest dynamic table, in bytes, even if the client allows more.
    private static let maximumTableBytes = 4_096
    private static let keptBlocks = 4

    private var table = DynamicTable()
    // Table sizes that the next block must announce (RFC 7541 §4.2).
    private var announced: [Int] = []
    private var kept: [(head: HTTP2Head, block: ByteBuffer)] = []
    // The last block that was encoded; its memory is used again.
    private var block = ByteBuffer()

    /// The client's decoder allows a dynamic table of this size.
    mutating func allowTable(bytes: Int) {
        let limit = min(bytes, Self.maximumTableBytes)
        if limit == table.limit { return }
        table.resize(to: limit)
        kept.removeAll()
        // The smallest size since the last block, and the final one.
        let smallest = announced.first.map { min($0, limit) } ?? limit
        announced = smallest < limit ? [smallest, limit] : [limit]
    }

    /// The block of a response's status and headers.
    mutating func encode(_ head: HTTP2Head) -> ByteBuffer {
        if let known = kept.first(where: { $0.head === head }) { return known.block }
        block.clear(minimumCapacity: 128)
        var isStable = announced.isEmpty
        for size in announced { Self.write(size, prefix: 5, 0x20, into: &block) }
        announced.removeAll()
        if !write(":status", head.status) { isStable = false }
        for field in head.fields where !write(field.name, field.value) { isStable = false }
        guard isStable else {
            kept.removeAll(keepingCapacity: true)
            return block
        }
        if kept.count == Self.keptBlocks { kept.removeFirst() }
        kept.append((head, block))
        defer { block = ByteBuffer() }
        return block
    }

    /// - Returns: Whether the field was in a table.
    private mutating func write(_ name: String, _ value: String) -> Bool {
        let known = StaticTable.find(name, value)
        if let known, known.hasValue {
            Self.write(known.index, prefix: 7, 0x80, into: &block)
            return true
        }
        let added = table.find(name, value)
        let addedIndex = added.map { $0.position + StaticTable.fields.count + 1 }
        if let addedIndex, added?.hasValue == true {
            Self.write(addedIndex, prefix: 7, 0x80, into: &block)
            return true
        }
        // With incremental indexing (RFC 7541 §6.2.1).
        Self.write(known?.index ?? addedIndex ?? 0, prefix: 6, 0x40, into: &block)
        if known == nil, addedIndex == nil { Self.write(name, into: &block) }
        Self.write(value, into: &block)
        table.add(name, value)
        return false
    }

    // RFC 7541 §5.2: in the Huffman code, unless that is longer.
    private static func write(_ text: String, into block: inout ByteBuffer) {
        let encodedBytes = HuffmanCode.encodedBytes(text.utf8)
        if encodedBytes < text.utf8.count {
            write(encodedBytes, prefix: 7, 0x80, into: &block)
            HuffmanCode.write(text.utf8, into: &block)
        } else {
            write(text.utf8.count, prefix: 7, 0, into: &block)
            block.writeString(text)
        }
    }

    // RFC 7541 §5.1.
    private static func write(_ number: Int, prefix: UInt8, _ pattern: UInt8, into block: inout ByteBuffer) {
        let mask = Int(UInt8(1) << prefix - 1)
        if number < mask {
            block.writeInteger(pattern | UInt8(number))
            return
        }
        block.writeInteger(pattern | UInt8(mask))
        var rest = number - mask
        while rest >= 0x80 {
            block.writeInteger(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        block.writeInteger(UInt8(rest))
    }
}
