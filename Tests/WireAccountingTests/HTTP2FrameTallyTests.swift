import Testing
import WireAccounting

/// A frame as it stands on the wire (RFC 9113 §4.1): length, type, flags and stream, then as many bytes.
private func frame(_ type: UInt8, _ length: Int) -> [UInt8] {
    [0, UInt8(length >> 8), UInt8(length & 0xff), type, 0, 0, 0, 0, 1] + [UInt8](repeating: 0xee, count: length)
}

@Suite("What the bytes of HTTP/2 are, from frame headers alone, RFC 9113 §4.1")
struct HTTP2FrameTallyTests {
    private static func tally(_ bytes: [UInt8], beginsWithPreface: Bool, chunkBytes: Int) -> HTTP2FrameTally {
        var tally = HTTP2FrameTally(beginsWithPreface: beginsWithPreface)
        for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
            bytes[start..<min(start + chunkBytes, bytes.count)].withUnsafeBytes { tally.passed($0) }
        }
        return tally
    }

    @Test(
        "a client's preface and SETTINGS are set-up, its HEADERS a head, the rest framing",
        arguments: [1, 5, 24, 1_000])
    func client(chunkBytes: Int) {
        let bytes = Array(HTTP2FrameTally.preface.utf8) + frame(0x4, 18) + frame(0x8, 4) + frame(0x1, 40)
        let tally = Self.tally(bytes, beginsWithPreface: true, chunkBytes: chunkBytes)
        #expect(tally.setupBytes == 24 + 27)
        #expect(tally.framingBytes == 13)
        #expect(tally.headBytes == 49)
        #expect(tally.contentBytes == 0)
        #expect(tally.bytes == Int64(bytes.count))
    }

    @Test("of DATA the 9 bytes in front are framing, what follows is content", arguments: [1, 8, 9, 1_000])
    func server(chunkBytes: Int) {
        let bytes = frame(0x1, 30) + frame(0x9, 10) + frame(0x0, 300) + frame(0x0, 0)
        let tally = Self.tally(bytes, beginsWithPreface: false, chunkBytes: chunkBytes)
        #expect(tally.headBytes == 39 + 19)
        #expect(tally.framingBytes == 18)
        #expect(tally.contentBytes == 300)
    }
}
