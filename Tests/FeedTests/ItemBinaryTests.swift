import NIOCore
import Testing

@testable import Feed

@Suite("The binary form of an item")
struct ItemBinaryTests {
    static let written: [(sequence: UInt64, due: Int64, header: [UInt8])] = [
        (0, 0, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (1, 258, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2]),
        (
            .max, .max,
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
        ),
    ]

    @Test("sequence and due time take 8 bytes each, big-endian; the data of the text form follows", arguments: written)
    func writes(sequence: UInt64, due: Int64, header: [UInt8]) {
        for data in ["", "abc", "a,b,c"] {
            let item = FeedItem(sequence: sequence, dueMicroseconds: due, data: data.utf8)
            #expect(Array(ItemBinary.encoded(item).readableBytesView) == header + Array(data.utf8))
        }
    }

    @Test("a written header is read back, whatever follows it", arguments: written)
    func reads(sequence: UInt64, due: Int64, header: [UInt8]) {
        let isWithin = sequence > 0 && sequence <= ItemLimits.highestSequence && due <= ItemLimits.latestDueMicroseconds
        let expected = isWithin ? ItemText.Header(sequence: sequence, dueMicroseconds: due) : nil
        #expect(header.withUnsafeBytes { ItemBinary.header(of: $0) } == expected)
        #expect((header + [1, 2, 3]).withUnsafeBytes { ItemBinary.header(of: $0) } == expected)
    }

    @Test("fewer than 16 bytes, and due times before the epoch, are rejected")
    func refuses() {
        let short = [UInt8](repeating: 1, count: 15)
        #expect(short.withUnsafeBytes { ItemBinary.header(of: $0) } == nil)
        let early = [UInt8](repeating: 0, count: 8) + [0x80] + [UInt8](repeating: 0, count: 7)
        #expect(early.withUnsafeBytes { ItemBinary.header(of: $0) } == nil)
    }
}
