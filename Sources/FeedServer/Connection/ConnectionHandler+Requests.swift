import HTTP
import Host
import Measurement
import NIOCore
import Transports

/// Reads requests from a connection.
extension ConnectionHandler {
    /// Processes the received bytes as far as the connection's state allows. Answers leave together, and so do items
    /// that arrived together.
    func process() {
        if reader.bytes.readableBytes == 0 { return }
        isCollecting = true
        processBytes()
        isCollecting = false
        sendCollected()
        deliverPublished()
        limitsChanged()
    }

    private func processBytes() {
        while reader.bytes.readableBytes > 0 {
            switch life.state {
            case .awaitingRequest:
                // A client that does not read its answers gets no more of them. A stream has one request.
                guard isStream || isWritable, readRequest() else { return }
            case .skippingBody(let remaining):
                skipBody(remaining)
            case .readingBody:
                guard readBody() else { return }
            case .inExchange:
                if defersWork() { return }
                guard giveToExchange() else { return carryOut(life.pipelined(reader.bytes.readableBytes)) }
            case .awaitingAnswer:
                return adjustReading()
            case .closing:
                reader.bytes.clear()
            }
        }
    }

    /// Answers a request whose headers, or whose first line, did not arrive in time.
    func refuseLateHead() {
        let allowed = loop.configuration.headTimeout.nanoseconds / 1_000_000
        let what = reader.firstLineTransport == nil ? "request headers were" : "first line was"
        refuse(RequestFault(.requestTimeout, "the \(what) not complete within \(allowed) ms"))
    }

    // MARK: Reading

    /// - Returns: Whether a request was read or refused; `false` while bytes are missing.
    private func readRequest() -> Bool {
        do throws(RequestFault) {
            switch try reader.next() {
            case .incomplete:
                life.headBegan(at: MonotonicClock.now())
                return false
            case .http2:
                becomeHTTP2()
                return false
            case .request(let head):
                feed.counters.requests += 1
                serve(head)
            case .firstLine(let line, let transport):
                feed.counters.requests += 1
                try checkRoom()
                let number = router.number(of: transport)
                served(number)
                let settings = router.settings.values
                try begin(
                    try Exchange(transport, number: number, for: line, position: feed.position, settings: settings))
            }
        } catch {
            refuse(error, withBody: !reader.hasRefusedHEAD)
        }
        return true
    }

    private func becomeHTTP2() {
        let bytes = reader.bytes
        reader.bytes = ByteBuffer()
        guard let wire = handOverWire() else { return }
        let connection = HTTP2Connection(loop: loop, router: router, refusal: refusal, wire: wire, tap: tap)
        connection.begin(with: bytes)
    }

    private func skipBody(_ remaining: Int) {
        let skipped = reader.skip(remaining)
        carryOut(life.bodySkipped(skipped, closing: loop.isStopping, at: MonotonicClock.now()))
    }
}
