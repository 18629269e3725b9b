import Testing

@testable import Dissection

@Suite("Segments and times of captures")
struct CaptureOrderTests {
    private static func segment(_ sequence: UInt32, _ bytes: [UInt8]) -> TCPSegment {
        TCPSegment(
            source: endpoint(1, port: 40_000), destination: endpoint(2, port: 80), sequence: sequence, flags: 0x18,
            payload: bytes)
    }

    private static func endpoint(_ last: UInt8, port: UInt16) -> CapturedEndpoint {
        ([10, 0, 0, last] as [UInt8]).withUnsafeBytes { CapturedEndpoint(address: $0, port: port) }
    }

    @Test("at most 4096 segments wait for a lost one, however short they are")
    func shortSegments() {
        var assembler = StreamAssembler()
        #expect(assembler.take(Self.segment(0, [0])) == StreamAssembler.Addition(bytes: [0]))
        // The byte 1 is lost; the others come in the worst order.
        let count = StreamAssembler.mostSegments
        for index in stride(from: count, to: 0, by: -1) {
            #expect(assembler.take(Self.segment(UInt32(index) + 1, [7])) == StreamAssembler.Addition())
        }
        let last = assembler.take(Self.segment(UInt32(count) + 2, [9]))
        #expect(last == StreamAssembler.Addition(bytes: Array(repeating: 7, count: count) + [9], lost: 1))
        #expect(assembler.finish() == StreamAssembler.Addition())
    }

    @Test("connections with gaps everywhere keep their bytes and gaps")
    func gaps() {
        var assembler = StreamAssembler()
        _ = assembler.take(Self.segment(0, [0]))
        var sum = StreamAssembler.Addition()
        for index in 1...10_000 {
            let addition = assembler.take(Self.segment(UInt32(2 * index), [1]))
            sum.bytes += addition.bytes
            sum.lost += addition.lost
        }
        while case let addition = assembler.finish(), !addition.bytes.isEmpty {
            sum.bytes += addition.bytes
            sum.lost += addition.lost
        }
        #expect(sum.bytes == Array(repeating: 1, count: 10_000) && sum.lost == 10_000)
    }

    @Test(
        "times of every resolution",
        arguments: [
            (0x80 | 10, UInt64(1_700_000_000) << 10, 1_700_000_000_000_000_000),
            (0x80 | 3, UInt64(1_700_000_000) << 3, 1_700_000_000_000_000_000),
            (0x80 | 32, UInt64(1_700_000_000) << 32, 1_700_000_000_000_000_000),
            (0x80 | 63, UInt64(1) << 62, 500_000_000),
            (0, 1_700_000_000, 1_700_000_000_000_000_000), (9, 1_700_000_000_000_000_000, 1_700_000_000_000_000_000),
            (12, 17_000_000_000_000_000_000, 17_000_000_000_000_000), (0, 10_000_000_000, .max),
        ] as [(UInt8, UInt64, Int64)])
    func resolutions(resolution: UInt8, time: UInt64, nanoseconds: Int64) throws {
        var file = PcapNGWriter.beginning(comment: "", linkType: .rawIP)
        // The value of the interface's only option; after it come the end of options and the length.
        let place = file.count - 12
        #expect(file[place] == 9)
        file[place] = resolution
        file += PcapNGWriter.packet([1], wireBytes: 1, nanoseconds: Int64(bitPattern: time))
        #expect(try PacketCapture(reading: file).packets.map(\.nanoseconds) == [nanoseconds])
    }
}
