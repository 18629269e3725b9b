import NIOCore

/// Frames that arrive. Each function returns the event that its frame is, if any.
extension HTTP2ServerSession {
    mutating func take(_ header: FrameHeader, _ payload: ByteBuffer) throws(HTTP2Fault) -> Event? {
        if !hasSettings, header.kind != FrameHeader.Kind.settings || header.has(FrameHeader.Flag.acknowledge) {
            throw HTTP2Fault(.protocolError, "the first frame is not SETTINGS")
        }
        if let stream = block.stream, header.kind != FrameHeader.Kind.continuation || header.stream != stream {
            throw HTTP2Fault(.protocolError, "a field block is interrupted by another frame")
        }
        switch header.kind {
        case FrameHeader.Kind.data: return try dataArrived(header, payload)
        case FrameHeader.Kind.headers: return try headersArrived(header, payload)
        case FrameHeader.Kind.priority: return try priorityArrived(header)
        case FrameHeader.Kind.resetStream: return try resetArrived(header, payload)
        case FrameHeader.Kind.settings: return try settingsArrived(header, payload)
        case FrameHeader.Kind.pushPromise: throw HTTP2Fault(.protocolError, "a client must not send PUSH_PROMISE")
        case FrameHeader.Kind.ping: return try pingArrived(header, payload)
        case FrameHeader.Kind.goAway: return try goAwayArrived(header)
        case FrameHeader.Kind.windowUpdate: return try windowUpdateArrived(header, payload)
        case FrameHeader.Kind.continuation: return try continuationArrived(header, payload)
        // RFC 9113 §4.1: frames of unknown types are ignored.
        default: return nil
        }
    }

    // MARK: DATA

    private mutating func dataArrived(_ header: FrameHeader, _ payload: ByteBuffer) throws(HTTP2Fault) -> Event? {
        try requireStream(header, "DATA")
        let content = try withoutPadding(header, payload)
        ungrantedBytes += header.length
        if ungrantedBytes > Self.receiveWindow {
            throw HTTP2Fault(.flowControlError, "DATA exceeds the connection's window of \(Self.receiveWindow) B")
        }
        grantConnectionWindow()
        let endsStream = header.has(FrameHeader.Flag.endStream)
        if content.readableBytes == 0 { emptyDataFrames += 1 }
        if endsStream { emptyDataFrames = 0 }
        if emptyDataFrames > 1 { throw HTTP2Fault(.enhanceYourCalm, "two DATA frames in a row are empty") }
        guard var stream = streams[header.stream] else { return try lateFrameArrived(on: header.stream) }
        if stream.peerHasEnded { return try violated(header.stream, .streamClosed) }
        stream.ungrantedBytes += header.length
        if stream.ungrantedBytes > Self.receiveWindow { return try violated(header.stream, .flowControlError) }
        stream.peerHasEnded = endsStream
        streams[header.stream] = stream
        // Padding is not passed on, so it is used now.
        let paddingBytes = header.length - content.readableBytes
        if paddingBytes > 0 { used(paddingBytes, on: header.stream) }
        if endsStream, stream.hasEnded { end(header.stream) }
        return .content(stream: header.stream, content, endsStream: endsStream)
    }

    // MARK: HEADERS and CONTINUATION

    private mutating func headersArrived(_ header: FrameHeader, _ payload: ByteBuffer) throws(HTTP2Fault) -> Event? {
        try requireStream(header, "HEADERS")
        if header.stream.isMultiple(of: 2) {
            throw HTTP2Fault(.protocolError, "a client's stream has the even number \(header.stream)")
        }
        var fragment = try withoutPadding(header, payload)
        // The deprecated priority (RFC 9113 §5.3.2) is ignored.
        if header.has(FrameHeader.Flag.priority), fragment.readSlice(length: 5) == nil {
            throw HTTP2Fault(.frameSizeError, "HEADERS is too short for its priority")
        }
        emptyDataFrames = 0
        let endsStream = header.has(FrameHeader.Flag.endStream)
        if header.has(FrameHeader.Flag.endHeaders) {
            return try blockArrived(fragment, stream: header.stream, endsStream: endsStream)
        }
        block.begin(fragment, stream: header.stream, endsStream: endsStream)
        return nil
    }

    private mutating func continuationArrived(
        _ header: FrameHeader, _ payload: ByteBuffer
    ) throws(HTTP2Fault) -> Event? {
        guard block.stream == header.stream else {
            throw HTTP2Fault(.protocolError, "CONTINUATION follows no incomplete field block")
        }
        let isLast = header.has(FrameHeader.Flag.endHeaders)
        guard let whole = try block.add(payload, isLast: isLast) else { return nil }
        return try blockArrived(whole.block, stream: header.stream, endsStream: whole.endsStream)
    }

    private mutating func blockArrived(
        _ bytes: ByteBuffer, stream number: Int, endsStream: Bool
    ) throws(HTTP2Fault) -> Event? {
        // Always decoded: later blocks refer to it.
        let fields = try decoder.decode(bytes)
        let opensStream = number > newestStream
        if opensStream {
            skippedStreams.add(skippedBefore: number, after: newestStream)
            newestStream = number
            streams[number] = SessionStream(peerHasEnded: endsStream)
            // RFC 8441 §3: not before the client has seen that the server allows it.
            if !isAcknowledged, fields.fields.contains(where: { $0.name == ":protocol" }) {
                return try violated(number, .protocolError)
            }
        } else {
            guard let stream = streams[number] else {
                if skippedStreams.has(number) {
                    throw HTTP2Fault(.protocolError, "stream \(number) is opened after stream \(newestStream)")
                }
                return try lateFrameArrived(on: number)
            }
            if stream.peerHasEnded { return try violated(number, .streamClosed) }
            streams[number]?.peerHasEnded = endsStream
            if endsStream, stream.hasEnded { end(number) }
        }
        return .fields(stream: number, fields, endsStream: endsStream, opensStream: opensStream)
    }

    // MARK: PRIORITY, RST_STREAM and GOAWAY

    private mutating func priorityArrived(_ header: FrameHeader) throws(HTTP2Fault) -> Event? {
        try requireStream(header, "PRIORITY")
        if header.length != 5 {
            throw HTTP2Fault(.frameSizeError, "PRIORITY has \(header.length) B of payload; it must have 5 B")
        }
        return nil
    }

    private mutating func resetArrived(_ header: FrameHeader, _ payload: ByteBuffer) throws(HTTP2Fault) -> Event? {
        try requireStream(header, "RST_STREAM")
        try requireLength(4, header, "RST_STREAM")
        try requireNotIdle(header, "RST_STREAM")
        guard streams[header.stream] != nil else { return nil }
        end(header.stream)
        return .reset
    }

    private mutating func goAwayArrived(_ header: FrameHeader) throws(HTTP2Fault) -> Event? {
        try requireConnection(header, "GOAWAY")
        if header.length < 8 { throw HTTP2Fault(.frameSizeError, "GOAWAY has less than 8 B of payload") }
        // The client closes the connection when its streams have ended.
        return nil
    }

    // MARK: Violations of one stream

    /// A frame for a stream that has ended.
    private mutating func lateFrameArrived(on number: Int) throws(HTTP2Fault) -> Event? {
        if number > newestStream {
            throw HTTP2Fault(.protocolError, "a frame belongs to stream \(number), which was never opened")
        }
        if lateStreams.has(number) { return nil }
        try countGlitch()
        writeReset(number, HTTP2ErrorCode.streamClosed.rawValue)
        lateStreams.add(number)
        return nil
    }

    /// Resets an open stream because of what the client sent on it.
    mutating func violated(_ number: Int, _ code: HTTP2ErrorCode) throws(HTTP2Fault) -> Event? {
        try countGlitch()
        writeReset(number, code.rawValue)
        lateStreams.add(number)
        end(number)
        return .reset
    }

    private mutating func countGlitch() throws(HTTP2Fault) {
        glitches += 1
        if glitches > Self.allowedGlitches {
            throw HTTP2Fault(.enhanceYourCalm, "more than \(Self.allowedGlitches) streams were violated")
        }
    }

    // MARK: Common checks

    func requireStream(_ header: FrameHeader, _ frame: String) throws(HTTP2Fault) {
        if header.stream == 0 { throw HTTP2Fault(.protocolError, "\(frame) belongs to no stream") }
    }

    func requireConnection(_ header: FrameHeader, _ frame: String) throws(HTTP2Fault) {
        if header.stream != 0 { throw HTTP2Fault(.protocolError, "\(frame) belongs to a stream") }
    }

    func requireLength(_ length: Int, _ header: FrameHeader, _ frame: String) throws(HTTP2Fault) {
        if header.length != length {
            throw HTTP2Fault(
                .frameSizeError, "\(frame) has \(header.length) B of payload; it must have \(length) B")
        }
    }

    func requireNotIdle(_ header: FrameHeader, _ frame: String) throws(HTTP2Fault) {
        if header.stream > newestStream || header.stream.isMultiple(of: 2) {
            throw HTTP2Fault(
                .protocolError, "\(frame) belongs to stream \(header.stream), which was never opened")
        }
    }

    private func withoutPadding(_ header: FrameHeader, _ payload: ByteBuffer) throws(HTTP2Fault) -> ByteBuffer {
        guard header.has(FrameHeader.Flag.padded) else { return payload }
        var content = payload
        guard let padding = content.readInteger(as: UInt8.self), Int(padding) <= content.readableBytes else {
            throw HTTP2Fault(.protocolError, "a frame's padding is longer than the frame")
        }
        content.moveWriterIndex(to: content.writerIndex - Int(padding))
        return content
    }
}
