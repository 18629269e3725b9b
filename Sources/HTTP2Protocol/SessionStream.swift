import NIOCore

/// The state of one open stream of a connection (RFC 9113 §5.1), and what waits for the client's windows.
struct SessionStream {
    /// Content above which the stream counts as not writable, and below which it counts as writable again, in bytes.
    static let highWater = 256 << 10
    static let lowWater = 64 << 10

    /// Whether END_STREAM has arrived.
    var peerHasEnded = false
    /// Whether END_STREAM was sent.
    var hasEnded = false
    /// Content that arrived and that the client may not yet send again, in bytes.
    var ungrantedBytes = 0
    /// The part of it that is used.
    var usedBytes = 0

    /// The client's window for the stream, less the initial one; negative after content was sent.
    var windowOffset = 0
    /// Whether the stream is in the queue for the connection's window.
    var isQueued = false

    // Content that waits for a window, in order.
    private var waiting: [ByteBuffer] = []
    private var sentWaiting = 0
    private(set) var waitingBytes = 0
    /// Whether END_STREAM follows the content that waits.
    private(set) var endFollows = false
    /// Whether more content waits than a writable stream may have.
    private(set) var isBlocked = false

    init(peerHasEnded: Bool = false) {
        self.peerHasEnded = peerHasEnded
    }

    /// Whether content or the end waits for a window.
    var isWaiting: Bool { waitingBytes > 0 || endFollows }

    /// Adds content that must wait.
    mutating func wait(_ content: ByteBuffer, endsStream: Bool) {
        if content.readableBytes > 0 { waiting.append(content) }
        waitingBytes += content.readableBytes
        endFollows = endsStream
        if waitingBytes > Self.highWater { isBlocked = true }
    }

    /// Takes waiting content for one frame.
    ///
    /// - Parameter limit: Its maximum, in bytes, at least 1 if content waits.
    /// - Returns: The content, and whether the stream ends with it.
    mutating func next(_ limit: Int) -> (content: ByteBuffer, endsStream: Bool) {
        var content = ByteBuffer()
        if waitingBytes > 0 {
            let length = min(limit, waiting[sentWaiting].readableBytes)
            content = waiting[sentWaiting].readSlice(length: length) ?? content
            waitingBytes -= length
            if waiting[sentWaiting].readableBytes == 0 { removeFirst() }
        }
        let endsStream = endFollows && waitingBytes == 0
        if endsStream { endFollows = false }
        return (content, endsStream)
    }

    // Not `Array.removeFirst`, which moves all others.
    private mutating func removeFirst() {
        waiting[sentWaiting] = ByteBuffer()
        sentWaiting += 1
        guard sentWaiting == waiting.count || sentWaiting >= 64 && sentWaiting > waiting.count / 2 else { return }
        waiting.removeFirst(sentWaiting)
        sentWaiting = 0
    }

    /// - Returns: Whether the stream has become writable again.
    mutating func becameWritable() -> Bool {
        guard isBlocked, waitingBytes < Self.lowWater else { return false }
        isBlocked = false
        return true
    }
}
