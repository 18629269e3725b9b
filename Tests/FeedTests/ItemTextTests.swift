import NIOCore
import Testing

@testable import Feed

@Suite("The text form of an item")
struct ItemTextTests {
    static let written: [(sequence: UInt64, due: Int64, text: String)] = [
        (0, 0, "0,0,"),
        (9, 10, "9,a,"),
        (35, 36, "z,10,"),
        (36, 35, "10,z,"),
        (1_295, 1_296, "zz,100,"),
        (1, 31_536_000_000_000, "1,b6ffs5xc0,"),
        (.max, .max, "3w5e11264sgsf,1y2p0ij32e8e7,"),
    ]

    @Test("numbers are base 36 in lower case", arguments: written)
    func writes(sequence: UInt64, due: Int64, text: String) {
        var buffer = ByteBuffer()
        ItemText.writeHeader(sequence: sequence, dueMicroseconds: due, into: &buffer)
        #expect(String(buffer: buffer) == text)
        #expect(ItemText.headerBytes(sequence: sequence, dueMicroseconds: due) == text.utf8.count)
    }

    @Test(
        "a written header within the limits is read back, whatever follows it",
        arguments: written + [(ItemLimits.highestSequence, ItemLimits.latestDueMicroseconds, "2rrvthnxts,v1uvu8glc0,")]
    )
    func reads(sequence: UInt64, due: Int64, text: String) {
        let isWithin = sequence > 0 && sequence <= ItemLimits.highestSequence && due <= ItemLimits.latestDueMicroseconds
        let expected = isWithin ? ItemText.Header(sequence: sequence, dueMicroseconds: due) : nil
        #expect(header(text) == expected)
        #expect(header(text + "1,2,3") == expected)
        #expect(header(text + "\0\u{ff}") == expected)
    }

    @Test(
        "a text that does not start with two numbers and two commas is rejected",
        arguments: [
            "", ",", ",,", "1", "1,", "1,2", ",2,", "1,,", "A,1,x", "1,Z,x", "-1,1,x", "1,-1,x", "+1,1,x", " 1,1,x",
            "1 ,1,x",
            "1;1;x", "1,1 ,x", "1.0,1,x", "\n1,1,x", "3w5e11264sgsg,0,x", "zzzzzzzzzzzzzz,0,x", "1,1y2p0ij32e8e8,x",
            "1,3w5e11264sgsf,x", "oldest=7", "{\"a\":1}",
        ])
    func malformed(text: String) {
        #expect(header(text) == nil)
    }

    @Test("an item made from data has header and data, and its size includes both")
    func item() {
        let item = FeedItem(sequence: 36, dueMicroseconds: 1, data: "a,b".utf8)
        #expect(String(buffer: item.text) == "10,1,a,b")
        #expect(item.payloadBytes == 8)
    }

    private func header(_ text: String) -> ItemText.Header? {
        Array(text.utf8).withUnsafeBytes { ItemText.header(of: $0) }
    }
}
