import Testing

@testable import WireAccounting

@Suite("Conservation of bytes")
struct ConservationTests {
    let kernel = KernelCount(
        state: 1, bytesSent: 300, bytesRetransmitted: 0, bytesReceived: 1_000, segmentsOut: 9, segmentsIn: 9)

    func ledger(up: Int, down: Int) -> ByteLedger {
        var ledger = ByteLedger()
        ledger.book(up, .httpHead, .up)
        ledger.book(down, .payload, .down)
        ledger.book(999, .tcpIP, .down)
        return ledger
    }

    @Test("equal counts are conserved; TCP/IP headers do not matter")
    func exact() {
        let conservation = Conservation(of: ledger(up: 300, down: 1_000), against: kernel)
        #expect(conservation.isConserved)
        #expect(conservation.complaints.isEmpty)
        #expect(conservation.up.reason == "up: the layers have all 300 B that the kernel counted.")
    }

    @Test("one uncounted byte is reported")
    func uncounted() {
        let conservation = Conservation(of: ledger(up: 300, down: 999), against: kernel)
        #expect(!conservation.isConserved)
        #expect(conservation.down.difference == -1)
        #expect(
            conservation.complaints == [
                "down: the layers have 999 B, the kernel counted 1000 B: 1 B passed the socket without being counted."
            ])
    }

    @Test("differences in both directions do not cancel out")
    func opposite() {
        let conservation = Conservation(of: ledger(up: 301, down: 999), against: kernel)
        #expect(!conservation.isConserved)
        #expect(conservation.complaints.count == 2)
    }
}
