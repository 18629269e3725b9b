import HTTP
import Host
import Measurement
import NIOCore
import Transports

/// Bodies of requests, and what is done with them.
extension ConnectionHandler {
    /// - Returns: `false` while bytes are missing.
    func readBody() -> Bool {
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

    /// Uses the body of a request at once if it has arrived, else when it has.
    func awaitBody(
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

    /// Waits for an answer that other event loops have to give, and writes it.
    func collect(_ answer: RequestRouter.Answer, _ head: RequestHead, unreadBodyBytes: Int) {
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
}
