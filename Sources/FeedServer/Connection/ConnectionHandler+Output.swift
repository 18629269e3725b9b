import ConnectionEnds
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
    var isOpen: Bool { stream.map(\.isOpen) ?? (context != nil) }

    /// Whether the client takes bytes as fast as they are written; a client that does not read falls behind.
    var isWritable: Bool {
        // A live client's delivery ends here, without touching the channel's memory.
        if socket >= 0, channelWrites == 0 { return true }
        return stream.map(\.isWritable) ?? context?.channel.isWritable ?? false
    }

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

    /// Writes to the socket itself, which costs a fraction of a write through the channel. What the socket does not
    /// take goes through the channel, and so does everything until the channel has written it.
    private func sendNow(_ bytes: ByteBuffer) {
        if socket >= 0, channelWrites == 0 {
            let taken = bytes.withUnsafeReadableBytes { Descriptor.send($0, to: socket) } ?? 0
            if taken < bytes.readableBytes { sendRest(of: bytes, after: taken) }
        } else if socket >= 0 {
            sendRest(of: bytes, after: 0)
        } else {
            context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
    }

    // Also after an error of the socket: the channel gets the same one, and closes.
    private func sendRest(of bytes: ByteBuffer, after taken: Int) {
        guard let context else { return }
        var rest = bytes
        rest.moveReaderIndex(forwardBy: taken)
        channelWrites += 1
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolatedUnsafeUnchecked().whenComplete { _ in self.channelWrites -= 1 }
        context.writeAndFlush(wrapOutboundOut(rest), promise: written)
    }

    /// Whether bytes are read from the peer.
    func setReading(_ isOn: Bool) {
        if let stream { stream.setReading(isOn) } else { _ = context?.channel.setOption(.autoRead, value: isOn) }
    }

    /// Closes our half.
    func closeOutput() {
        if let stream { return stream.closeOutput() }
        sendCollected()
        context?.close(mode: .output, promise: nil)
    }

    /// Closes both halves once everything is written.
    func closeOnceWritten() {
        // A stream sends its end after what was written.
        if let stream { return stream.close() }
        sendCollected()
        guard let context else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolatedUnsafeUnchecked().whenComplete { _ in self.closeNow() }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    func closeNow(orderly: Bool = true) {
        if let stream { return stream.close() }
        sendCollected()
        readKernel(orderly: orderly)
        if let wireEnd { wireEnd.close() } else { context?.close(promise: nil) }
    }
}

/// Events of an HTTP/2 stream, which has no channel.
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
    }

    /// The client has ended its half of a WebSocket.
    func peerEnded() {
        carryOut(life.peerEnded(at: MonotonicClock.now()))
    }

    func streamWritabilityChanged() {
        writabilityChanged()
        if isWritable { itemPublished() }
    }

    /// The stream has ended.
    func streamEnded() {
        gone()
        loop.streamClosed(self)
        if let stream { tap?.streamEnded(stream.number) }
    }
}
