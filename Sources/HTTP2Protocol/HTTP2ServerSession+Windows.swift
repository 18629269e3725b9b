import NIOCore

/// SETTINGS, PING and the windows of flow control (RFC 9113 §5.2).
extension HTTP2ServerSession {
    mutating func settingsArrived(_ header: FrameHeader, _ payload: ByteBuffer) throws(HTTP2Fault) -> Event? {
        try requireConnection(header, "SETTINGS")
        if header.has(FrameHeader.Flag.acknowledge) {
            try requireLength(0, header, "an acknowledgement of SETTINGS")
            isAcknowledged = true
            return nil
        }
        if !header.length.isMultiple(of: 6) {
            throw HTTP2Fault(.frameSizeError, "SETTINGS has \(header.length) B of payload, not a multiple of 6 B")
        }
        hasSettings = true
        let before = peer
        try peer.apply(payload)
        if peer.headerTableBytes != before.headerTableBytes { encoder.allowTable(bytes: peer.headerTableBytes) }
        write(FrameHeader(length: 0, kind: FrameHeader.Kind.settings, flags: FrameHeader.Flag.acknowledge, stream: 0))
        if peer.initialWindow > before.initialWindow { try windowsGrew() }
        return nil
    }

    // RFC 9113 §6.9.2: the change applies to the windows of all open streams.
    private mutating func windowsGrew() throws(HTTP2Fault) {
        if peer.initialWindow + largestOffset > FrameHeader.maximum31Bits {
            largestOffset = streams.values.reduce(0) { max($0, $1.windowOffset) }
            if peer.initialWindow + largestOffset > FrameHeader.maximum31Bits {
                throw HTTP2Fault(.flowControlError, "INITIAL_WINDOW_SIZE makes a window larger than 2147483647 B")
            }
        }
        let waiting = streams.filter { $0.value.isWaiting && !$0.value.isQueued }.keys
        for number in waiting.sorted() { enqueue(number) }
        sendWaiting()
    }

    mutating func pingArrived(_ header: FrameHeader, _ payload: ByteBuffer) throws(HTTP2Fault) -> Event? {
        try requireConnection(header, "PING")
        try requireLength(8, header, "PING")
        if header.has(FrameHeader.Flag.acknowledge) { return nil }
        write(FrameHeader(length: 8, kind: FrameHeader.Kind.ping, flags: FrameHeader.Flag.acknowledge, stream: 0))
        output.writeImmutableBuffer(payload)
        return nil
    }

    // MARK: The client's windows

    mutating func windowUpdateArrived(_ header: FrameHeader, _ payload: ByteBuffer) throws(HTTP2Fault) -> Event? {
        try requireLength(4, header, "WINDOW_UPDATE")
        let value = payload.getInteger(at: payload.readerIndex, as: UInt32.self) ?? 0
        let increment = Int(value) & FrameHeader.maximum31Bits
        if header.stream == 0 {
            if increment == 0 { throw HTTP2Fault(.protocolError, "WINDOW_UPDATE has an increment of 0") }
            sendWindow += increment
            if sendWindow > FrameHeader.maximum31Bits {
                throw HTTP2Fault(.flowControlError, "the connection's window exceeds 2147483647 B")
            }
            sendWaiting()
            return nil
        }
        try requireNotIdle(header, "WINDOW_UPDATE")
        // The stream may have ended meanwhile.
        guard let stream = streams[header.stream] else { return nil }
        if increment == 0 { return try violated(header.stream, .protocolError) }
        let offset = stream.windowOffset + increment
        if peer.initialWindow + offset > FrameHeader.maximum31Bits {
            return try violated(header.stream, .flowControlError)
        }
        streams[header.stream]?.windowOffset = offset
        largestOffset = max(largestOffset, offset)
        if stream.isWaiting, !stream.isQueued {
            enqueue(header.stream)
            sendWaiting()
        }
        return nil
    }

    // MARK: Our windows

    /// Content of a stream is used, so that the client may send as much again. It is told so for half a window at once.
    package mutating func used(_ bytes: Int, on number: Int) {
        guard var stream = streams[number], !stream.peerHasEnded else { return }
        stream.usedBytes += bytes
        if stream.usedBytes > Self.receiveWindow / 2 {
            writeWindowUpdate(stream.usedBytes, stream: number)
            stream.ungrantedBytes -= stream.usedBytes
            stream.usedBytes = 0
        }
        streams[number] = stream
    }

    // The connection's window does not wait until content is used: one slow stream must not stop the others.
    mutating func grantConnectionWindow() {
        guard ungrantedBytes > Self.receiveWindow / 2 else { return }
        writeWindowUpdate(ungrantedBytes, stream: 0)
        ungrantedBytes = 0
    }

    private mutating func writeWindowUpdate(_ increment: Int, stream: Int) {
        write(FrameHeader(length: 4, kind: FrameHeader.Kind.windowUpdate, stream: stream))
        output.writeInteger(UInt32(increment))
    }
}
