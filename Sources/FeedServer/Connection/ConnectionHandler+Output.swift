import HTTP
import Host
import Measurement
import NIOCore
import Transports

/// What the connection writes: to its socket, or to a stream of an HTTP/2 connection.
extension ConnectionHandler {
    /// Bytes of one turn that are collected at most before they are sent.
    private static let maximumCollected = 64 << 10

    /// Whether there is a peer to write to.
    var isOpen: Bool { stream.map(\.isOpen) ?? (wire != nil) }

    /// Whether the client takes bytes as fast as they are written; a client that does not read falls behind.
    var isWritable: Bool { wire?.isWritable ?? stream?.isWritable ?? false }

    /// Output that the client has not taken.
    var unwrittenBytes: Int { wire?.unwrittenBytes ?? stream?.unwrittenBytes ?? 0 }

    /// Sends bytes: now, or with the other answers to the bytes that were read together. With TLS, bytes that are sent
    /// together are one record.
    func send(_ bytes: ByteBuffer, _ more: ByteBuffer? = nil) {
        if let stream {
            stream.write(bytes)
            if let more { stream.write(more) }
            return stream.flush()
        }
        if !isCollecting, more == nil { return sendNow(bytes) }
        collect(bytes)
        if let more { collect(more) }
        if !isCollecting || collected.readableBytes >= Self.maximumCollected { sendCollected() }
    }

    private func collect(_ bytes: ByteBuffer) {
        if collected.readableBytes == 0 {
            collected = bytes
        } else {
            collected.writeImmutableBuffer(bytes)
        }
    }

    /// Sends what was collected; must be called before the connection ends.
    func sendCollected() {
        if collected.readableBytes == 0 { return }
        let bytes = collected
        collected = ByteBuffer()
        sendNow(bytes)
    }

    private func sendNow(_ bytes: ByteBuffer) {
        tap?.sent(bytes)
        wire?.send(bytes)
    }

    /// Whether bytes are read from the peer.
    func setReading(_ isOn: Bool) {
        if let stream { stream.setReading(isOn) } else { wire?.setReading(isOn) }
    }

    /// Closes our half.
    func closeOutput() {
        if let stream { return stream.closeOutput() }
        sendCollected()
        wire?.closeOutput()
    }

    /// Closes both halves once everything is written.
    func closeOnceWritten() {
        // A stream sends its end after what was written.
        if let stream { return stream.close() }
        sendCollected()
        wire?.closeOnceWritten()
    }

    func closeNow(isOrderly: Bool = true) {
        if let stream { return stream.close() }
        leaveLive()
        sendCollected()
        wire?.closeNow(isOrderly: isOrderly)
    }
}

/// Events of an HTTP/2 stream, which has no wire.
extension ConnectionHandler {
    func requestArrived(_ head: RequestHead) {
        feed.counters.requests += 1
        serve(head)
        limitsChanged()
    }

    /// The request is not one that HTTP allows.
    func requestRefused(_ fault: RequestFault, withBody: Bool) {
        refuse(fault, withBody: withBody)
    }

    /// Content of the request, as HTTP/1.1 sends it, or bytes of a WebSocket.
    func contentArrived(_ bytes: ByteBuffer) {
        reader.received(bytes)
        process()
        reader.keepOwnBytes()
    }

    /// The client has ended its half of a WebSocket.
    func peerEnded() {
        carryOut(life.peerEnded(at: MonotonicClock.now()))
    }

    /// The stream has ended.
    func streamEnded() {
        gone()
        loop.streamClosed(self)
        if let stream { tap?.streamEnded(stream.number) }
    }
}
