import Testing

@testable import LoadGenerator

@Suite("When a client connection's counters are read, and how it is closed")
struct ClientConnectionLifeTests {
    private typealias Action = ClientConnectionLife.Action

    private var plain = ClientConnectionLife(isEncrypted: false, readsBeforeWrites: false)
    private var encrypted = ClientConnectionLife(isEncrypted: true, readsBeforeWrites: false)
    private var listening = ClientConnectionLife(isEncrypted: false, readsBeforeWrites: true)

    @Test("while a connection is open, the counters are not read")
    mutating func open() {
        let actions = [plain.writeBegins(), plain.arrivalsRead(), plain.tlsWriteBegins()]
        #expect(actions == [.goOn, .goOn, .goOn])
    }

    @Test("without TLS, a close reads the counters first; a server's end while our half is open is not orderly")
    func closing() {
        #expect(plain.closes() == .close)
        #expect(!plain.isOrderlyEnd)
    }

    @Test("after our half is closed, each arrival may be the last, and the end is orderly")
    mutating func halfClosed() {
        plain.outputEnded()
        #expect(plain.arrivalsRead() == .readCounters)
        #expect(plain.isOrderlyEnd)
        #expect(plain.closes() == .close)
    }

    @Test("if a failed write causes no event, the counters are read before each write and after arrivals during it")
    mutating func failingWrite() {
        let before = listening.writeBegins()
        #expect(before == .readCounters)
        #expect(listening.arrivalsRead() == .readCounters)
        listening.writeEnded()
        #expect(listening.arrivalsRead() == .goOn)
    }

    @Test("the counters are read at TLS writes up to the first one after the handshake")
    mutating func handshake() {
        let during = [encrypted.tlsWriteBegins(), encrypted.tlsWriteBegins()]
        encrypted.handshakeCompleted()
        let after = [encrypted.tlsWriteBegins(), encrypted.tlsWriteBegins()]
        #expect(during == [.readCounters, .readCounters])
        #expect(after == [.readCounters, .goOn])
    }

    @Test("a close sends the TLS closing alert, unless the peer is gone")
    mutating func alert() {
        #expect(encrypted.closes() == .closeAfterAlert)
        encrypted.peerLost()
        #expect(encrypted.closes() == .close)
    }

    @Test("when TLS closes by itself, its alert was sent, and the end is orderly")
    mutating func tlsCloses() {
        let action = encrypted.tlsCloses()
        #expect(action == .readCounters)
        #expect(encrypted.isOrderlyEnd)
    }

    @Test("after a reset the counters are read at once; the end is not orderly, even if our half was closed")
    mutating func reset() {
        encrypted.outputEnded()
        #expect(encrypted.isOrderlyEnd)
        let action = encrypted.wireBroke()
        #expect(action == .readCounters)
        #expect(!encrypted.isOrderlyEnd)
        #expect(encrypted.closes() == .close)
    }

    @Test("with TLS: the counters are read at each write to the socket, the closing alert's too, because it may fail")
    mutating func severalWrites() {
        var connection = ClientConnectionLife(isEncrypted: true, readsBeforeWrites: true)
        connection.handshakeCompleted()
        let actions = [
            connection.writeBegins(), connection.tlsWriteBegins(), connection.tlsWriteBegins(),
            connection.tlsWriteBegins(),
        ]
        #expect(actions == [.readCounters, .readCounters, .readCounters, .readCounters])
        connection.writeEnded()
        let alert = connection.tlsWriteBegins()
        #expect(alert == .readCounters)
    }
}
