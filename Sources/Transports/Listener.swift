import Feed
import Measurement
import NIOCore
import WebSocketProtocol
import WireAccounting

/// What a listener is made from.
package struct ListenerSetup: Sendable {
    package let options: TransportOptions
    /// Sequence of the last item before the run; the client wants everything after it.
    package let cursor: UInt64
    /// When the client begins.
    package let start: MonotonicInstant
    /// Clients without a schedule of their own begin spread over this time.
    package let ramp: Duration
    /// The client's place among the others, 0 up to 1: in the interval of its schedule, else in the ramp.
    package let phase: Double
    /// Value of the `Host` field.
    package let host: String
    /// Whether the connection is encrypted.
    package var encrypts = false
    /// Randomness of this client alone, where it need not be secret.
    package let seed: UInt64
    /// What a client that sends has to say; `nil` for one that only listens.
    package var messages: EchoMessages?
    /// Where WebSocket keys and masks come from.
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
        self.maskKeys = maskKeys ?? MaskKeySource(seed: seed)
    }
}

/// An item as a listener saw it.
package struct ReceivedItem: Equatable, Sendable {
    package let sequence: UInt64
    package let dueMicroseconds: Int64

    package init(sequence: UInt64, dueMicroseconds: Int64) {
        self.sequence = sequence
        self.dueMicroseconds = dueMicroseconds
    }
}

/// What a listener found in the bytes it was given.
package enum ListenerEvent: Equatable, Sendable {
    case item(ReceivedItem)
    /// The server says that everything up to and including this sequence is lost.
    case gap(through: UInt64)
    /// The client asked for the newest item only: everything up to and including this sequence it does without.
    case skipped(through: UInt64)
    /// The server ended what carries the feed to this client, in the orderly way; a sentence says how.
    case ended(String)
    /// The server broke its protocol, in one sentence; the client is over.
    case fault(String)
}

/// A client that polls: one HTTP exchange after another.
package protocol ExchangeListener {
    /// Last sequence received: what the next request asks for.
    var cursor: UInt64 { get }

    /// Whether requests are due at times of their own, whatever came before them.
    var followsSchedule: Bool { get }

    /// What the next request asks for: path and query.
    var target: String { get }

    /// Field lines of the next request, without line ends. Of a name that libcurl sends by itself, this line instead.
    var fieldLines: [String] { get }

    /// Whether a response lasts until one side ends it. Its body comes as it is on the wire, chunk framing included.
    var isStreaming: Bool { get }

    /// When the next request is due. Called once before each request; may lie in the past, then it is late.
    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant

    /// Ticks of the schedule that passed while a response was awaited.
    var skippedTicks: UInt64 { get }

    /// Body of the next request, which is a POST then; `nil` for GET. Of one size for the client's life.
    var requestBody: ByteBuffer? { get }

    /// Whether each request has a connection of its own.
    var usesNewConnections: Bool { get }

    /// Whether a new TLS connection takes up the session of the last one where it can.
    var resumesSessions: Bool { get }

    /// Whether ``responseBegan(status:coding:)`` is to be called for each response and not for the client's first
    /// alone: it costs the driver a look at the head's fields.
    var wantsCoding: Bool { get }

    /// The head of a response with a body is there.
    mutating func responseBegan(status: Int, coding: ResponseCoding)

    /// Body bytes of a response with this status were read; books them.
    mutating func bodyArrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void)

    /// Whether bytes of an item have come and its end has not.
    var isWithinItem: Bool { get }

    /// Whether the response under way is of no use any more: the driver breaks it off.
    var wantsNoMore: Bool { get }

    /// How long the server may keep a request without the head of its answer.
    var hold: Duration { get }

    /// The response is complete.
    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void)
}

/// What was done to a body for the way.
package struct ResponseCoding: Equatable, Sendable {
    /// `Transfer-Encoding: chunked`.
    package var isChunked: Bool
    /// `Content-Encoding`, in lower case; `nil` without.
    package var contentEncoding: String?
    /// `Content-Type`, in lower case; `nil` without.
    package var contentType: String?

    package init(isChunked: Bool = false, contentEncoding: String? = nil, contentType: String? = nil) {
        self.isChunked = isChunked
        self.contentEncoding = contentEncoding
        self.contentType = contentType
    }

    var isGzip: Bool { contentEncoding == "gzip" }

    /// A sentence if the body is encoded though the client does not accept that.
    var faultOfUnaskedEncoding: String? {
        guard let contentEncoding, contentEncoding != "identity" else { return nil }
        return "the server encoded a response as \(contentEncoding.prefix(40)), which the client did not ask for"
    }
}

extension ExchangeListener {
    package var fieldLines: [String] { [] }
    package var isStreaming: Bool { false }
    package var usesNewConnections: Bool { false }
    package var resumesSessions: Bool { false }
    package var wantsCoding: Bool { isStreaming }
    package var isWithinItem: Bool { false }
    package var wantsNoMore: Bool { false }
    package var hold: Duration { .zero }
    package mutating func responseBegan(status: Int, coding: ResponseCoding) {}
}

/// A client with a connection of its own.
package protocol ConnectionListener {
    /// The connection is open: the first bytes to send. Books them.
    mutating func connected(ledger: inout ByteLedger) -> ByteBuffer

    /// The field block that opens the client's stream, where HTTP/2 carries it: pseudo-header fields first. What
    /// ``connected(ledger:)`` gives follows it as content. The driver books it. Empty for a client of HTTP/1.1 or of
    ///   none.
    var streamRequest: [(name: String, value: String)] { get }

    /// The answer to ``streamRequest`` is there, or another one after an interim one; the driver books it.
    mutating func streamAnswered(_ fields: [(name: String, value: String)], events: (ListenerEvent) -> Void)

    /// Bytes were read; consumes and books them.
    mutating func received(
        _ bytes: inout ByteBuffer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void)

    /// Bytes to send now, already booked; `nil` if there are none.
    mutating func takeOutput(ledger: inout ByteLedger) -> ByteBuffer?

    /// The client has what it wanted: begin to end the connection in the transport's own way.
    ///
    /// - Returns: Whether the server is expected to end the connection after this.
    mutating func finish() -> Bool

    /// Whether ``finish()`` is to close our half, by which the server knows that it may close the other.
    var finishesByEndingOutput: Bool { get }

    /// The connection is gone: books the bytes of what never became whole.
    mutating func connectionEnded(ledger: inout ByteLedger)

    /// Looks whether the server has had its time, every second or so; there may be output afterwards.
    ///
    /// - Returns: Why the connection is to be dropped, in one sentence; `nil` to keep it.
    mutating func clockReached(_ now: MonotonicInstant) -> String?

    /// Whether the opening handshake is done.
    var isOpen: Bool { get }

    /// The compression that was agreed on; `nil` without.
    var compression: String? { get }

    /// Whether bytes of an item have come and its end has not.
    var isWithinItem: Bool { get }

    /// Whether the connection's end, if it came now, would be the orderly one.
    var isOrderlyEnd: Bool { get }

    /// When the client's next message is due; `nil` if it has none to send. May lie in the past, then it is late.
    var nextMessageDue: MonotonicInstant? { get }

    /// Queues the next message among the output; only once the connection is open.
    mutating func sendMessage()
}

extension ExchangeListener {
    package var requestBody: ByteBuffer? { nil }
}

extension ConnectionListener {
    package var streamRequest: [(name: String, value: String)] { [] }
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
