import HTTP
import Host
import Measurement
import NIOCore
import Transports

/// Bodies of requests, and what is done with them.
extension ConnectionHandler {
    /// - Returns: `false` while bytes are missing.
    func readBody() -> Bool {
        guard let awaited = awaitedBody else { return false }
        do throws(RequestFault) {
            guard let body = try awaited.take(&reader.bytes) else { return false }
            awaitedBody = nil
            use(body, of: awaited)
        } catch {
            awaitedBody = nil
            refuse(error)
        }
        return true
    }

    /// Uses the body of a request at once if it has arrived, else when it has.
    func awaitBody(
        of head: RequestHead, upTo limit: Int, for use: AwaitedBody.Use
    ) throws(RequestFault) {
        let awaited = AwaitedBody(
            head: head, use: use, body: try RequestBody(of: head, limit: limit),
            memory: router.settings.values.messageMemory)
        if let body = try awaited.take(&reader.bytes) { return self.use(body, of: awaited) }
        awaited.head = head.withOwnBytes
        awaitedBody = awaited
        var isLong = false
        if case .echo = use { isLong = true }
        life.bodyAwaited(isLong: isLong, at: MonotonicClock.now())
        if head.expectsContinue {
            send(ByteBuffer(staticString: HTTPResponse.interimContinue))
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
        let head = EchoPost.responseHead(for: head, contentLength: body.readableBytes, context: encoding)
        send(head, body)
        responseWritten(closing: encoding.closing)
    }

    private func publish(_ body: ByteBuffer, on page: PublishPage, _ head: RequestHead) {
        do throws(RequestFault) {
            let item = try PublishPage.item(in: body)
            let encoding = encodingContext(for: head)
            guard let response = page.publishNow(item, encoding, on: loop.eventLoop) else {
                return collect({ page.publish(item, $0, $1) }, head, unreadBodyBytes: 0)
            }
            hasPublished = true
            send(response)
            responseWritten(closing: encoding.closing)
        } catch {
            feed.counters.refusedItems += 1
            refuse(error)
        }
    }

    /// Delivers the items that requests of this turn have published.
    func deliverPublished() {
        if !hasPublished { return }
        hasPublished = false
        router.deliverPublished()
    }

    /// Waits for an answer that other event loops have to give, and writes it.
    func collect(_ answer: RequestRouter.Answer, _ head: RequestHead, unreadBodyBytes: Int) {
        var encoding = encodingContext(for: head)
        // RFC 9110 §10.1.1: a client that gets the final response instead of 100 may omit the body.
        if unreadBodyBytes > 0, head.expectsContinue { encoding.closing = true }
        let closing = encoding.closing
        life.answerAwaited()
        answer(encoding, loop.eventLoop).assumeIsolatedUnsafeUnchecked().whenSuccess { bytes in
            guard case .awaitingAnswer = self.life.state else { return }
            self.send(head.method == .head ? HTTPResponse.withoutBody(bytes) : bytes)
            self.responseWritten(closing: closing, unreadBodyBytes: unreadBodyBytes)
            self.process()
            self.adjustReading()
            self.carryOut(self.life.answerGiven(at: MonotonicClock.now()))
        }
    }
}
