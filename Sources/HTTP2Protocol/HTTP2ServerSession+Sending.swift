import HTTP
import NIOCore

/// What the server sends on streams. Nothing is sent on a stream that has ended.
extension HTTP2ServerSession {
    /// Whether the stream has not ended.
    package func hasStream(_ number: Int) -> Bool { streams[number] != nil }

    /// Whether nothing was sent yet that ends our side of the stream.
    package func isOpen(_ number: Int) -> Bool {
        streams[number].map { !$0.hasEnded && !$0.endFollows } ?? false
    }

    /// Whether the client takes what is sent on the stream. Otherwise ``Event/writable(stream:)`` follows.
    package func isWritable(_ number: Int) -> Bool { streams[number].map { !$0.isBlocked } ?? false }

    /// Content that waits for the client's windows, in bytes.
    package func waitingBytes(_ number: Int) -> Int { streams[number]?.waitingBytes ?? 0 }

    /// Sends the headers of a response.
    package mutating func send(_ head: HTTP2Head, on number: Int, endsStream: Bool) {
        guard isOpen(number) else { return }
        var rest = encoder.encode(head)
        let limit = min(peer.maximumPayload, FrameHeader.defaultMaximumPayload)
        var kind = FrameHeader.Kind.headers
        var flags = endsStream ? FrameHeader.Flag.endStream : 0
        repeat {
            let fragment = rest.readSlice(length: min(limit, rest.readableBytes)) ?? ByteBuffer()
            if rest.readableBytes == 0 { flags |= FrameHeader.Flag.endHeaders }
            write(FrameHeader(length: fragment.readableBytes, kind: kind, flags: flags, stream: number))
            output.writeImmutableBuffer(fragment)
            (kind, flags) = (FrameHeader.Kind.continuation, 0)
        } while rest.readableBytes > 0
        if endsStream { sideEnded(number) }
    }

    /// Sends content, as far as the client's windows allow; the rest follows when they do.
    package mutating func send(_ content: ByteBuffer, on number: Int, endsStream: Bool) {
        guard let stream = streams[number], !stream.hasEnded, !stream.endFollows else { return }
        let window = min(sendWindow, peer.initialWindow + stream.windowOffset)
        if !stream.isWaiting, content.readableBytes <= min(max(0, window), FrameHeader.defaultMaximumPayload) {
            // Usually everything fits into one frame.
            sendWindow -= content.readableBytes
            streams[number]?.windowOffset -= content.readableBytes
            return writeData(content, on: number, endsStream: endsStream)
        }
        streams[number]?.wait(content, endsStream: endsStream)
        if !stream.isQueued { enqueue(number) }
        sendWaiting()
    }

    /// Resets a stream. ``Event/ended(stream:)`` follows.
    package mutating func reset(_ number: Int, _ code: UInt32) {
        guard streams[number] != nil else { return }
        writeReset(number, code)
        lateStreams.add(number)
        end(number)
    }

    mutating func writeReset(_ number: Int, _ code: UInt32) {
        write(FrameHeader(length: 4, kind: FrameHeader.Kind.resetStream, stream: number))
        output.writeInteger(code)
    }

    // MARK: Content that waits for windows

    mutating func enqueue(_ number: Int) {
        streams[number]?.isQueued = true
        windowQueue.append(number)
    }

    /// Sends what waits, one frame per stream in turn, as far as the windows allow.
    mutating func sendWaiting() {
        var left = windowQueue.count
        while left > 0, let number = windowQueue.popFirst() {
            left -= 1
            guard let stream = streams[number] else { continue }
            let window = peer.initialWindow + stream.windowOffset
            if stream.waitingBytes > 0, window <= 0 {
                // Queued again by the stream's next WINDOW_UPDATE.
                streams[number]?.isQueued = false
            } else if stream.waitingBytes > 0, sendWindow <= 0 {
                windowQueue.append(number)
            } else if sendNext(min(window, sendWindow, FrameHeader.defaultMaximumPayload), on: number) {
                windowQueue.append(number)
                left += 1
            }
        }
    }

    /// - Returns: Whether more waits on the stream.
    private mutating func sendNext(_ limit: Int, on number: Int) -> Bool {
        // Taken out, so that what waits is not copied.
        guard var stream = streams.removeValue(forKey: number) else { return false }
        let (content, endsStream) = stream.next(limit)
        sendWindow -= content.readableBytes
        stream.windowOffset -= content.readableBytes
        stream.isQueued = stream.isWaiting
        if stream.becameWritable() { events.append(.writable(stream: number)) }
        streams[number] = stream
        writeData(content, on: number, endsStream: endsStream)
        return stream.isQueued
    }

    private mutating func writeData(_ content: ByteBuffer, on number: Int, endsStream: Bool) {
        let flags = endsStream ? FrameHeader.Flag.endStream : 0
        output.reserveCapacity(minimumWritableBytes: FrameHeader.bytes + content.readableBytes)
        write(
            FrameHeader(length: content.readableBytes, kind: FrameHeader.Kind.data, flags: flags, stream: number))
        output.writeImmutableBuffer(content)
        if endsStream { sideEnded(number) }
    }

    // MARK: Ends

    // Our side has ended.
    private mutating func sideEnded(_ number: Int) {
        guard let stream = streams[number] else { return }
        if stream.peerHasEnded { return end(number) }
        streams[number]?.hasEnded = true
    }

    mutating func end(_ number: Int) {
        streams[number] = nil
        events.append(.ended(stream: number))
    }
}
