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

    @Test("to the byte it holds, headers of TCP/IP aside")
    func exact() {
        let conservation = Conservation(of: ledger(up: 300, down: 1_000), against: kernel)
        #expect(conservation.isConserved)
        #expect(conservation.complaints.isEmpty)
        #expect(conservation.up.reason == "up: all 300 B that the kernel counted are booked.")
    }

    @Test("one byte unbooked is found and said")
    func unbooked() {
        let conservation = Conservation(of: ledger(up: 300, down: 999), against: kernel)
        #expect(!conservation.isConserved)
        #expect(conservation.down.difference == -1)
        #expect(
            conservation.complaints == [
                "down: booked 999 B, the kernel counted 1000 B, so 1 B crossed the socket without being booked."
            ])
    }

    @Test("errors of both directions do not cancel out")
    func opposite() {
        let conservation = Conservation(of: ledger(up: 301, down: 999), against: kernel)
        #expect(!conservation.isConserved)
        #expect(conservation.complaints.count == 2)
    }
}
