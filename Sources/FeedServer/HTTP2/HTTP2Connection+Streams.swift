import HTTP2Protocol
import Host
import Measurement
import NIOCore
import Transports

extension HTTP2Connection: LaneConnection {
    var isBetweenRequests: Bool { false }

    func drop() {
        closeNow()
    }
}

/// The streams of a connection.
extension HTTP2Connection {
    /// How a new stream is treated.
    private enum Admission {
        case served
        /// The server is full; the request is answered 503.
        case unavailable
        /// The connection has its maximum of open streams; the new one is reset.
        case refused
    }

    /// Carries out an event of the session.
    func take(_ event: HTTP2ServerSession.Event) {
        switch event {
        case .fields(let number, let block, let endsStream, opensStream: true):
            streamOpened(number, block, endsStream: endsStream)
        case .fields(let number, let block, let endsStream, opensStream: false):
            streams[number]?.trailersArrived(block, endsStream: endsStream)
        case .content(let number, let content, let endsStream):
            streams[number]?.contentArrived(content, endsStream: endsStream)
        case .reset: streamWasReset()
        case .ended(let number): streamEnded(number)
        case .writable(let number): streams[number]?.handler?.writabilityChanged()
        case .failed: failed()
        }
    }

    // MARK: Begin

    private func streamOpened(_ number: Int, _ block: FieldBlock, endsStream: Bool) {
        let admission = admit()
        if admission == .refused {
            session.reset(number, HTTP2ErrorCode.refusedStream.rawValue)
            return streamWasReset()
        }
        let stream = HTTP2Stream(number, of: self)
        streams[number] = stream
        stream.handler = ConnectionHandler(
            loop: loop, router: router,
            refusal: refusal ?? (admission == .unavailable ? loop.occupancy.refusal : nil), stream: stream, tap: tap)
        stream.begin(opening(block, endsStream: endsStream))
    }

    private func opening(_ block: FieldBlock, endsStream: Bool) -> StreamOpening {
        if let last = lastOpening, last.number == block.number, last.endsStream == endsStream { return last.opening }
        let opening = StreamOpening(block, endsStream: endsStream)
        lastOpening = (block.number, endsStream, opening)
        return opening
    }

    // Each stream takes a place, except the first, which uses that of the connection.
    private func admit() -> Admission {
        guard budget.streamOpened() else { return .refused }
        return budget.streams == 1 || loop.occupancy.takePlace() ? .served : .unavailable
    }

    // MARK: End

    /// A stream was reset, by the client or because of what it sent.
    func streamWasReset() {
        if isEnding || budget.streamWasReset(at: MonotonicClock.now()) { return }
        take(session.exceeded("too many streams were reset"))
    }

    func streamEnded(_ number: Int) {
        guard let stream = streams.removeValue(forKey: number) else { return }
        flushForTap()
        let handler = stream.handler
        stream.handler = nil
        handler?.streamEnded()
        if budget.streams > 1 { loop.occupancy.leavePlace() }
        budget.streamClosed()
        lastStream = MonotonicClock.now()
    }

    /// The connection ends, and all of its streams with it.
    func endStreams() {
        for number in Array(streams.keys) { streamEnded(number) }
    }

    // The client broke the protocol or a limit: GOAWAY is in the output.
    private func failed() {
        isEnding = true
        budget.errorGoAwaySent()
        endStreams()
    }

    /// The server stops, or the connection is idle: send GOAWAY, and close after the last stream.
    func serverStopping() {
        together {
            for stream in Array(streams.values) { stream.handler?.serverStopping() }
            if isEnding { return }
            isEnding = true
            session.announceEnd()
        }
    }

    // MARK: Waiting for items

    /// The window has new items.
    func itemPublished() {
        if waiting.isEmpty { return }
        together {
            // Backwards: an exchange that ends removes itself, and the last one moves into its place.
            var index = waiting.members.count - 1
            while index >= 0 {
                if index < waiting.members.count { waiting.members[index].itemPublished() }
                index -= 1
            }
        }
    }
}
