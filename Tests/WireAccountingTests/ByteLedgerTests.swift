import Testing

@testable import WireAccounting

@Suite("The byte ledger")
struct ByteLedgerTests {
    @Test("layers are named as in layers.csv")
    func names() {
        #expect(
            ByteLayer.allCases.map(\.rawValue) == [
                "payload", "envelope", "framing", "http_head", "ws_frame_header", "ws_mask", "ws_control", "handshake",
                "tls", "tcp_ip",
            ])
        #expect(Direction.allCases.map(\.rawValue) == ["up", "down"])
        #expect(Provenance.allCases.map(\.rawValue) == ["counted", "kernel", "estimated"])
    }

    @Test("every layer and direction has a separate count", arguments: ByteLayer.allCases, Direction.allCases)
    func counts(layer: ByteLayer, direction: Direction) {
        var ledger = ByteLedger()
        ledger.book(7, layer, direction)
        ledger.book(4, layer, direction)
        #expect(ledger[layer, direction] == 11)
        #expect(ledger.entries.filter { $0.bytes != 0 } == [.init(direction: direction, layer: layer, bytes: 11)])
        #expect(ledger.tcpPayloadBytes(direction) == (layer == .tcpIP ? 0 : 11))
    }

    @Test("each byte is payload, overhead, setup or TCP/IP header; a part of TLS is setup")
    func partition() {
        var ledger = ByteLedger()
        for (index, layer) in ByteLayer.allCases.enumerated() where layer != .tls {
            ledger.book(1 << index, layer, .down)
        }
        ledger.bookTLS(0b1_0000_0000, setup: 0b0_1100_0000, .down)
        #expect(ledger.payloadBytes == 1)
        #expect(ledger.overheadBytes == 0b0_0111_1110 + 0b0_0100_0000)
        #expect(ledger.setupBytes == 0b0_1000_0000 + 0b0_1100_0000)
        let accounted = ledger.payloadBytes + ledger.overheadBytes + ledger.setupBytes
        #expect(accounted == ledger.tcpPayloadBytes(.down))
    }

    @Test("a masked Hello is 5 bytes of payload and 6 of overhead (RFC 6455 §5.7)")
    func maskedHello() {
        var ledger = ByteLedger()
        ledger.book(2, .webSocketFrameHeader, .up)
        ledger.book(4, .webSocketMask, .up)
        ledger.book(5, .payload, .up)
        #expect(ledger.tcpPayloadBytes(.up) == 11)
        #expect(ledger.overheadBytes == 6)
    }

    @Test("merging adds every count")
    func merging() {
        var left = ByteLedger()
        left.book(3, .payload, .up)
        var right = ByteLedger()
        right.book(4, .payload, .up)
        right.book(5, .httpHead, .down)
        left.merge(right)
        #expect(left[.payload, .up] == 7)
        #expect(left[.httpHead, .down] == 5)
    }

    @Test("an idle connection's ledger is 176 bytes, inline")
    func size() {
        #expect(MemoryLayout<ByteLedger>.size == 176)
        #expect(_isPOD(ByteLedger.self))
    }
}
