import Host
import Measurement
import NIOCore
import Transports

// What the bytes of a connection's peer lead to.
extension ConnectionHandler {
    private static let maximumBodyBytes = 1 << 20

    /// Takes what has arrived, as far as the connection is ready for it.
    func process() {
        while reader.bytes.readableBytes > 0 {
            switch life.state {
            case .awaitingRequest:
                guard readRequest() else { return }
            case .skippingBody(let remaining):
                skipBody(remaining)
            case .readingBody:
                guard readBody() else { return }
            case .inExchange:
                guard giveToExchange() else { return carryOut(life.pipelined(reader.bytes.readableBytes)) }
            case .awaitingAnswer:
                return carryOut(life.pipelined(reader.bytes.readableBytes))
            case .closing:
                reader.bytes.clear()
            }
        }
    }

    /// Answers a head that was begun and has taken too long.
    func refuseLateHead() {
        let allowed = loop.configuration.headTimeout.nanoseconds / 1_000_000
        let what = reader.isRaw ? "first line" : "request head"
        refuse(RequestFault(.requestTimeout, "the \(what) was not complete within \(allowed) ms"))
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
                loop.counters.requests += 1
                serve(head)
            case .opening(let opening):
                loop.counters.requests += 1
                try checkRoom()
                begin(try Exchange(opening, router: router, settings: loop.configuration.settings))
            }
        } catch {
            refuse(error)
        }
        return true
    }

    private func becomeHTTP2() {
        guard let context else { return }
        let connection = HTTP2Connection(loop: loop, wireEnd: wireEnd)
        let bytes = reader.bytes
        reader.bytes = ByteBuffer()
        do {
            try HTTP2Upgrade.perform(before: context, by: connection) { [loop, router, isRefused] in
                ConnectionHandler(loop: loop, router: router, isRefused: isRefused, streamOf: connection)
            }
        } catch {
            return closeNow()
        }
        loop.connectionClosed(self)
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        connection.replay(bytes)
    }

    private func skipBody(_ remaining: Int) {
        let skipped = reader.skip(remaining)
        carryOut(life.bodySkipped(skipped, closing: loop.isStopping, at: MonotonicClock.now()))
    }

    /// - Returns: `false` while bytes are missing.
    private func readBody() -> Bool {
        guard let (page, head) = publication, let body = reader.bytes.readSlice(length: head.contentLength) else {
            return false
        }
        publication = nil
        publish(body, on: page, head)
        return true
    }

    // MARK: Serving

    private func serve(_ head: RequestHead) {
        do throws(RequestFault) {
            try accept(head)
        } catch {
            // RFC 9110 §9.3.2: the answer to HEAD has no body.
            let fault = error.adding(CrossOrigin.fields(for: head, loop.configuration.settings.origins))
            refuse(fault, withBody: head.method != .head)
        }
    }

    private func accept(_ head: RequestHead) throws(RequestFault) {
        if isRefused, case .feed = try? router.route(head) { hasCarriedFeed = true }
        try checkRoom()
        if head.contentLength > Self.maximumBodyBytes {
            throw RequestFault(
                .contentTooLarge, "the body is above \(Self.maximumBodyBytes) B, which is what is allowed")
        }
        let settings = loop.configuration.settings
        switch try router.route(head) {
        case .feed(let transport):
            hasCarriedFeed = true
            begin(try Exchange(transport, for: head, router: router, settings: settings))
        case .echo:
            // Its bytes would be taken for frames.
            if head.contentLength > 0 { throw RequestFault(.contentTooLarge, "a request for a WebSocket has no body") }
            hasCarriedFeed = true
            begin(try Exchange(echoFor: head, settings: settings))
        case .echoBody:
            hasCarriedFeed = true
            begin(Exchange(echoBodyOf: head, context: encodingContext(for: head), settings: settings))
            life.exchangeReadsBody(at: MonotonicClock.now())
        case .answer(let answer): collect(answer, head, unreadBodyBytes: head.contentLength)
        case .publish(let page):
            if head.contentLength == 0 { return publish(ByteBuffer(), on: page, head) }
            publication = (page, head)
            life.bodyAwaited(at: MonotonicClock.now())
        }
    }

    private func checkRoom() throws(RequestFault) {
        // Nobody would end an exchange that began after all others were told to end.
        if loop.isStopping { throw RequestFault(.serviceUnavailable, "the server is stopping") }
        guard isRefused else { return }
        loop.counters.refusedConnections += 1
        throw RequestFault(
            .serviceUnavailable,
            "the server holds its maximum of \(loop.configuration.maximumConnections) connections")
    }

    private func publish(_ body: ByteBuffer, on page: PublishPage, _ head: RequestHead) {
        do throws(RequestFault) {
            let item = try PublishPage.item(in: body)
            collect({ page.publish(item, $0, $1) }, head, unreadBodyBytes: 0)
        } catch {
            loop.counters.refusedItems += 1
            refuse(error)
        }
    }

    private func collect(_ answer: RequestRouter.Answer, _ head: RequestHead, unreadBodyBytes: Int) {
        let encoding = encodingContext(for: head)
        life.answerAwaited()
        answer(encoding, loop.eventLoop).assumeIsolatedUnsafeUnchecked().whenSuccess { bytes in
            guard case .awaitingAnswer = self.life.state else { return }
            self.write(bytes)
            self.context?.flush()
            let closing = encoding.closing || self.loop.isStopping
            let now = MonotonicClock.now()
            self.carryOut(self.life.responseWritten(closing: closing, unreadBodyBytes: unreadBodyBytes, at: now))
            self.process()
            self.carryOut(self.life.answerGiven(at: MonotonicClock.now()))
        }
    }

    private func refuse(_ fault: RequestFault, withBody: Bool = true) {
        loop.counters.refusedRequests += 1
        if reader.isRaw {
            write(RawTCP.notice(fault.sentence))
        } else {
            let encoding = EncodingContext(date: loop.date, closing: true)
            write(ResponseHead.refusal(fault, withBody: withBody, context: encoding))
        }
        context?.flush()
        carryOut(life.close(at: MonotonicClock.now()))
    }

    private func encodingContext(for head: RequestHead) -> EncodingContext {
        EncodingContext(
            date: loop.date, closing: !head.keepsAlive,
            fields: CrossOrigin.fields(for: head, loop.configuration.settings.origins))
    }
}
