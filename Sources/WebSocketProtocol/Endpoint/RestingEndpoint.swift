import NIOCore

/// A server's side of a WebSocket that is idle most of the time. Between the client's frames it keeps only what the
/// next one needs: a fifth of the memory of a ``WebSocketEndpoint``, with the same behavior.
struct RestingEndpoint: WebSocketSession {
    private let limits: WebSocketLimits
    // Without an endpoint. Otherwise it is the endpoint's.
    private var keepAlive: KeepAlive?
    // The endpoint, or nothing at rest. An array because it takes 8 B at rest, and a struct in it is changed in place.
    private var work: [WebSocketEndpoint] = []

    /// - Parameters:
    ///   - limits: Size and time limits for the client.
    ///   - keepAlive: When to send a Ping to a silent client, and when to drop it; `nil` for never.
    init(limits: WebSocketLimits, keepAlive: KeepAlive?) {
        self.limits = limits
        self.keepAlive = keepAlive
    }

    /// Whether nothing is under way.
    var rests: Bool { work.isEmpty }

    private mutating func wake() {
        if work.isEmpty { work = [WebSocketEndpoint(role: .server, limits: limits, keepAlive: keepAlive)] }
    }

    private mutating func rest() {
        guard !work.isEmpty, work[0].isAtRest else { return }
        keepAlive = work[0].keepAlive
        work = []
    }

    // MARK: WebSocketSession

    var isOpen: Bool { work.isEmpty ? true : work[0].isOpen }
    var fate: ClosingHandshake.Fate { work.isEmpty ? .keep : work[0].fate }
    var masksFrames: Bool { false }
    var hasClosingHandshake: Bool { true }
    var closesWithReason: Bool { true }
    var heldBytes: Int { work.isEmpty ? 0 : work[0].heldBytes }
    var wantsClock: Bool { work.isEmpty ? false : work[0].wantsClock }

    mutating func receive(_ bytes: inout ByteBuffer) {
        wake()
        work[0].receive(&bytes)
    }

    mutating func nextEvent() throws(WebSocketError) -> WebSocketEvent? {
        work.isEmpty ? nil : try work[0].nextEvent()
    }

    mutating func takeOutput() -> ByteBuffer? {
        if work.isEmpty { return nil }
        let output = work[0].takeOutput()
        rest()
        return output
    }

    mutating func send(_ kind: MessageKind, _ payload: ByteBuffer) -> Bool {
        wake()
        return work[0].send(kind, payload)
    }

    mutating func close(_ code: CloseCode?, reason: String) {
        wake()
        work[0].close(code, reason: reason)
    }

    mutating func fail(_ code: CloseCode, reason: String) {
        wake()
        work[0].fail(code, reason: reason)
    }

    mutating func clockReached(_ now: Int64) -> ClosingHandshake.ClockAnswer {
        guard work.isEmpty else { return work[0].clockReached(now) }
        guard var silence = keepAlive else { return .idle }
        if case .wait(let until) = silence.clockReached(now) {
            keepAlive = silence
            return .wait(until: until)
        }
        wake()
        return work[0].clockReached(now)
    }
}
