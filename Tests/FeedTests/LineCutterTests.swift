import Testing

@testable import Feed

@Suite("Lines from a byte stream")
struct LineCutterTests {
    @Test("the lines do not depend on how the bytes are split", arguments: [1, 2, 3, 5, 100])
    func pieces(size: Int) {
        let lines = cut(Array("one\n\ntwo\r\n\rthree\r\r\nlast".utf8), size: size)
        #expect(lines == ["one", "", "two", "\rthree\r", "last"].map { .whole(Array($0.utf8)) })
    }

    @Test("there is no further line after the last line end")
    func ended() {
        #expect(cut(Array("a\n".utf8), size: 9) == [.whole([0x61])])
        #expect(cut([], size: 9) == [])
    }

    @Test("a line of 1 MiB is returned; of a longer line only the length is", arguments: ["\n", "\r\n", ""])
    func limit(end: String) {
        let longest = [UInt8](repeating: 0x78, count: ItemLine.maximumBytes)
        #expect(cut(longest + Array(end.utf8), size: 1 << 16) == [.whole(longest)])
        let lines = cut(longest + [0x78] + Array((end + "b\n").utf8), size: 1 << 16)
        if end.isEmpty {
            #expect(lines == [.oversized(bytes: ItemLine.maximumBytes + 2)])
        } else {
            #expect(lines.count == 2)
            #expect(lines.last == .whole([0x62]))
            guard case .oversized(let bytes)? = lines.first else { return #expect(Bool(false), "\(lines.count)") }
            #expect(bytes >= ItemLine.maximumBytes + 1)
        }
    }

    @Test("a line far above the limit is never buffered")
    func longLine() {
        var cutter = LineCutter()
        let piece = [UInt8](repeating: 0x78, count: 64 << 10)
        for _ in 0..<64 { #expect(piece.withUnsafeBytes { cutter.take($0) } == []) }
        #expect(cutter.heldBytes == 0)
        #expect([UInt8(0x0a)].withUnsafeBytes { cutter.take($0) } == [.oversized(bytes: 4 << 20)])
    }

    private func cut(_ bytes: [UInt8], size: Int) -> [LineCutter.Line] {
        var cutter = LineCutter()
        var lines: [LineCutter.Line] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            lines += rest.prefix(size).withUnsafeBytes { cutter.take($0) }
            rest = rest.dropFirst(size)
        }
        return lines + (cutter.finish().map { [$0] } ?? [])
    }
}

@Suite("Which lines are valid as an item's data")
struct ItemLineTests {
    @Test(
        "UTF-8 sequences of every length are valid",
        arguments: ["", "a", "é", "€", "😀", "a,b\tc\u{0}", "\u{7ff}\u{ffff}\u{10ffff}"])
    func valid(text: String) throws {
        #expect(try ItemLine(Array(text.utf8)).bytes == Array(text.utf8))
    }

    @Test("a line above 1 MiB is not valid")
    func oversized() {
        let line = [UInt8](repeating: 0x61, count: ItemLine.maximumBytes + 1)
        #expect(ItemLine.fault(in: line) == .oversized(bytes: ItemLine.maximumBytes + 1))
        #expect(ItemLine.fault(in: Array(line.dropLast())) == nil)
    }
}
