import HTTP
import NIOCore

/// The server's end of one HTTP/2 connection (RFC 9113): frames in, events and frames out.
///
/// It checks every frame, keeps the states and the windows of the streams, and answers SETTINGS and PING. What the
/// streams mean is decided above it. The driver passes on the bytes that arrive, takes the events one by one, and
/// writes ``output``.
///
/// It cannot be copied: a copy per access cost a delivery 1 µs.
package struct HTTP2ServerSession: ~Copyable {
    package enum Event {
        /// A field block: that of a request if it opens the stream, else its trailers.
        case fields(stream: Int, FieldBlock, endsStream: Bool, opensStream: Bool)
        /// Content. Once it is used, ``used(_:on:)`` lets the client send more.
        case content(stream: Int, ByteBuffer, endsStream: Bool)
        /// A stream was reset, by the client or because of a frame of it. Its end follows as ``ended(stream:)``.
        case reset
        /// Both sides of the stream have ended. Nothing can be sent on it.
        case ended(stream: Int)
        /// The stream can be written to again.
        case writable(stream: Int)
        /// The client broke the protocol. GOAWAY is in the output, and the connection must close (RFC 9113 §5.4.1).
        case failed(HTTP2Fault)
    }

    /// What the client may do, for its SETTINGS.
    package struct Limits: Sendable {
        /// Streams that the client may have open at once.
        package var streams: Int
        /// All fields of a request together, in bytes (RFC 9113 §6.5.2).
        package var fieldBytes = 16 << 10

        package init(streams: Int) {
            self.streams = streams
        }
    }

    /// Our window for each stream and for the connection (RFC 9113 §6.9.2).
    static let receiveWindow = 65_535
    /// Violations of single streams per connection; more end the connection.
    static let allowedGlitches = 200

    /// Bytes for the client. The driver takes them with ``takeOutput()``.
    var output = ByteBuffer()
    var reader = FrameReader()
    var decoder: FieldBlockDecoder
    var encoder = FieldBlockEncoder()
    var peer = PeerSettings()
    var streams: [Int: SessionStream] = [:]
    /// The highest stream that the client has opened.
    var newestStream = 0
    var hasSettings = false
    /// Whether the client has acknowledged our SETTINGS.
    var isAcknowledged = false
    /// Whether a fault has ended the connection; further bytes are ignored.
    var hasFailed = false
    var block = BlockAssembly()
    var emptyDataFrames = 0
    var glitches = 0
    var lateStreams = RecentStreams()
    /// Streams that the client can no longer open, because it has opened a later one.
    var skippedStreams = RecentStreams()

    // Flow control.
    /// What the server may send on all streams together, in bytes.
    var sendWindow = 65_535
    /// Content that arrived on all streams and that the client may not yet send again, in bytes.
    var ungrantedBytes = 0
    /// The largest surplus that the window of any stream ever had.
    var largestOffset = 0
    /// Streams that wait for the connection's window, in order.
    var windowQueue = CircularBuffer<Int>(initialCapacity: 0)
    // Events that follow from what was sent, or from one frame.
    var events = CircularBuffer<Event>(initialCapacity: 0)

    /// The session of a connection; its output begins with the server's SETTINGS.
    package init(_ limits: Limits) {
        decoder = FieldBlockDecoder(maximumListBytes: limits.fieldBytes)
        // MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE, ENABLE_CONNECT_PROTOCOL (RFC 8441 §3).
        let settings: [(parameter: UInt16, value: Int)] = [(3, limits.streams), (6, limits.fieldBytes), (8, 1)]
        write(FrameHeader(length: settings.count * 6, kind: FrameHeader.Kind.settings, stream: 0))
        for (parameter, value) in settings {
            output.writeInteger(parameter)
            output.writeInteger(UInt32(clamping: value))
        }
    }

    /// Whether ``next()`` has an event without further bytes from the client.
    package var hasEvents: Bool { !events.isEmpty }

    /// Bytes that wait to be written.
    package var outputBytes: Int { output.readableBytes }

    /// Takes the bytes that wait to be written.
    package mutating func takeOutput() -> ByteBuffer {
        defer { output = ByteBuffer() }
        return output
    }

    /// Bytes from the client, split at any point; then take the events.
    package mutating func received(_ bytes: ByteBuffer) {
        if !hasFailed { reader.received(bytes) }
    }

    /// The next event; `nil` while bytes are missing.
    package mutating func next() -> Event? {
        while true {
            if let event = events.popFirst() { return event }
            if hasFailed { return nil }
            do throws(HTTP2Fault) {
                guard let (header, payload) = try reader.next() else { return nil }
                if let event = try take(header, payload) { return event }
            } catch {
                return fail(error)
            }
        }
    }

    /// Ends the connection because the client exceeds a limit of the driver.
    package mutating func exceeded(_ limit: String) -> Event {
        fail(HTTP2Fault(.enhanceYourCalm, limit))
    }

    /// No new stream is wanted; the open ones continue (RFC 9113 §6.8).
    package mutating func announceEnd() {
        writeGoAway(lastStream: FrameHeader.maximum31Bits, .noError)
    }

    private mutating func fail(_ fault: HTTP2Fault) -> Event {
        hasFailed = true
        reader = FrameReader()
        block = BlockAssembly()
        events.removeAll()
        streams.removeAll()
        windowQueue.removeAll()
        writeGoAway(lastStream: newestStream, fault.code)
        return .failed(fault)
    }

    private mutating func writeGoAway(lastStream: Int, _ code: HTTP2ErrorCode) {
        write(FrameHeader(length: 8, kind: FrameHeader.Kind.goAway, stream: 0))
        output.writeInteger(UInt32(lastStream))
        output.writeInteger(code.rawValue)
    }

    mutating func write(_ header: FrameHeader) {
        if output.writableBytes < FrameHeader.bytes { output.reserveCapacity(minimumWritableBytes: 512) }
        header.write(into: &output)
    }
}
