import Testing
import WireAccounting

@testable import Dissection

@Suite("Captures")
struct CaptureTests {
    private static let request = Array("GET /poll?after=5 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    private static let response = Array("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n6,10,abcd\n7,11,abcd\n".utf8)
    private static let layers = ["up http_head 39", "down payload 18", "down envelope 2", "down http_head 39"]

    @Test("a poll over IPv4 and IPv6, with every encapsulation", arguments: [false, true])
    func encapsulations(isIPv6: Bool) throws {
        for link in [LinkType.ethernet, .rawIP, .loopbackNull, .linuxCooked, .linuxCooked2] {
            var conversation = PacketMaker(isIPv6: isIPv6, link: link)
            conversation.open()
            conversation.send(Self.request, .up)
            conversation.send(Self.response, .down)
            let capture = try PacketCapture(reading: conversation.file(comment: "one case"))
            #expect(capture.comments == ["one case"])
            let dissection = CaptureDissection(capture)
            let stream = try #require(dissection.streams.first)
            #expect(dissection.streams.count == 1 && dissection.otherPackets == 0)
            #expect(stream.dissector.ledger.summary == Self.layers)
            let header = Int64(isIPv6 ? 60 : 40)
            #expect(stream.ledger[.tcpIP, .up] == 2 * header && stream.ledger[.tcpIP, .down] == 2 * header)
            #expect(stream.transport == "short-poll" && stream.hasBeginning)
            #expect(stream.client.port == 40_000 && stream.server.port == 80)
        }
    }

    @Test("segments out of order, sent again and overlapping count once")
    func disorder() throws {
        var packets = PacketMaker()
        packets.open()
        packets.send(Array(Self.request[20...]), .up, at: 20)
        packets.send(Array(Self.request[..<10]), .up, at: 0)
        packets.send(Array(Self.request[..<10]), .up, at: 0)
        packets.send(Array(Self.request[5..<25]), .up, at: 5)
        packets.send(Self.response, .down)
        let dissection = CaptureDissection(try PacketCapture(reading: packets.file()))
        let stream = try #require(dissection.streams.first)
        #expect(stream.dissector.ledger.summary == Self.layers)
        #expect(stream.duplicateBytes == 20 && stream.lostBytes == 0)
    }

    @Test("sequence numbers that wrap")
    func wrapping() throws {
        var packets = PacketMaker(sequence: .max - 10)
        packets.open()
        packets.send(Self.request, .up)
        packets.send(Self.response, .down)
        let dissection = CaptureDissection(try PacketCapture(reading: packets.file()))
        #expect(dissection.ledger.tcpPayloadBytes(.up) == 39)
        #expect(dissection.streams.first?.dissector.ledger.summary == Self.layers)
    }

    @Test("lost and cut packets become zeros, so that the layers of the rest stay right")
    func lost() throws {
        var packets = PacketMaker()
        packets.open()
        packets.send(Self.request, .up)
        packets.send(Array(Self.response[..<41]), .down, at: 0)
        packets.send(Array(Self.response[45...]), .down, at: 45)
        var explanation = CaptureExplanation(CaptureDissection(try PacketCapture(reading: packets.file())))
        #expect(explanation.connections[0].lostBytes == 4)
        #expect(explanation.notes == ["the capture lacks 4 B of packets that were lost or cut; zeros replace them"])
        #expect(explanation.layers["down"]?["http_head"] == 39)
        packets = PacketMaker(snapLength: 110)
        packets.open()
        packets.send(Self.request, .up)
        packets.send(Self.response, .down)
        explanation = CaptureExplanation(CaptureDissection(try PacketCapture(reading: packets.file())))
        #expect(explanation.connections[0].lostBytes > 0)
        #expect(explanation.layers["down"]?["payload"] == 19)
    }

    @Test("a capture that begins in the middle of a connection says so")
    func middle() throws {
        var packets = PacketMaker()
        packets.send(Self.response, .down)
        packets.send(Self.request, .up)
        let explanation = CaptureExplanation(CaptureDissection(try PacketCapture(reading: packets.file())))
        #expect(explanation.connections.first?.client == "10.0.0.1:40000")
        #expect(
            explanation.notes == [
                "the capture lacks the beginning of 1 of 1 connection; their bytes may be in the wrong layer"
            ])
    }

    @Test("a port that is used again begins another connection")
    func reuse() throws {
        var packets = PacketMaker()
        for _ in 0..<2 {
            packets.open()
            packets.send(Self.request, .up)
            packets.send(Self.response, .down)
            packets.close()
        }
        let dissection = CaptureDissection(try PacketCapture(reading: packets.file()))
        #expect(dissection.streams.count == 2)
        #expect(dissection.ledgersByTransport["short-poll"]?.connections == 2)
    }

    @Test("a file cut at any byte is read up to there, or refused")
    func cut() throws {
        var packets = PacketMaker()
        packets.open()
        packets.send(Self.request, .up)
        let file = packets.file(comment: "one case")
        // A section, an interface, then the packets.
        let ends = Self.blockEnds(file)
        #expect(ends.count == 5 && ends.last == file.count)
        for length in 4...file.count {
            let capture = try PacketCapture(reading: Array(file[..<length]))
            let blocks = ends.filter { $0 <= length }.count
            #expect(capture.packets == Array(packets.packets.prefix(max(0, blocks - 2))), "\(length) B")
            #expect(capture.isCut != ends.contains(length), "\(length) B")
            #expect(capture.comments == (blocks == 0 ? [] : ["one case"]), "\(length) B")
        }
        for length in 1...3 {
            #expect(throws: CaptureFault("the file is not a capture: \(length) B are too few")) {
                try PacketCapture(reading: Array(file[..<length]))
            }
        }
    }

    /// The position after each block of pcapng.
    private static func blockEnds(_ file: [UInt8]) -> [Int] {
        var ends: [Int] = []
        var start = 0
        while start + 8 <= file.count {
            start += file[(start + 4)..<(start + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
            ends.append(start)
        }
        return ends
    }

    @Test(
        "files that are not captures, in one sentence",
        arguments: [
            ([], "the file is empty; a capture begins with the header of pcapng or pcap"),
            ([0x0a], "the file is not a capture: 1 B are too few"),
            (
                Array("GET / HTTP/1.1\r\n".utf8),
                "the file is not a capture: it begins neither like pcapng nor like pcap"
            ),
            (
                [0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 1, 2, 3, 4],
                "the section at byte 0 of the capture has no valid byte order"
            ),
            (
                [0x0a, 0x0d, 0x0d, 0x0a, 3, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a],
                "the block at byte 0 of the capture has the invalid length 3"
            ),
        ] as [([UInt8], String)])
    func foreign(bytes: [UInt8], sentence: String) {
        #expect(throws: CaptureFault(sentence)) { try PacketCapture(reading: bytes) }
    }

    @Test("pcap in both byte orders and resolutions", arguments: [false, true], [false, true])
    func pcap(isBigEndian: Bool, isNanoseconds: Bool) throws {
        var maker = PacketMaker()
        maker.open()
        let file = maker.pcapFile(isBigEndian: isBigEndian, isNanoseconds: isNanoseconds)
        let capture = try PacketCapture(reading: file)
        #expect(capture.packets.map(\.bytes) == maker.packets.map(\.bytes))
        #expect(capture.packets.first?.nanoseconds == 1_000_001_000)
    }

    @Test("a file read in pieces of any size has the same packets", arguments: [1, 3, 17, 100])
    func pieces(pieceBytes: Int) throws {
        var maker = PacketMaker()
        maker.open()
        maker.send(Self.request, .up)
        let pcap = maker.pcapFile(isBigEndian: true, isNanoseconds: true)
        for file in [maker.file(comment: "c"), pcap, Array(pcap.dropLast(5))] {
            var reader = CaptureReader()
            var packets: [CapturedPacket] = []
            for start in stride(from: 0, to: file.count, by: pieceBytes) {
                try reader.take(file[start..<min(start + pieceBytes, file.count)]) { packets.append($0) }
            }
            try reader.finish()
            let whole = try PacketCapture(reading: file)
            #expect(packets == whole.packets && reader.comments == whole.comments && reader.isCut == whole.isCut)
        }
    }

    @Test("lengths that no packet has are refused before memory is used")
    func tooLong() {
        let sentence = "the packet at byte 24 of the capture has the invalid length 4294967295"
        let header = PacketMaker().pcapFile(isBigEndian: true, isNanoseconds: false)
        #expect(throws: CaptureFault(sentence)) {
            try PacketCapture(reading: header + [0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0])
        }
        let section = PcapNGWriter.beginning(comment: "", linkType: .ethernet)
        let block = "the block at byte \(section.count) of the capture has the invalid length 4294967292"
        #expect(throws: CaptureFault(block)) {
            try PacketCapture(reading: section + [6, 0, 0, 0, 252, 255, 255, 255, 0, 0, 0, 0])
        }
    }

    @Test("a comment and TLS secrets are added before the packets")
    func annotated() throws {
        var maker = PacketMaker()
        maker.open()
        let plain = maker.file(comment: "")
        let keys = Array("CLIENT_RANDOM 00 11\n".utf8)
        let annotation = try #require(
            PcapNGWriter.annotation(of: Array(plain.prefix(100)), comment: "sse, repeat 1", keyLog: keys))
        let file = annotation.bytes + plain[annotation.replacedBytes...]
        let capture = try PacketCapture(reading: file)
        #expect(capture.comments == ["sse, repeat 1"] && capture.packets.count == 2)
        #expect(String(decoding: file, as: UTF8.self).contains("CLIENT_RANDOM 00 11"))
        #expect(file.count.isMultiple(of: 4))
        #expect(PcapNGWriter.annotation(of: [1, 2, 3], comment: "", keyLog: []) == nil)
    }

    @Test("IPv6 options before TCP are skipped")
    func options() throws {
        var maker = PacketMaker(isIPv6: true, link: .rawIP)
        maker.open()
        let plain = try #require(maker.packets.first)
        var bytes = plain.bytes
        bytes[6] = 0
        bytes.replaceSubrange(40..<40, with: [6, 0, 1, 4, 0, 0, 0, 0])
        bytes[5] += 8
        let packet = CapturedPacket(nanoseconds: 1, linkType: plain.linkType, bytes: bytes)
        let segment = try #require(TCPSegment(packet))
        #expect(segment.isSYN && segment.source.port == 40_000 && segment.headerBytes == 68)
        #expect(TCPSegment(CapturedPacket(nanoseconds: 1, linkType: 101, bytes: Array(bytes[..<41]))) == nil)
    }

    @Test("packets that cannot be read are named in notes")
    func foreignPackets() {
        var dissection = CaptureDissection()
        dissection.take(CapturedPacket(nanoseconds: 1, linkType: 105, bytes: [1, 2, 3]))
        dissection.take(CapturedPacket(nanoseconds: 1, linkType: 1, bytes: Array(repeating: 0, count: 40)))
        dissection.finish(comments: [], isCut: false)
        let explanation = CaptureExplanation(dissection)
        #expect(
            explanation.notes == [
                "the capture has no TCP connection, and nothing is counted",
                "1 packet without TCP over IP, or in fragments: not counted",
                "packets of link type 105 cannot be read; record on Ethernet, loopback or 'any'",
            ])
        #expect(CaptureText.render(explanation, colours: false).hasPrefix("note: the capture has no TCP connection"))
    }

    @Test("the text has a table per connection and per transport")
    func text() throws {
        var packets = PacketMaker()
        packets.open()
        packets.send(Self.request, .up)
        packets.send(Self.response, .down)
        let explanation = CaptureExplanation(CaptureDissection(try PacketCapture(reading: packets.file(comment: "c"))))
        let text = CaptureText.render(explanation, colours: false)
        #expect(text.hasPrefix("capture: c\n\nconnection 1: 10.0.0.1:40000 to 10.0.0.2:80, http/1.1, short-poll /poll"))
        #expect(text.contains("\nshort-poll, sum of its connections\nlayer                     B up      B down\n"))
        #expect(text.contains("payload                      0          18\n"))
    }
}

/// Makes the packets of one TCP connection.
struct PacketMaker {
    private(set) var packets: [CapturedPacket] = []
    private let isIPv6: Bool
    private let link: LinkType
    private let snapLength: Int
    private let clientPort: UInt16
    private var next: [Direction: UInt32]
    private var time: Int64 = 1_000_000_000

    init(
        isIPv6: Bool = false, link: LinkType = .ethernet, sequence: UInt32 = 1_000, snapLength: Int = .max,
        clientPort: UInt16 = 40_000
    ) {
        (self.isIPv6, self.link, self.snapLength, self.clientPort) = (isIPv6, link, snapLength, clientPort)
        next = [.up: sequence, .down: sequence &+ 77]
    }

    mutating func open() {
        segment([], .up, flags: 0x02)
        segment([], .down, flags: 0x12)
        for direction in Direction.allCases { next[direction, default: 0] &+= 1 }
    }

    mutating func close() {
        segment([], .up, flags: 0x11)
        segment([], .down, flags: 0x11)
        for direction in Direction.allCases { next[direction, default: 0] &+= 100_000 }
    }

    mutating func send(_ bytes: [UInt8], _ direction: Direction) {
        segment(bytes, direction, flags: 0x18)
        next[direction, default: 0] &+= UInt32(bytes.count)
    }

    /// At this offset from the next byte, which stays the same.
    mutating func send(_ bytes: [UInt8], _ direction: Direction, at offset: UInt32) {
        segment(bytes, direction, flags: 0x18, offset: offset)
    }

    private mutating func segment(_ bytes: [UInt8], _ direction: Direction, flags: UInt8, offset: UInt32 = 0) {
        let isUp = direction == .up
        let ports: [UInt16] = isUp ? [clientPort, 80] : [80, clientPort]
        let sequence = next[direction, default: 0] &+ offset
        let tcp = ports.flatMap(Self.big) + Self.big(sequence) + [0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0] + bytes
        let addresses: [[UInt8]] = [Self.address(1, isIPv6), Self.address(2, isIPv6)]
        let ends = (isUp ? addresses : addresses.reversed()).flatMap { $0 }
        let packet =
            isIPv6
            ? [0x60, 0, 0, 0] + Self.big(UInt16(tcp.count)) + [6, 64] + ends + tcp
            : [0x45, 0] + Self.big(UInt16(20 + tcp.count)) + [0, 0, 0, 0, 64, 6, 0, 0] + ends + tcp
        let whole = frame + packet
        time += 1_000
        packets.append(
            CapturedPacket(
                nanoseconds: time, linkType: link.rawValue, bytes: Array(whole.prefix(snapLength)),
                wireBytes: whole.count))
    }

    private var frame: [UInt8] {
        switch link {
        case .ethernet: Array(repeating: 0, count: 12) + [0x81, 0, 0, 1] + (isIPv6 ? [0x86, 0xdd] : [0x08, 0])
        case .loopbackNull, .loopbackOpenBSD: [0, 0, 0, 2]
        case .linuxCooked: Array(repeating: 0, count: 16)
        case .linuxCooked2: Array(repeating: 0, count: 20)
        case .rawIP, .rawOpenBSD, .ipv4, .ipv6: []
        }
    }

    private static func address(_ last: UInt8, _ isIPv6: Bool) -> [UInt8] {
        isIPv6 ? Array(repeating: 0, count: 15) + [last] : [10, 0, 0, last]
    }

    private static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
    private static func big(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    func file(comment: String = "") -> [UInt8] {
        packets.reduce(PcapNGWriter.beginning(comment: comment, linkType: link)) { $0 + Self.block($1) }
    }

    static func block(_ packet: CapturedPacket) -> [UInt8] {
        PcapNGWriter.packet(packet.bytes, wireBytes: packet.wireBytes, nanoseconds: packet.nanoseconds)
    }

    func pcapFile(isBigEndian: Bool, isNanoseconds: Bool) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] { isBigEndian ? Self.big(value) : Self.big(value).reversed() }
        let header = [isNanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4, 0x0002_0004, 0, 0, 65_535, link.rawValue]
        return packets.reduce(header.flatMap(number)) { file, packet in
            let fraction = UInt32(packet.nanoseconds % 1_000_000_000) / (isNanoseconds ? 1 : 1_000)
            let record = [
                UInt32(packet.nanoseconds / 1_000_000_000), fraction, UInt32(packet.bytes.count),
                UInt32(packet.wireBytes),
            ]
            return file + record.flatMap(number) + packet.bytes
        }
    }
}

@Suite("Plaintext of TLS by tshark")
struct TLSPlaintextTests {
    @Test("pieces in their order, whichever node is the server; other lines are skipped")
    func read() {
        let text = """
            ===================================================================
            Follow: tls,raw
            Filter: tcp.stream eq 3
            Node 0: 127.0.0.1:443
            Node 1: :0
            \t474554
            485454500a
            ===================================================================
            """
        let pieces = [
            TLSPlaintext.Piece(direction: .up, bytes: Array("GET".utf8)),
            TLSPlaintext.Piece(direction: .down, bytes: Array("HTTP\n".utf8)),
        ]
        let swapped = text.replacing("127.0.0.1:443", with: "127.0.0.1:9").replacing("\t474554", with: "474554")
            .replacing("\n485454", with: "\n\t485454").replacing("eq 3", with: "eq 12")
        let silent = text.replacing("\t474554\n", with: "").replacing("485454500a\n", with: "")
        let read = TLSPlaintext.read(text + "\n" + swapped + "\n" + silent.replacing("eq 3", with: "eq 4")) { _ in 443 }
        #expect(read == [3: pieces, 12: pieces])
    }
}
