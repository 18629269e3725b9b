import NIOCore

/// One side of an open WebSocket, in any version of the protocol.
///
/// The driver passes what it read to ``receive(_:)``, asks ``nextEvent()`` until it answers `nil`, and writes what
/// ``takeOutput()`` gives. After each round ``fate`` says whether the TCP connection stays.
package protocol WebSocketSession {
    /// Whether messages may still be sent.
    var isOpen: Bool { get }

    /// What to do with the TCP connection once the output is written.
    var fate: ClosingHandshake.Fate { get }

    /// Whether what this side sends is masked (RFC 6455 §5.3).
    var masksFrames: Bool { get }

    /// Whether a Close is answered by a Close. Without that either side just drops the connection.
    var hasClosingHandshake: Bool { get }

    /// Whether a Close carries a code and a reason.
    var closesWithReason: Bool { get }

    /// Everything sent, encoded output that is not yet taken included.
    var sent: FrameTally { get }

    /// Every byte passed to ``receive(_:)``, by what it was. Bytes of a frame still unfinished are in
    /// ``unfinishedBytes`` instead.
    var received: FrameTally { get }

    /// Bytes received that do not make up a whole frame yet.
    var unfinishedBytes: Int { get }

    /// Bytes that are held because the message they belong to is not complete.
    var heldBytes: Int { get }

    /// Whether ``clockReached(_:)`` is to be called soon, whenever it was to be called next.
    var wantsClock: Bool { get }

    /// Takes what was read from the connection, without a copy if nothing is left over from before.
    ///
    /// - Parameter bytes: Left empty.
    mutating func receive(_ bytes: inout ByteBuffer)

    /// Decodes the next thing that the peer said.
    ///
    /// - Returns: `nil` until more is received, and for ever after the peer's end or an error.
    /// - Throws: ``WebSocketError`` once, when the peer breaks the protocol. The Close, if there is one, is then in the
    ///   output, and later input is discarded.
    mutating func nextEvent() throws(WebSocketError) -> WebSocketEvent?

    /// The bytes to write next, or `nil` if there are none.
    mutating func takeOutput() -> ByteBuffer?

    /// Queues a message. The caller answers for text being UTF-8.
    ///
    /// - Returns: `false` if the connection is closing; nothing is queued then.
    @discardableResult
    mutating func send(_ kind: MessageKind, _ payload: ByteBuffer) -> Bool

    /// Begins to close; no effect if closing has begun. Code and reason are dropped where ``closesWithReason`` is false.
    ///
    /// - Parameters:
    ///   - code: A code that may be sent, or `nil` for none.
    ///   - reason: At most 123 bytes of UTF-8; empty if there is no code.
    mutating func close(_ code: CloseCode?, reason: String)

    /// Ends the connection because of the peer: the Close, if there is one, is in the output; later input is discarded.
    mutating func fail(_ code: CloseCode, reason: String)

    /// Checks the time limits for a silent peer and for a peer that was asked to close.
    ///
    /// - Parameter now: The driver's monotonic clock, in nanoseconds.
    /// - Returns: When to look again, or that the connection is to be dropped.
    mutating func clockReached(_ now: Int64) -> ClosingHandshake.ClockAnswer
}

extension WebSocketSession {
    /// Closes with a text for the peer's application: as the reason of the Close, or as a last message where a Close has
    /// no reason.
    package mutating func close(_ code: CloseCode, telling text: String) {
        if !closesWithReason { send(.text, ByteBuffer(string: text)) }
        close(code, reason: closesWithReason ? text : "")
    }
}

extension WebSocketEndpoint: WebSocketSession {
    package var masksFrames: Bool { role.masksFrames }
    package var hasClosingHandshake: Bool { true }
    package var closesWithReason: Bool { true }
}

/// The end of the connection that this side is.
package enum WebSocketRole: Sendable, Hashable {
    case client
    case server

    /// Whether frames that this side sends are masked (RFC 6455 §5.1: the client's are, the server's are not).
    package var masksFrames: Bool { self == .client }

    /// The peer's role.
    var other: WebSocketRole { self == .client ? .server : .client }
}
