import Testing

@testable import LoadGenerator

@Suite("When the counters of a client's connection are read, and how it is closed")
struct ClientConnectionLifeTests {
    private typealias Action = ClientConnectionLife.Action

    private var plain = ClientConnectionLife(isEncrypted: false, readsBeforeWrites: false)
    private var encrypted = ClientConnectionLife(isEncrypted: true, readsBeforeWrites: false)
    private var listening = ClientConnectionLife(isEncrypted: false, readsBeforeWrites: true)

    @Test("while a connection is open nothing is read")
    mutating func open() {
        let actions = [plain.writeBegins(), plain.arrivalsRead(), plain.tlsWriteBegins()]
        #expect(actions == [.goOn, .goOn, .goOn])
    }

    @Test("without TLS a close reads the counters first; a server's end while our half is open is no orderly one")
    func closing() {
        #expect(plain.closes() == .close)
        #expect(!plain.isOrderlyEnd)
    }

    @Test("once our half is closed each arrival may be the last, and the end is orderly")
    mutating func halfClosed() {
        plain.outputEnded()
        #expect(plain.arrivalsRead() == .readCounters)
        #expect(plain.isOrderlyEnd)
        #expect(plain.closes() == .close)
    }

    @Test("where nothing tells of a failing write, the counters are read before it and after what came meanwhile")
    mutating func failingWrite() {
        let before = listening.writeBegins()
        #expect(before == .readCounters)
        #expect(listening.arrivalsRead() == .readCounters)
        listening.writeEnded()
        #expect(listening.arrivalsRead() == .goOn)
    }

    @Test("TLS' writes are looked at up to the first one after the handshake")
    mutating func handshake() {
        let during = [encrypted.tlsWriteBegins(), encrypted.tlsWriteBegins()]
        encrypted.handshakeCompleted()
        let after = [encrypted.tlsWriteBegins(), encrypted.tlsWriteBegins()]
        #expect(during == [.readCounters, .readCounters])
        #expect(after == [.readCounters, .goOn])
    }

    @Test("a close says TLS' last word, unless nobody is there to read it")
    mutating func alert() {
        #expect(encrypted.closes() == .closeAfterAlert)
        encrypted.peerLost()
        #expect(encrypted.closes() == .close)
    }

    @Test("when TLS closes by itself, its alert is out, and the end is orderly")
    mutating func tlsCloses() {
        let action = encrypted.tlsCloses()
        #expect(action == .readCounters)
        #expect(encrypted.isOrderlyEnd)
    }

    @Test("after a reset below TLS the counters are read at once, and the end is no orderly one")
    func reset() {
        #expect(encrypted.wireBroke() == .readCounters)
        #expect(!encrypted.isOrderlyEnd)
    }
}
