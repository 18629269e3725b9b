import Testing

@testable import WireAccounting

@Suite("The kernel's counts")
struct KernelCountTests {
    func count(state: UInt8, received: UInt64 = 8, orderly: Bool = true) -> KernelCount {
        KernelCount(
            state: state, bytesSent: 10, bytesRetransmitted: 0, bytesReceived: received, segmentsOut: 5, segmentsIn: 4,
            closedOrderly: orderly)
    }

    @Test("the peer's FIN is subtracted when it has arrived", arguments: [6, 7, 8, 9, 11] as [UInt8])
    func withFIN(state: UInt8) {
        #expect(count(state: state).bytesDown == 7)
    }

    @Test("before the FIN, nothing is subtracted", arguments: [1, 2, 3, 4, 5, 10, 12, 99] as [UInt8])
    func withoutFIN(state: UInt8) {
        #expect(count(state: state).bytesDown == 8)
    }

    @Test("a reset connection received no FIN")
    func reset() {
        #expect(count(state: 7, orderly: false).bytesDown == 8)
        #expect(count(state: 7, received: 0).bytesDown == 0)
    }

    @Test("retransmitted bytes count once")
    func retransmission() {
        let count = KernelCount(
            state: 1, bytesSent: 1_500, bytesRetransmitted: 500, bytesReceived: 0, segmentsOut: 4, segmentsIn: 2)
        #expect(count.bytesUp == 1_000)
        #expect(count.bytesRetransmitted == 500)
    }

    /// Read on loopback, Linux 6: the client sent 10 bytes, the server 7; the server closed first, then the client.
    @Test("both ends of one connection agree")
    func bothEnds() {
        let client = KernelCount(
            state: 7, bytesSent: 10, bytesRetransmitted: 0, bytesReceived: 8, segmentsOut: 6, segmentsIn: 5)
        let server = KernelCount(
            state: 7, bytesSent: 7, bytesRetransmitted: 0, bytesReceived: 11, segmentsOut: 4, segmentsIn: 6, at: .server
        )
        #expect(client == server)
        #expect(client.closingSegmentsUp == 0 && client.closingSegmentsDown == 0)
        #expect(client.bytesUp == 10)
        #expect(client.bytesDown == 7)
        #expect(client.segmentsUp == 6)
        #expect(client.segmentsDown == 5)
    }

    /// Remaining segments of the close, by end and state: ESTABLISHED, CLOSE_WAIT, FIN_WAIT_2, CLOSE.
    static let closings: [(state: UInt8, end: ConnectionEnd, up: Int64, down: Int64)] = [
        (1, .client, 2, 1), (8, .client, 1, 1), (5, .client, 1, 1), (7, .client, 0, 0),
        (1, .server, 1, 2), (8, .server, 1, 1), (5, .server, 1, 1), (7, .server, 0, 0),
    ]

    @Test("the remaining segments of the close follow from the state", arguments: closings)
    func closing(state: UInt8, end: ConnectionEnd, up: Int64, down: Int64) {
        let count = KernelCount(
            state: state, bytesSent: 1, bytesRetransmitted: 0, bytesReceived: 1, segmentsOut: 2, segmentsIn: 2, at: end)
        #expect(count.closingSegmentsUp == up)
        #expect(count.closingSegmentsDown == down)
    }

    /// By state: what is added of 5 unsent bytes. ESTABLISHED and CLOSE_WAIT have no FIN in the queue yet; FIN_WAIT_1,
    /// LAST_ACK and CLOSING have one, which is no byte; in FIN_WAIT_2, TIME_WAIT and CLOSE nothing more is sent.
    static let unsentBytes: [(state: UInt8, bytes: Int64)] = [
        (1, 5), (8, 5), (4, 4), (9, 4), (11, 4), (5, 0), (6, 0), (7, 0), (2, 0), (99, 0),
    ]

    @Test("what a close still sends is added, without our FIN", arguments: unsentBytes)
    func unsent(state: UInt8, bytes: Int64) {
        var client = KernelCount()
        client.addUnsent(5, state: state, at: .client)
        #expect((client.bytesUp, client.bytesDown) == (bytes, 0))
        var server = KernelCount()
        server.addUnsent(5, state: state, at: .server)
        #expect((server.bytesUp, server.bytesDown) == (0, bytes))
        server.addUnsent(0, state: state, at: .server)
        #expect(server.bytesDown == bytes, "a FIN that was sent already is not in the count")
    }

    @Test("the counts between two readings are their difference")
    func difference() {
        var total = count(state: 8)
        let before = total
        total.merge(count(state: 1))
        #expect(total.since(before) == count(state: 1))
        #expect(total.since(KernelCount()) == total)
    }

    @Test("counts of connections add up")
    func merging() {
        var total = KernelCount()
        total.merge(count(state: 1))
        total.merge(count(state: 8))
        #expect(total.connections == 2)
        #expect(total.bytesUp == 20)
        #expect(total.bytesDown == 15)
        #expect(total.segmentsUp == 10)
        #expect(total.segmentsDown == 8)
    }
}

@Suite("TCP/IP header bytes")
struct TCPIPEstimateTests {
    let oneConnection = KernelCount(
        state: 7, bytesSent: 100, bytesRetransmitted: 20, bytesReceived: 51, segmentsOut: 3, segmentsIn: 2)

    /// Header bytes of the SYN, then of the other two segments.
    static let upward: [(TCPIPEstimate, syn: Int64, others: Int64)] = [
        (TCPIPEstimate(ipVersion: .v4, timestamps: true), 60, 104),
        (TCPIPEstimate(ipVersion: .v4, timestamps: false), 52, 80),
        (TCPIPEstimate(ipVersion: .v6, timestamps: true), 80, 144),
        (TCPIPEstimate(ipVersion: .v6, timestamps: false), 72, 120),
    ]

    @Test("a SYN and two segments up", arguments: upward)
    func up(estimate: TCPIPEstimate, syn: Int64, others: Int64) {
        #expect(estimate.headerBytes(of: oneConnection, .up) == syn + others)
    }

    @Test("a SYN-ACK and one segment down, and both directions together")
    func wire() {
        let estimate = TCPIPEstimate(ipVersion: .v4, timestamps: true)
        #expect(estimate.headerBytes(of: oneConnection, .down) == 60 + 52)
        #expect(estimate.headerBytes(of: oneConnection) == 164 + 112)
    }

    @Test("the remaining segments of the close are added: two up, one down")
    func closing() {
        let open = KernelCount(
            state: 1, bytesSent: 100, bytesRetransmitted: 20, bytesReceived: 50, segmentsOut: 3, segmentsIn: 2)
        let estimate = TCPIPEstimate(for: open)
        #expect(estimate.headerBytes(of: open, .up) - estimate.headerBytes(of: oneConnection, .up) == 2 * 52)
        #expect(estimate.headerBytes(of: open, .down) - estimate.headerBytes(of: oneConnection, .down) == 52)
    }

    @Test("IP version and timestamps come from the connections")
    func versions() {
        func count(options: UInt8, isIPv6: Bool) -> KernelCount {
            KernelCount(
                state: 7, bytesSent: 1, bytesRetransmitted: 0, bytesReceived: 1, segmentsOut: 2, segmentsIn: 2,
                options: options, isIPv6: isIPv6)
        }
        #expect(TCPIPEstimate(for: count(options: 7, isIPv6: false)) == TCPIPEstimate(ipVersion: .v4, timestamps: true))
        #expect(TCPIPEstimate(for: count(options: 6, isIPv6: true)) == TCPIPEstimate(ipVersion: .v6, timestamps: false))
        #expect(TCPIPEstimate(for: KernelCount()) == TCPIPEstimate(ipVersion: .v4, timestamps: true))
    }

    @Test("the estimate of several connections is the sum of their estimates")
    func additive() {
        let estimate = TCPIPEstimate(ipVersion: .v6, timestamps: true)
        var two = oneConnection
        two.merge(oneConnection)
        #expect(estimate.headerBytes(of: two) == 2 * estimate.headerBytes(of: oneConnection))
        #expect(estimate.headerBytes(of: KernelCount()) == 0)
    }
}
