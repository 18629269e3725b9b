import Testing

@testable import WireAccounting

@Suite("The kernel's counts at both ends")
struct EndsAgreementTests {
    let client = KernelCount(
        state: 8, bytesSent: 10, bytesRetransmitted: 0, bytesReceived: 8, segmentsOut: 5, segmentsIn: 5)

    @Test("equal counts give no complaint")
    func equal() {
        let server = KernelCount(
            state: 7, bytesSent: 7, bytesRetransmitted: 0, bytesReceived: 11, segmentsOut: 5, segmentsIn: 6,
            at: .server)
        #expect(EndsAgreement(client: client, server: server).complaints == [])
    }

    @Test("each direction with a difference gives a sentence")
    func different() {
        let server = KernelCount(
            state: 7, bytesSent: 9, bytesRetransmitted: 0, bytesReceived: 11, segmentsOut: 5, segmentsIn: 6,
            at: .server)
        #expect(
            EndsAgreement(client: client, server: server).complaints == [
                "down: the kernel counted 7 B at the clients' ends of 1 connections and 9 B at the server's of 1."
            ])
    }

    @Test("what a simulated network swallowed is missing at the receiver: the server up, the client down")
    func swallowed() {
        let server = KernelCount(
            state: 7, bytesSent: 9, bytesRetransmitted: 0, bytesReceived: 5, segmentsOut: 5, segmentsIn: 6,
            at: .server)
        #expect(
            EndsAgreement(client: client, server: server, swallowed: SwallowedBytes(up: 6, down: 2)).complaints == [])
        #expect(
            EndsAgreement(client: client, server: server, swallowed: SwallowedBytes(up: 6, down: 1)).complaints == [
                "down: the kernel counted 7 B at the clients' ends of 1 connections and 9 B at the server's of 1; "
                    + "the simulated network swallowed 1 B."
            ])
    }
}
