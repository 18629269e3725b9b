import NIOCore

/// A field block that is split into HEADERS and CONTINUATION frames (RFC 9113 §6.10).
struct BlockAssembly {
    /// CONTINUATION frames per block, so that a client cannot send small ones without end (CVE-2024-27316).
    static let maximumContinuations = 5

    /// Stream of the incomplete block; `nil` between blocks.
    private(set) var stream: Int?
    private var endsStream = false
    private var bytes = ByteBuffer()
    private var continuations = 0

    /// HEADERS without END_HEADERS.
    mutating func begin(_ fragment: ByteBuffer, stream: Int, endsStream: Bool) {
        self = Self()
        self.stream = stream
        self.endsStream = endsStream
        bytes.writeImmutableBuffer(fragment)
    }

    /// A CONTINUATION frame.
    ///
    /// - Returns: The whole block once it is complete, and whether its HEADERS ends the stream.
    /// - Throws: ``HTTP2Fault`` if there are too many.
    mutating func add(
        _ fragment: ByteBuffer, isLast: Bool
    ) throws(HTTP2Fault) -> (block: ByteBuffer, endsStream: Bool)? {
        continuations += 1
        if continuations > Self.maximumContinuations {
            throw HTTP2Fault(
                .enhanceYourCalm,
                "a field block has more than \(Self.maximumContinuations) CONTINUATION frames")
        }
        bytes.writeImmutableBuffer(fragment)
        guard isLast else { return nil }
        defer { self = Self() }
        return (bytes, endsStream)
    }
}

/// Streams that the server has reset recently: frames that the client sent before it knew are no violation.
struct RecentStreams {
    private static let most = 64
    private var numbers = CircularBuffer<Int>(initialCapacity: 0)

    mutating func add(_ stream: Int) {
        if numbers.count == Self.most { numbers.removeFirst() }
        numbers.append(stream)
    }

    /// Adds the client's streams between two others, without both.
    mutating func add(skippedBefore stream: Int, after last: Int) {
        let next = last + (last.isMultiple(of: 2) ? 1 : 2)
        for skipped in stride(from: max(next, stream - 2 * Self.most), to: stream, by: 2) { add(skipped) }
    }

    func has(_ stream: Int) -> Bool { numbers.contains(stream) }
}
