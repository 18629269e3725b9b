import HTTP
import Host
import Measurement
import NIOCore
import Transports

// Reads requests from a connection and answers them.
extension ConnectionHandler {
    private static let maximumBodyBytes = 1 << 20

    /// Processes the received bytes as far as the connection's state allows.
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
                if defersWork() { return }
                guard giveToExchange() else { return carryOut(life.pipelined(reader.bytes.readableBytes)) }
            case .awaitingAnswer:
                return carryOut(life.pipelined(reader.bytes.readableBytes))
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
                let settings = router.settings
                try begin(
                    try Exchange(transport, number: number, for: line, position: feed.position, settings: settings))
            }
        } catch {
            refuse(error, withBody: !reader.hasRefusedHEAD)
        }
        return true
    }

    private func becomeHTTP2() {
        guard let context else { return }
        let connection = HTTP2Connection(loop: loop, wireEnd: wireEnd, tap: tap)
        let bytes = reader.bytes
        reader.bytes = ByteBuffer()
        do {
            try HTTP2Upgrade.perform(
                before: context, by: connection, maximumStreams: loop.configuration.streamsPerConnection
            ) { [loop, router, refusal, tap] stream, hasNoPlace in
                ConnectionHandler(
                    loop: loop, router: router, refusal: refusal ?? (hasNoPlace ? loop.occupancy.refusal : nil),
                    stream: Stream(number: stream, connection: connection), tap: tap)
            }
        } catch {
            return closeNow()
        }
        tap?.connection = connection
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
        guard var awaited = awaitedBody else { return false }
        // Meanwhile `awaited` is the only reference to the body, so the body grows without a copy.
        awaitedBody = nil
        do throws(RequestFault) {
            guard let body = try awaited.take(&reader.bytes) else {
                awaitedBody = awaited
                return false
            }
            use(body, of: awaited)
        } catch {
            refuse(error)
        }
        return true
    }

    // MARK: Serving

    private func serve(_ head: RequestHead) {
        do throws(RequestFault) {
            try accept(head)
        } catch {
            // RFC 9110 §9.3.2: the response to HEAD has no body.
            let fault = error.adding(CrossOrigin.fields(for: head, router.origins))
            refuse(fault, withBody: head.method != .head)
        }
    }

    private func accept(_ head: RequestHead) throws(RequestFault) {
        if refusal != nil, case .feed = try? router.route(head) { hasCarriedFeed = true }
        try checkRoom()
        try tap?.requestArrived(router.allowsHost(of: head) ? head : nil, stream: stream?.number)
        let settings = router.settings
        let route = try router.route(head)
        if head.isChunked, !route.readsBody {
            throw RequestFault(.lengthRequired, "the request body is chunked; send it with a Content-Length")
        }
        switch route {
        case .feed(let transport, let number):
            hasCarriedFeed = true
            served(number)
            tap?.serves(transport.name, number: number, stream: stream?.number)
            try begin(
                try Exchange(transport, number: number, for: head, position: feed.position, settings: settings))
        case .echo:
            // The WebSocket would read the body as frames.
            if head.hasBody { throw RequestFault(.contentTooLarge, "a WebSocket request must not have a body") }
            hasCarriedFeed = true
            try begin(try Exchange(echoFor: head, settings: settings))
        case .echoBody:
            hasCarriedFeed = true
            try awaitBody(of: head, upTo: settings.echoLimit, for: .echo)
        case .answer(let answer):
            if head.contentLength > Self.maximumBodyBytes { throw RequestBody.tooLarge(Self.maximumBodyBytes) }
            collect(answer, head, unreadBodyBytes: head.contentLength)
        case .publish(let page):
            try awaitBody(of: head, upTo: Self.maximumBodyBytes, for: .publish(page))
        case .page(let page): try awaitBody(of: head, upTo: page.limit, for: .page(page))
        case .parts(let subscriber):
            if head.hasBody { throw RequestFault(.contentTooLarge, "a request for events must not have a body") }
            try begin(Exchange(page: subscriber, for: head))
        }
    }

    private func served(_ number: Int?) {
        guard let number else { return }
        feed.counters.transports[number].requests += 1
        uses(number)
    }

    private func checkRoom() throws(RequestFault) {
        // An exchange that begins after the stop would never be ended.
        if loop.isStopping { throw RequestFault(.serviceUnavailable, "the server is stopping") }
        guard let refusal else { return }
        feed.counters.refusedConnections += 1
        throw RequestFault(.serviceUnavailable, refusal)
    }

    private func awaitBody(
        of head: RequestHead, upTo limit: Int, for use: AwaitedBody.Use
    ) throws(RequestFault) {
        var awaited = AwaitedBody(
            head: head, use: use, body: try RequestBody(of: head, limit: limit),
            memory: router.settings.messageMemory)
        if let body = try awaited.take(&reader.bytes) { return self.use(body, of: awaited) }
        awaitedBody = awaited
        var isLong = false
        if case .echo = use { isLong = true }
        life.bodyAwaited(isLong: isLong, at: MonotonicClock.now())
        if head.expectsContinue {
            write(ByteBuffer(staticString: HTTPResponse.interimContinue))
            context?.flush()
        }
    }

    private func use(_ body: ByteBuffer, of awaited: AwaitedBody) {
        switch awaited.use {
        case .publish(let page): publish(body, on: page, awaited.head)
        case .echo: sendBack(body, awaited.head)
        case .page(let page): answer(body, on: page, awaited.head)
        }
    }

    private func answer(_ body: ByteBuffer, on page: PageBody, _ head: RequestHead) {
        do throws(RequestFault) {
            collect(try page.answer(body), head, unreadBodyBytes: 0)
        } catch {
            refuse(error)
        }
    }

    private func sendBack(_ body: ByteBuffer, _ head: RequestHead) {
        let encoding = encodingContext(for: head)
        write(EchoPost.responseHead(for: head, contentLength: body.readableBytes, context: encoding))
        if body.readableBytes > 0 { write(body) }
        context?.flush()
        responseWritten(closing: encoding.closing)
    }

    private func publish(_ body: ByteBuffer, on page: PublishPage, _ head: RequestHead) {
        do throws(RequestFault) {
            let item = try PublishPage.item(in: body)
            collect({ page.publish(item, $0, $1) }, head, unreadBodyBytes: 0)
        } catch {
            feed.counters.refusedItems += 1
            refuse(error)
        }
    }

    private func collect(_ answer: RequestRouter.Answer, _ head: RequestHead, unreadBodyBytes: Int) {
        var encoding = encodingContext(for: head)
        // RFC 9110 §10.1.1: a client that gets the final response instead of 100 may omit the body.
        if unreadBodyBytes > 0, head.expectsContinue { encoding.closing = true }
        let closing = encoding.closing
        life.answerAwaited()
        answer(encoding, loop.eventLoop).assumeIsolatedUnsafeUnchecked().whenSuccess { bytes in
            guard case .awaitingAnswer = self.life.state else { return }
            self.write(head.method == .head ? HTTPResponse.withoutBody(bytes) : bytes)
            self.context?.flush()
            self.responseWritten(closing: closing, unreadBodyBytes: unreadBodyBytes)
            self.process()
            self.carryOut(self.life.answerGiven(at: MonotonicClock.now()))
        }
    }

    private func refuse(_ fault: RequestFault, withBody: Bool = true) {
        feed.counters.refusedRequests += 1
        if let transport = reader.firstLineTransport {
            write(transport.refusal(fault.sentence))
        } else {
            let encoding = ResponseContext(date: feed.date, closing: true)
            write(HTTPResponse.refusal(fault, withBody: withBody, context: encoding))
        }
        context?.flush()
        carryOut(life.close(at: MonotonicClock.now()))
    }

    private func encodingContext(for head: RequestHead) -> ResponseContext {
        ResponseContext(
            date: feed.date, closing: !head.keepsAlive,
            fields: CrossOrigin.fields(for: head, router.origins))
    }
}
