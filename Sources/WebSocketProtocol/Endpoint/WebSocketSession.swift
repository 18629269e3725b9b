import NIOCore

/// One side of an open WebSocket, in any version of the protocol.
///
/// The driver passes input to ``receive(_:)``, calls ``nextEvent()`` until it returns `nil`, and writes the bytes of
/// ``takeOutput()``. Then ``fate`` says what to do with the TCP connection.
package protocol WebSocketSession {
    /// Whether messages may still be sent.
    var isOpen: Bool { get }

    /// What to do with the TCP connection once the output is written.
    var fate: ClosingHandshake.Fate { get }

    /// Whether this side masks its frames (RFC 6455 §5.3).
    var masksFrames: Bool { get }

    /// Whether a Close is answered by a Close. Otherwise each side just closes the TCP connection.
    var hasClosingHandshake: Bool { get }

    /// Whether a Close carries a code and a reason.
    var closesWithReason: Bool { get }

    /// Bytes in memory of an incomplete message.
    var heldBytes: Int { get }

    /// Whether to call ``clockReached(_:)`` soon, earlier than its last result says.
    var wantsClock: Bool { get }

    /// Takes input from the connection. Copies it only if earlier input is still unread.
    ///
    /// - Parameter bytes: Empty afterwards.
    mutating func receive(_ bytes: inout ByteBuffer)

    /// Decodes the next event.
    ///
    /// - Returns: `nil` until more input arrives, and always after the peer's close or an error.
    /// - Throws: ``WebSocketError`` once, when the peer violates the protocol. The output then contains the Close, if
    ///   the version has one, and later input is discarded.
    mutating func nextEvent() throws(WebSocketError) -> WebSocketEvent?

    /// The bytes to write next, or `nil` if nothing is queued.
    mutating func takeOutput() -> ByteBuffer?

    /// Queues a message. The caller ensures that text is UTF-8.
    ///
    /// - Returns: `false` if the connection is closing; nothing is queued then.
    @discardableResult
    mutating func send(_ kind: MessageKind, _ payload: ByteBuffer) -> Bool

    /// Begins to close; no effect if closing has begun. Ignores code and reason if ``closesWithReason`` is false.
    ///
    /// - Parameters:
    ///   - code: A code that may appear on the wire, or `nil` for none.
    ///   - reason: At most 123 bytes of UTF-8; empty if there is no code.
    mutating func close(_ code: CloseCode?, reason: String)

    /// Fails the connection: queues the Close, if the version has one, and discards later input.
    mutating func fail(_ code: CloseCode, reason: String)

    /// Checks the time limits for a silent peer and for a closing peer.
    ///
    /// - Parameter now: The driver's monotonic clock, in nanoseconds.
    /// - Returns: When to check again, or that the driver must drop the connection.
    mutating func clockReached(_ now: Int64) -> ClosingHandshake.ClockAnswer
}

/// A session that counts what it sends and receives, for the byte ledger.
package protocol CountingSession: WebSocketSession {
    /// Tally of all frames sent, including output that is not yet taken.
    var sent: FrameTally { get }

    /// Tally of all bytes passed to ``receive(_:)``, except those of an incomplete frame, which ``unfinishedBytes``
    /// counts.
    var received: FrameTally { get }

    /// Bytes received of an incomplete frame.
    var unfinishedBytes: Int { get }

    /// Looks at new input without taking it: a message at its beginning that can be read in place. If it is `nil`,
    /// ``receive(_:)`` takes the input.
    func wholeMessage(in input: UnsafeRawBufferPointer) -> WholeMessage?

    /// Takes the message that ``wholeMessage(in:)`` has found.
    mutating func take(_ message: WholeMessage)

    /// Where the session is in memory, as a hint for the processor: do not read it there, because it may move.
    mutating func place() -> UnsafeRawBufferPointer
}

extension CountingSession {
    package mutating func place() -> UnsafeRawBufferPointer {
        withUnsafeMutableBytes(of: &self) { UnsafeRawBufferPointer($0) }
    }
}

extension WebSocketSession {
    /// Closes with a notice for the peer's application: as the reason of the Close, or as a last message if the Close
    /// of the version has no reason.
    package mutating func close(_ code: CloseCode, notice: String) {
        if !closesWithReason { send(.text, ByteBuffer(string: notice)) }
        close(code, reason: closesWithReason ? notice : "")
    }
}

extension WebSocketEndpoint: CountingSession {
    package var masksFrames: Bool { role.masksFrames }
    package var hasClosingHandshake: Bool { true }
    package var closesWithReason: Bool { true }
}

/// The side of the connection.
package enum WebSocketRole: Sendable, Hashable {
    case client
    case server

    /// Whether this side masks its frames: the client does, the server does not (RFC 6455 §5.1).
    package var masksFrames: Bool { self == .client }

    /// The peer's role.
    var other: WebSocketRole { self == .client ? .server : .client }
}
