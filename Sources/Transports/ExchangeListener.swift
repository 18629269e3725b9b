import Measurement
import NIOCore
import WireAccounting

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

    /// Whether ``target`` and ``fieldLines`` are the same as long as ``cursor`` is, so that the driver need not ask.
    var requestsDifferByCursor: Bool { get }

    /// Whether a response lasts until one side ends it.
    var isStreaming: Bool { get }

    /// Whether bodies are passed on as on the wire, chunked framing included. Then ``wantsCoding`` must be true.
    var seesFraming: Bool { get }

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

    /// Whether the coding of each response has its validators (RFC 9110 §8.8). Then ``wantsCoding`` must be true.
    var wantsValidators: Bool { get }

    /// The headers of a response with a body have arrived.
    mutating func responseBegan(status: Int, coding: ResponseCoding)

    /// Body bytes of a response with this status have arrived; counts them in the ledger.
    mutating func bodyArrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void)

    /// The last byte of a response's body has arrived, and the response is complete. Reports the items that end with
    /// the body. ``exchangeEnded(status:events:)`` follows.
    mutating func bodyEnded(status: Int, events: (ListenerEvent) -> Void)

    /// Whether an item is incomplete.
    var isWithinItem: Bool { get }

    /// Whether the rest of the response is unusable, so that the driver aborts it.
    var wantsNoMore: Bool { get }

    /// How long the server may hold a request before it sends response headers; zero if that is unknown.
    var hold: Duration { get }

    /// Whether the server decides by itself how long it holds a request.
    var hasUnknownHold: Bool { get }

    /// The client left and comes back: its next request is a first one, without a wait.
    mutating func cameBack()

    /// The response is complete.
    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void)
}

extension ExchangeListener {
    package var requestBody: ByteBuffer? { nil }
    package var chunks: ChunkCounts { ChunkCounts() }
    package var fieldLines: [String] { [] }
    package var requestsDifferByCursor: Bool { false }
    package var isStreaming: Bool { false }
    package var usesNewConnections: Bool { false }
    package var resumesSessions: Bool { false }
    package var seesFraming: Bool { isStreaming }
    package var wantsCoding: Bool { seesFraming }
    package var wantsValidators: Bool { false }
    package var hasUnknownHold: Bool { false }
    package var isWithinItem: Bool { false }
    package var wantsNoMore: Bool { false }
    package var hold: Duration { .zero }
    package mutating func cameBack() {}
    package mutating func bodyEnded(status: Int, events: (ListenerEvent) -> Void) {}
    package mutating func responseBegan(status: Int, coding: ResponseCoding) {}
}
