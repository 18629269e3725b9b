import Feed
import Measurement
import NIOCore
import WebSocketProtocol
import WireAccounting

/// The parameters of one listener.
package struct ListenerSetup: Sendable {
    package let options: TransportOptions
    /// Sequence of the last item before the run; the client receives every item after it.
    package let cursor: UInt64
    /// When the client begins.
    package let start: MonotonicInstant
    /// The starts of clients without a schedule are spread over this time.
    package let ramp: Duration
    /// The client's offset among all clients, 0 up to 1: in the interval of its schedule, otherwise in the ramp.
    package let phase: Double
    /// Value of the `Host` field.
    package let host: String
    /// Whether the connection is encrypted.
    package var encrypts = false
    /// Seed of this client's random numbers that need not be secret.
    package let seed: UInt64
    /// Size of every item, if its data are not text and a transport for text carries them in Base64; otherwise `nil`.
    package var base64ItemBytes: Int?
    /// Determines the client's session, which is the same after a reconnect; differs between clients.
    package var session: UInt64
    /// How the client waits before it connects again; `nil` for the transport's own way.
    package var reconnect: ReconnectPolicy?
    /// Messages that the client sends; `nil` for a client that only receives.
    package var messages: EchoMessages?
    /// How the server carries the feed.
    package var dialect = ServerDialect()
    /// Reads the dialect's items, shared by all clients; without it, a listener that needs one makes its own.
    package var foreignItems: ForeignItemReader?
    /// Source of WebSocket handshake keys and mask keys.
    package let maskKeys: MaskKeySource

    package init(
        options: TransportOptions, cursor: UInt64, start: MonotonicInstant, ramp: Duration, phase: Double, host: String,
        seed: UInt64, maskKeys: MaskKeySource? = nil
    ) {
        self.options = options
        self.cursor = cursor
        self.start = start
        self.ramp = ramp
        self.phase = phase
        self.host = host
        self.seed = seed
        session = seed
        self.maskKeys = maskKeys ?? MaskKeySource(seed: seed)
    }
}

/// An item as a listener received it.
package struct ReceivedItem: Equatable, Sendable {
    package let sequence: UInt64
    package let dueMicroseconds: Int64

    package init(sequence: UInt64, dueMicroseconds: Int64) {
        self.sequence = sequence
        self.dueMicroseconds = dueMicroseconds
    }
}

/// What a listener decoded from received bytes.
package enum ListenerEvent: Equatable, Sendable {
    case item(ReceivedItem)
    /// An item of another format than PushLab's.
    case foreign(ForeignItem)
    /// The server reports that all items up to and including this sequence are lost.
    case gap(through: UInt64)
    /// The client requested only the newest item, so it skips all items up to and including this sequence.
    case skipped(through: UInt64)
    /// The server ended the response or connection in the orderly way; the sentence says how.
    case ended(String)
    /// The server violated the protocol, in one sentence; the client stops.
    case fault(String)
    /// The server is gone, in one sentence: a proxy says so, or the response was cut off. The client tries again. An
    /// error, unless the experiment ends the server.
    case lostServer(String)
}

/// A client with one long-lived connection or HTTP/2 stream.
package protocol ConnectionListener {
    /// The connection is open. Counts the first bytes to send in the ledger.
    ///
    /// - Returns: The first bytes to send.
    mutating func connected(ledger: inout ByteLedger) -> ByteBuffer

    /// The field block that opens the client's HTTP/2 stream, pseudo-header fields first; empty without HTTP/2. The
    /// driver counts it. The bytes from ``connected(ledger:)`` follow it as content.
    var streamRequest: [(name: String, value: String)] { get }

    /// The response headers for ``streamRequest`` have arrived, interim ones included; the driver counts them.
    mutating func streamAnswered(_ fields: [(name: String, value: String)], events: (ListenerEvent) -> Void)

    /// Bytes have arrived; consumes them and counts them in the ledger.
    mutating func received(
        _ bytes: inout ByteBuffer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void)

    /// Bytes to send now, already counted in the ledger; `nil` if nothing is queued.
    mutating func takeOutput(ledger: inout ByteLedger) -> ByteBuffer?

    /// The client is done: starts to end the connection in the transport's own way.
    ///
    /// - Returns: Whether the server is expected to end the connection after this.
    mutating func finish() -> Bool

    /// Whether ``finish()`` closes the client's half of the connection, after which the server may close the other.
    var finishesByEndingOutput: Bool { get }

    /// The connection is closed: counts the bytes of incomplete messages.
    mutating func connectionEnded(ledger: inout ByteLedger)

    /// Checks the server's time limits; call it about every second. It may queue output.
    ///
    /// - Returns: Why to drop the connection, in one sentence; `nil` to keep it.
    mutating func clockReached(_ now: MonotonicInstant) -> String?

    /// Whether the opening handshake is done.
    var isOpen: Bool { get }

    /// The negotiated compression; `nil` without.
    var compression: String? { get }

    /// HTTP requests after the one that opened the connection.
    var furtherRequests: Int { get }

    /// The control frames received and sent so far, if the transport has any.
    var controlFrames: (received: Int, sent: Int) { get }

    /// Where the state is in memory, as a hint for the processor: do not read it there, because it may move.
    mutating func places() -> [UnsafeRawBufferPointer]

    /// Whether an item is incomplete.
    var isWithinItem: Bool { get }

    /// Whether the end of the connection would be orderly now.
    var isOrderlyEnd: Bool { get }

    /// When the client's next message is due; `nil` if it has none. A message whose due time has passed is late.
    var nextMessageDue: MonotonicInstant? { get }

    /// Queues the next message; call it only when the connection is open.
    mutating func sendMessage()
}

extension ConnectionListener {
    package var streamRequest: [(name: String, value: String)] { [] }
    package var controlFrames: (received: Int, sent: Int) { (0, 0) }
    package var furtherRequests: Int { 0 }
    package mutating func streamAnswered(
        _ fields: [(name: String, value: String)], events: (ListenerEvent) -> Void
    ) {}
    package var nextMessageDue: MonotonicInstant? { nil }
    package mutating func sendMessage() {}
    package var finishesByEndingOutput: Bool { false }
    package mutating func connectionEnded(ledger: inout ByteLedger) {}
    package mutating func clockReached(_ now: MonotonicInstant) -> String? { nil }
    package var compression: String? { nil }
    package var isWithinItem: Bool { false }
    package mutating func places() -> [UnsafeRawBufferPointer] { [place()] }

    /// Where the value itself is.
    mutating func place() -> UnsafeRawBufferPointer {
        withUnsafeMutableBytes(of: &self) { UnsafeRawBufferPointer($0) }
    }
}
