import Feed
import Glibc
import Testing

@testable import FeedServer

@Suite("Items as lines on a descriptor", .timeLimit(.minutes(1)))
struct LineSinkTests {
    private static func items(_ lines: [[UInt8]]) -> [FeedItem] {
        lines.enumerated().map { FeedItem(sequence: UInt64($0 + 1), dueMicroseconds: 35, data: $1) }
    }

    private static func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        #expect(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    @Test("one write has the whole batch, each item with its line end; it counts before it is written")
    func batch() throws {
        let ends = Self.pipe()
        var published = 0
        try LineSink(ends.write, named: "a pipe").write(Self.items([[0x61], [], [0x62, 0x2c]])[...]) {
            published += 1
            var waiting: Int32 = 0
            #expect(ioctl(ends.read, UInt(FIONREAD), &waiting) == 0)
            #expect(waiting == 0)
        }
        #expect(published == 1)
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(ends.read, &bytes, 100)
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == "1,z,a\n2,z,\n3,z,b,\n")
        close(ends.read)
        close(ends.write)
    }

    @Test("a reader that has closed its end is a fault, and no signal")
    func closed() {
        let ends = Self.pipe()
        close(ends.read)
        #expect(throws: SinkFault("a pipe: its reader has closed it")) {
            try LineSink(ends.write, named: "a pipe").write(Self.items([[0x61]])[...]) {}
        }
        close(ends.write)
    }

    @Test(
        "more than a pipe holds is written whole, also to a descriptor that does not block", arguments: [true, false])
    func large(blocks: Bool) async throws {
        let ends = Self.pipe()
        if !blocks { #expect(fcntl(ends.write, F_SETFL, O_NONBLOCK) == 0) }
        let items = Self.items(Array(repeating: [UInt8](repeating: 0x61, count: 99_996), count: 10))
        async let written: Void = blocking {
            try LineSink(ends.write, named: "a pipe").write(items[...]) {}
            close(ends.write)
        }
        let total = try await blocking {
            var total = 0
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(ends.read, &chunk, chunk.count)
                if count <= 0 { return total }
                total += count
            }
        }
        try await written
        close(ends.read)
        // SEQUENCE,z, and LF take 5 B, 10 in base 36 has one digit.
        #expect(total == 10 * (99_996 + 5))
    }
}
