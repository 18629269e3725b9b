import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// One client, on its own connection or on a stream: passes bytes between its listener and the wire.
final class SocketClient {
    let index: Int
    let attempt: UInt64
    private let fleet: SocketFleet
    private var listener: any ConnectionListener
    // `nil` before the connection is open, and after its end.
    private var wire: (any ClientWire)?
    private var wasOpen = false
    // Since when the client may send messages; `nil` before the connection is open, and after the end has begun.
    private var takesMessagesSince: MonotonicInstant?
    private var isSending = false
    /// When to wake this client to send; `nil` for never.
    private(set) var wakesAt: MonotonicInstant?
    private var hasReceived = false
    /// When its connection or stream was opened.
    private(set) var began = MonotonicInstant(nanoseconds: 0)

    /// Whether the connection ended as the transport specifies, or its failure is already recorded.
    var endedOrderly: Bool { hasFailed || listener.isOrderlyEnd }
    // A failure was recorded.
    private var hasFailed = false

    var isWithinItem: Bool { listener.isWithinItem }
    var isOpen: Bool { listener.isOpen }
    /// Whether the client ends its connection by itself within the run.
    private(set) var isLeaving = false

    init(_ client: PendingClient, fleet: SocketFleet) {
        index = client.index
        attempt = client.attempt
        listener = client.listener
        self.fleet = fleet
    }

    // MARK: Called by the wire

    /// The connection or stream is open.
    func opened(on wire: any ClientWire, port: Int?) {
        self.wire = wire
        fleet.clientConnected(self)
        began = MonotonicClock.now()
        fleet.recorder.began(client: index, at: began)
        if let port { fleet.recorder.connected(client: index, port: port) }
        write { listener.connected(ledger: &$0) }
        noteOpening()
    }

    /// Bytes were read; the last of them arrived at that instant.
    func received(_ bytes: inout ByteBuffer, at arrival: MonotonicInstant) {
        let hadReceived = hasReceived
        var hasLostServer = false
        listener.received(&bytes, ledger: &fleet.ledger) { event in
            switch event {
            case .item, .foreign: hasReceived = true
            case .lostServer: hasLostServer = true
            case .gap, .skipped, .ended, .fault: break
            }
            fleet.recorder.take(event, client: index, at: arrival)
        }
        if hasReceived, !hadReceived { fleet.firstItemReceived(self) }
        noteOpening()
        writeOutput()
        // A proxy without a server keeps the connection open after its answer.
        if hasLostServer { closeNow() }
    }

    /// The peer has read enough that more can be written.
    func becameWritable() {
        // A flush may call this while messages are being sent; then the sending loop continues by itself.
        if wire?.isWritable == true, takesMessagesSince != nil, !isSending { takeMessages() }
    }

    /// The server has ended its half.
    func inputEnded() {
        closeNow()
    }

    /// The response headers of the client's stream have arrived.
    func streamAnswered(_ fields: [(name: String, value: String)], at arrival: MonotonicInstant) {
        listener.streamAnswered(fields) { event in
            fleet.recorder.take(event, client: index, at: arrival)
        }
        noteOpening()
        writeOutput()
    }

    /// The connection or stream has failed; it ends now.
    func failed(_ error: any Error) {
        hasFailed = true
        if !fleet.isFinishing, !isLeaving {
            let reason = NetworkErrorText.text(error)
            fleet.recorder.ended(
                .broken, "a connection failed: \(reason)", client: index, at: MonotonicClock.now())
        }
        closeNow()
    }

    /// The connection or stream is closed.
    func closed() {
        wire = nil
        wakesAt = nil
        listener.connectionEnded(ledger: &fleet.ledger)
        let frames = listener.controlFrames
        fleet.recorder.messages.count(.controlDown, times: UInt64(frames.received))
        fleet.recorder.messages.count(.controlUp, times: UInt64(frames.sent))
        fleet.counts.requests += UInt64(listener.furtherRequests)
        fleet.clientClosed(self)
    }

    /// What the next item needs; empty before the connection is open.
    func memory() -> PrefetchedMemory {
        var memory = PrefetchedMemory()
        if !wasOpen { return memory }
        memory.add(self, bytes: Self.usedBytes)
        for place in listener.places() { memory.add(place) }
        fleet.recorder.addPlaces(ofClient: index, to: &memory)
        return memory
    }

    // Of this object, for an item.
    private static let usedBytes = 128

    // MARK: Opening and sending

    private func noteOpening() {
        if wasOpen || !listener.isOpen { return }
        wasOpen = true
        fleet.handshakeDone(compression: listener.compression)
        // The opening handshake was under way when the run ended.
        if fleet.isFinishing { finish() } else { takeMessages() }
    }

    /// Sends all due messages while the channel is writable. Waiting messages keep their due time.
    func sendMessages() {
        wakesAt = nil
        isSending = true
        defer { isSending = false }
        while let since = takesMessagesSince, let wire, wire.isWritable, let due = listener.nextMessageDue {
            let now = MonotonicClock.now()
            guard due <= now else {
                wakesAt = due
                return fleet.wake(self, at: due)
            }
            listener.sendMessage()
            fleet.messageSent(due: due, lag: now - max(due, since))
            writeOutput()
        }
    }

    private func takeMessages() {
        takesMessagesSince = MonotonicClock.now()
        sendMessages()
    }

    /// Closes the connection if the server has exceeded a time limit.
    func clockReached(_ now: MonotonicInstant) {
        let complaint = listener.clockReached(now)
        writeOutput()
        guard let complaint else { return }
        hasFailed = true
        fleet.recorder.ended(.broken, complaint, client: index, at: now)
        closeNow()
    }

    /// Starts the orderly end, or closes at once if the transport has none. During the opening handshake the end waits
    /// for its answer: a close would lose bytes of it, which the server's kernel has counted.
    func finish() {
        takesMessagesSince = nil
        wakesAt = nil
        if !wasOpen { return }
        guard listener.finish() else { return closeNow() }
        writeOutput()
        if listener.finishesByEndingOutput { wire?.endOutput() }
    }

    /// Ends the connection in order, because the client's lifetime is over.
    func leave() {
        isLeaving = true
        finish()
    }

    func closeNow() {
        wire?.close()
    }

    private func writeOutput() {
        write { listener.takeOutput(ledger: &$0) }
    }

    private func write(_ output: (inout ByteLedger) -> ByteBuffer?) {
        guard let bytes = output(&fleet.unwritten) else { return }
        let booked = fleet.unwritten
        fleet.unwritten = ByteLedger()
        wire?.write(bytes, booked)
    }
}

/// What carries the bytes of one client: a channel of SwiftNIO or a socket.
protocol ClientWire: AnyObject {
    /// Whether the peer reads what is written.
    var isWritable: Bool { get }

    /// Writes bytes. A write to a connection that the server has reset fails and closes the connection, possibly later.
    /// Its bytes are not counted.
    ///
    /// - Parameters:
    ///   - bytes: What to write; possibly empty.
    ///   - counts: The bytes by layer, to count if that succeeds.
    func write(_ bytes: ByteBuffer, _ counts: ByteLedger)

    /// Closes this half of the connection after what was written.
    func endOutput()

    /// Closes the connection.
    func close()
}
