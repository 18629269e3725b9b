import Testing
import WireAccounting

@testable import Dissection

@Suite("Which connection of a capture a packet belongs to")
struct CaptureConnectionTests {
    @Test("connections beyond the limit are counted in a note, and not mixed with earlier ones")
    func connections() {
        var dissection = CaptureDissection(mostStreams: 2)
        for port in [UInt16(1_000), 1_001, 1_000] {
            var packets = PacketMaker(clientPort: port)
            packets.open()
            packets.send([1], .up)
            packets.close()
            for packet in packets.packets { dissection.take(packet) }
        }
        dissection.finish(comments: [], isCut: false)
        #expect(dissection.streams.map(\.packets) == [5, 5])
        #expect(
            CaptureExplanation(dissection).notes == ["5 packets of connections after the first 2: not counted"])
    }

    /// Three connections: two from port 1000, in packets 1 to 5 and 11 to 15, and one from port 1001 between them.
    private static func streams(isIPv6: Bool = false) -> [CapturedStream] {
        var dissection = CaptureDissection()
        for port in [UInt16(1_000), 1_001, 1_000] {
            var packets = PacketMaker(isIPv6: isIPv6, clientPort: port)
            packets.open()
            packets.send([22, 3, 1], .up)
            packets.close()
            for packet in packets.packets { dissection.take(packet) }
        }
        return dissection.streams
    }

    private static func line(_ stream: Int, packet: Int, port: Int) -> String {
        "\(stream)\t\(packet)\t10.0.0.1\t\t\(port)\t10.0.0.2\t\t80\n"
    }

    @Test("a connection of tshark is found by its ends and packets, whatever its number is")
    func numbers() {
        let text =
            Self.line(7, packet: 3, port: 1_000) + Self.line(9, packet: 8, port: 1_001)
            + Self.line(8, packet: 13, port: 1_000) + "\t14\t10.0.0.1\t\t\t10.0.0.2\t\t\n"
            + Self.line(5, packet: 13, port: 999)
        #expect(TLSStreamNumbers.read(text, in: Self.streams()) == [0: 7, 1: 9, 2: 8])
        let ipv6 = "4\t3\t\t::1\t1000\t\t::2\t80\n"
        #expect(TLSStreamNumbers.read(ipv6, in: Self.streams(isIPv6: true)) == [0: 4])
    }

    @Test("a connection of which tshark makes two is missing, and so are two of which it makes one")
    func divergence() {
        let two = Self.line(0, packet: 3, port: 1_000) + Self.line(1, packet: 4, port: 1_000)
        let one = Self.line(2, packet: 8, port: 1_001) + Self.line(2, packet: 9, port: 1_001)
        #expect(TLSStreamNumbers.read(two + one, in: Self.streams()) == [1: 2])
        let merged = Self.line(0, packet: 3, port: 1_000) + Self.line(0, packet: 13, port: 1_000)
        #expect(TLSStreamNumbers.read(merged + one, in: Self.streams()) == [1: 2])
    }
}
