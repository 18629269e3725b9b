import Measurement

/// Limits per HTTP/2 connection, in addition to that of open streams: those that HTTP/2 servers have since
/// CVE-2023-44487 (rapid reset) and CVE-2025-8671 (resets that the client provokes).
///
/// Requests per connection are not limited: a polling client of the lab keeps one connection for the whole run.
struct ConnectionBudget: Sendable {
    /// What the driver does with bytes from the client.
    enum Input: Sendable, Equatable {
        case take
        /// The connection has ended for the client; its bytes are ignored.
        case discard
        /// The client sent too much after the end: stop reading.
        case stopReading
    }

    /// Period in which resets are counted.
    static let resetWindow = Duration.seconds(30)
    /// Resets per period, in addition to one for each stream of the highest number open at once: all clients of a load
    /// generator may share a connection and reset their streams together.
    static let allowedResets = 1_000
    /// Bytes that are read and discarded after the end, so that the client can still read the GOAWAY.
    static let maximumDiscardedBytes = 256 << 10

    /// Open streams.
    private(set) var streams = 0
    private var mostStreams = 0
    private var resets = 0
    private var windowEnd = MonotonicInstant(nanoseconds: .min)
    private var isOver = false
    private var discarded = 0

    private let maximumStreams: Int

    /// - Parameter maximumStreams: Streams that may be open at once.
    init(maximumStreams: Int) {
        self.maximumStreams = maximumStreams
    }

    /// The client opens a stream.
    ///
    /// - Returns: Whether the stream is within the limit; otherwise it does not count as open: refuse it with
    ///   REFUSED_STREAM. A client may exceed the limit before it has read the server's SETTINGS.
    mutating func streamOpened() -> Bool {
        if streams >= maximumStreams { return false }
        streams += 1
        mostStreams = max(mostStreams, streams)
        return true
    }

    mutating func streamClosed() {
        streams -= 1
    }

    /// A stream was reset, by the client or because of what it sent.
    ///
    /// - Returns: Whether the connection may continue; otherwise end it with ENHANCE_YOUR_CALM.
    mutating func streamWasReset(at now: MonotonicInstant) -> Bool {
        if now >= windowEnd {
            resets = 0
            windowEnd = now + Self.resetWindow
        }
        resets += 1
        return resets <= Self.allowedResets + mostStreams
    }

    /// GOAWAY was sent because the client broke the protocol or a limit.
    mutating func errorGoAwaySent() {
        isOver = true
    }

    /// This many bytes arrived from the client.
    mutating func arrived(_ bytes: Int) -> Input {
        guard isOver else { return .take }
        discarded += bytes
        return discarded > Self.maximumDiscardedBytes ? .stopReading : .discard
    }
}
