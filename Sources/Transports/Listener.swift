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
}

/// A client that polls: one HTTP exchange after another.
package protocol ExchangeListener {
    /// Last sequence received; the next request asks for items after it.
    var cursor: UInt64 { get }

    /// Whether requests are due on a fixed schedule, independent of earlier responses.
    var followsSchedule: Bool { get }

    /// Path and query of the next request.
    var target: String { get }

    /// Field lines of the next request, without line ends. A line replaces libcurl's default line of the same name.
    var fieldLines: [String] { get }

    /// Whether a response lasts until one side ends it. Its body is passed on as on the wire, chunked framing included.
    var isStreaming: Bool { get }

    /// When the next request is due. Called once before each request; a request whose due time has passed is late.
    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant

    /// Ticks of the schedule that passed while the client waited for a response.
    var skippedTicks: UInt64 { get }

    /// The chunks of the client's streamed bodies so far; none for other transports.
    var chunks: ChunkCounts { get }

    /// Body of the next request, which is then a POST; `nil` for GET. All bodies of a client have the same size.
    var requestBody: ByteBuffer? { get }

    /// Whether each request uses a new connection.
    var usesNewConnections: Bool { get }

    /// Whether a new TLS connection resumes the previous session where possible.
    var resumesSessions: Bool { get }

    /// Whether ``responseBegan(status:coding:)`` is called for each response, not only for the client's first. The
    /// driver then inspects the headers of every response.
    var wantsCoding: Bool { get }

    /// The headers of a response with a body have arrived.
    mutating func responseBegan(status: Int, coding: ResponseCoding)

    /// Body bytes of a response with this status have arrived; counts them in the ledger.
    mutating func bodyArrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void)

    /// Whether an item is incomplete.
    var isWithinItem: Bool { get }

    /// Whether the rest of the response is unusable, so that the driver aborts it.
    var wantsNoMore: Bool { get }

    /// How long the server may hold a request before it sends response headers.
    var hold: Duration { get }

    /// The client left and comes back: its next request is a first one, without a wait.
    mutating func cameBack()

    /// The response is complete.
    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void)
}

/// Transfer coding, content coding and media type of a response body.
package struct ResponseCoding: Equatable, Sendable {
    /// `Transfer-Encoding: chunked`.
    package var isChunked: Bool
    /// `Content-Encoding`, in lower case; `nil` without.
    var contentEncoding: String?
    /// `Content-Type`, in lower case; `nil` without.
    package var contentType: String?

    package init(isChunked: Bool = false, contentEncoding: String? = nil, contentType: String? = nil) {
        self.isChunked = isChunked
        self.contentEncoding = contentEncoding
        self.contentType = contentType
    }

    var isGzip: Bool { contentEncoding == "gzip" }

    /// A sentence if the body is encoded although the client does not accept that.
    var unrequestedEncodingFault: String? {
        guard let contentEncoding, contentEncoding != "identity" else { return nil }
        return "the server encoded a response as \(contentEncoding.prefix(40)), which the client did not request"
    }
}

extension ExchangeListener {
    package var requestBody: ByteBuffer? { nil }
    package var chunks: ChunkCounts { ChunkCounts() }
    package var fieldLines: [String] { [] }
    package var isStreaming: Bool { false }
    package var usesNewConnections: Bool { false }
    package var resumesSessions: Bool { false }
    package var wantsCoding: Bool { isStreaming }
    package var isWithinItem: Bool { false }
    package var wantsNoMore: Bool { false }
    package var hold: Duration { .zero }
    package mutating func cameBack() {}
    package mutating func responseBegan(status: Int, coding: ResponseCoding) {}
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

    /// The control frames received and sent so far, if the transport has any.
    var controlFrames: (received: Int, sent: Int) { get }

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
}
