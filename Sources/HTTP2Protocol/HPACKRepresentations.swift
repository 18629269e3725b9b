import NIOCore

/// The forms of header fields in a field block (RFC 7541 §6).
enum HPACKRepresentations {
    /// Whether a block may change the dynamic table: it adds an entry, or changes the table's size. Other blocks mean
    /// the same as often as they are repeated.
    ///
    /// `block`: one that was decoded; for another one the result has no meaning.
    static func changeTable(_ block: ByteBuffer) -> Bool {
        block.withUnsafeReadableBytes { raw in
            var rest = raw[...]
            while let first = rest.first {
                if first & 0x80 != 0 {
                    skipInteger(&rest, prefix: 7)
                } else if first & 0x40 != 0 || first & 0x20 != 0 {
                    return true
                } else {
                    // Without indexing, or never indexed: a name, unless the table has it, and a value.
                    if skipInteger(&rest, prefix: 4) == 0 { skipString(&rest) }
                    skipString(&rest)
                }
            }
            return false
        }
    }

    private static func skipString(_ rest: inout Slice<UnsafeRawBufferPointer>) {
        let length = skipInteger(&rest, prefix: 7)
        rest = rest.dropFirst(length)
    }

    // RFC 7541 §5.1. An index or a length of a valid block is far below the limit at which this one stops.
    @discardableResult
    private static func skipInteger(_ rest: inout Slice<UnsafeRawBufferPointer>, prefix: UInt8) -> Int {
        guard let first = rest.popFirst() else { return 0 }
        let mask = UInt8(1) << prefix - 1
        var value = Int(first & mask)
        if value < Int(mask) { return value }
        var shift = 0
        while shift < 28, let next = rest.popFirst() {
            value += Int(next & 0x7f) << shift
            shift += 7
            if next & 0x80 == 0 { break }
        }
        return value
    }
}
