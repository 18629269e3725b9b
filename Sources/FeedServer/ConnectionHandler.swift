import Host
import Measurement
import NIOCore
import NIOSSL
import Transports
import WireAccounting

/// One connection of the server: reads requests, gives each to its transport and carries out what that decides.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler, WireOwner {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case awaitingRequest
        /// A response is being written, perhaps for hours; further requests wait.
        case inExchange
        /// The body of a request is read and thrown away.
        case skippingBody(remaining: Int)
        /// The body of a request is read, to be published.
        case readingBody(PublishPage, RequestHead)
        /// An answer is being collected from other loops.
        case awaitingAnswer
        /// Our half is closed; the peer's bytes are thrown away.
        case closing
    }

    /// What the connection speaks, which its first bytes tell.
    private enum Dialect { case unknown, http, raw }

    private struct Exchange {
        var subscriber: any Subscriber
        /// Encodes shared messages; `nil` for an exchange that has none.
        let transport: (any PushTransport.Type)?
        let closing: Bool
    }

    /// Place among the loop's waiting connections; the loop's own.
    var waitingIndex: Int?
    /// When the exchange asked to be woken; the loop's own.
    var wakeAt: MonotonicInstant?

    private let loop: FeedLoop
    private let router: RequestRouter
    private let isRefused: Bool
    // The HTTP/2 connection that this is a stream of; `nil` for a connection of its own.
    private let parent: HTTP2Connection?
    private var context: ChannelHandlerContext?
    private var state = State.awaitingRequest
    private var dialect: Dialect
    private var exchange: Exchange?
    private var parser = RequestParser()
    private var inbound = ByteBuffer()
    private var headHasBegun = false
    // Connections that carried nothing of the feed, and no echo, are no part of the experiment.
    private var hasCarriedFeed = false {
        didSet { parent?.hasCarriedFeed = true }
    }
    private var peerHasEnded = false
    private var kernel: KernelCount?
    // With TLS only: the connection's end below it.
    private var wireEnd: TLSWireEnd?
    // By when the current state must have made progress.
    private var deadline = ConnectionHandler.never

    private static let never = MonotonicInstant(nanoseconds: .max)
    // A client that pipelines more than this behind a held poll is cut off.
    private static let maximumPipelinedBytes = 64 * 1_024
    private static let maximumBodyBytes = 1 << 20
    // It is looked at every second, so a peer that does not answer is dropped after 4 to 5 s.
    private static let closingTimeout = Duration.seconds(4)

    /// `isRefused`: the server is full, and the first request is answered 503.
    init(loop: FeedLoop, router: RequestRouter, isRefused: Bool, streamOf parent: HTTP2Connection? = nil) {
        self.loop = loop
        self.router = router
        self.isRefused = isRefused
        self.parent = parent
        dialect = parent == nil ? .unknown : .http
    }

    /// Whether this is a stream and no connection.
    var isStream: Bool { parent != nil }

    /// What stands below TLS in this connection's pipeline.
    func makeWireEnd() -> TLSWireEnd {
        let end = TLSWireEnd(self)
        wireEnd = end
        return end
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.connectionOpened(self)
        parent?.streamOpened()
        // A new connection owes a head as much as a begun head owes its end: half-open ones must not pile up.
        deadline = MonotonicClock.now() + loop.configuration.headTimeout
    }

    func channelInactive(context: ChannelHandlerContext) {
        state = .closing
        exchange = nil
        self.context = nil
        wireEnd = nil
        bookKernel()
        loop.connectionClosed(self)
        parent?.streamClosed()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if inbound.readableBytes == 0 {
            inbound = bytes
        } else {
            inbound.writeBuffer(&bytes)
        }
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if wireEnd == nil { wireReadComplete() }
    }

    func wireReadComplete() {
        // Once both halves are shut the channel closes its socket without a further word: this is the last occasion.
        if case .closing = state { readKernel() }
    }

    /// TLS has written its last and closes.
    func wireCloses() {
        readKernel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ChannelEvent {
        case .inputClosed: endWithPeer()
        case .outputClosed: if peerHasEnded { closeNow() }
        default: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // Who does not read what it is sent is not read from either: an echo would pile up.
        _ = context.channel.setOption(.autoRead, value: context.channel.isWritable)
        if context.channel.isWritable { itemPublished() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that ends without TLS' closing alert ends all the same; what TLS has decrypted, it has authenticated.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        // A reset is the peer's right; there is nobody left to answer.
        closeNow(orderly: false)
    }

    // MARK: Called by the loop

    /// The window has grown. A connection that cannot be written to stays behind; its cursor remembers where.
    func itemPublished() {
        catchUp()
        if inbound.readableBytes > 0 { process() }
    }

    // A batch has a limit, so a client far behind takes several.
    private func catchUp() {
        while let context, context.channel.isWritable,
            let actions = exchange?.subscriber.itemPublished(loop.window), actions != .none
        {
            perform(actions)
        }
    }

    func clockReached(_ now: MonotonicInstant) {
        guard let actions = exchange?.subscriber.clockReached(now, window: loop.window) else { return }
        perform(actions)
        process()
    }

    func serverStopping() {
        switch state {
        case .inExchange:
            if let actions = exchange?.subscriber.serverStopping(loop.window) { perform(actions) }
        case .awaitingRequest, .skippingBody, .readingBody: closeOutput()
        case .awaitingAnswer, .closing: break
        }
    }

    func abandon() {
        closeNow()
    }

    func endIfOverdue(_ now: MonotonicInstant) {
        guard now >= deadline else { return }
        if case .awaitingRequest = state, headHasBegun {
            let allowed = loop.configuration.headTimeout.nanoseconds / 1_000_000
            let what = dialect == .raw ? "first line" : "request head"
            refuse(RequestFault(.requestTimeout, "the \(what) was not complete within \(allowed) ms"))
        } else {
            closeNow()
        }
    }

    // MARK: Requests

    private func process() {
        while inbound.readableBytes > 0 {
            switch state {
            case .awaitingRequest:
                guard readRequest() else { return }
            case .skippingBody(let remaining):
                skipBody(remaining)
            case .readingBody(let page, let head):
                guard let body = inbound.readSlice(length: head.contentLength) else { return }
                publish(body, on: page, head)
            case .inExchange:
                guard giveToExchange() else { return limitPipelining() }
            case .awaitingAnswer:
                return limitPipelining()
            case .closing:
                inbound.clear()
            }
        }
    }

    /// - Returns: Whether a request was read or refused; `false` while bytes are missing.
    private func readRequest() -> Bool {
        if case .unknown = dialect {
            guard let isHTTP2 = HTTP2Upgrade.begins(inbound) else {
                beginHead()
                return false
            }
            if isHTTP2 {
                becomeHTTP2()
                return false
            }
            learnDialect()
        }
        do throws(RequestFault) {
            if case .raw = dialect { return try readRawOpening() }
            guard let head = try parser.next(from: &inbound) else {
                beginHead()
                return false
            }
            loop.counters.requests += 1
            serve(head)
        } catch {
            refuse(error)
        }
        return true
    }

    private func becomeHTTP2() {
        guard let context else { return }
        let connection = HTTP2Connection(loop: loop, wireEnd: wireEnd)
        let bytes = inbound
        inbound = ByteBuffer()
        do {
            try HTTP2Upgrade.perform(before: context, by: connection) { [loop, router, isRefused] in
                ConnectionHandler(loop: loop, router: router, isRefused: isRefused, streamOf: connection)
            }
        } catch {
            return closeNow()
        }
        loop.connectionClosed(self)
        self.context = nil
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        connection.replay(bytes)
    }

    // No request of use begins with an F, so the usual one pays for a look at one byte.
    private func learnDialect() {
        switch RawOpening.begins(inbound) {
        case false: dialect = .http
        case true: (dialect, hasCarriedFeed) = (.raw, true)
        default: break
        }
    }

    private func readRawOpening() throws(RequestFault) -> Bool {
        guard let opening = try RawOpening.next(from: &inbound) else {
            beginHead()
            return false
        }
        loop.counters.requests += 1
        try checkRoom()
        if let after = opening.after { try router.checkCursor(after) }
        begin(RawTCP.makeSubscriber(for: opening, settings: loop.configuration.settings), RawTCP.self, closing: true)
        return true
    }

    private func serve(_ head: RequestHead) {
        do throws(RequestFault) {
            try accept(head)
        } catch {
            // RFC 9110 §9.3.2: the answer to HEAD has no body.
            refuse(error, withBody: head.method != .head)
        }
    }

    private func beginHead() {
        if headHasBegun { return }
        headHasBegun = true
        deadline = min(deadline, MonotonicClock.now() + loop.configuration.headTimeout)
    }

    private func skipBody(_ remaining: Int) {
        let count = min(remaining, inbound.readableBytes)
        inbound.moveReaderIndex(forwardBy: count)
        if remaining == count { awaitRequest() } else { state = .skippingBody(remaining: remaining - count) }
    }

    /// - Returns: Whether the exchange took any of the bytes.
    private func giveToExchange() -> Bool {
        let before = inbound.readableBytes
        guard let actions = exchange?.subscriber.received(&inbound, window: loop.window) else { return false }
        perform(actions)
        return inbound.readableBytes < before
    }

    private func limitPipelining() {
        if inbound.readableBytes > Self.maximumPipelinedBytes { closeNow() }
    }

    private func awaitRequest() {
        if loop.isStopping { return closeOutput() }
        state = .awaitingRequest
        headHasBegun = false
        deadline = MonotonicClock.now() + loop.configuration.idleTimeout
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

    private func accept(_ head: RequestHead) throws(RequestFault) {
        if isRefused, case .feed = try? router.route(head) { hasCarriedFeed = true }
        try checkRoom()
        if head.contentLength > Self.maximumBodyBytes {
            throw RequestFault(
                .contentTooLarge, "the body is above \(Self.maximumBodyBytes) B, which is what is allowed")
        }
        switch try router.route(head) {
        case .feed(let transport): try open(head, transport)
        case .echo:
            // Its bytes would be taken for frames.
            if head.contentLength > 0 { throw RequestFault(.contentTooLarge, "a request for a WebSocket has no body") }
            hasCarriedFeed = true
            begin(try EchoSubscriber.make(for: head, settings: loop.configuration.settings), nil, closing: true)
        case .echoBody: echoBody(head)
        case .answer(let answer): collect(answer, head, bodyBytes: head.contentLength)
        case .publish(let page):
            if head.contentLength == 0 { return publish(ByteBuffer(), on: page, head) }
            state = .readingBody(page, head)
            deadline = MonotonicClock.now() + loop.configuration.headTimeout
        }
    }

    private func open(_ head: RequestHead, _ transport: any PushTransport.Type) throws(RequestFault) {
        hasCarriedFeed = true
        if head.contentLength > 0 { throw RequestFault(.contentTooLarge, "a request for the feed has no body") }
        let request = try FeedRequest(head)
        if let after = try transport.cursor(of: request) { try router.checkCursor(after) }
        let subscriber = try transport.makeSubscriber(for: request, settings: loop.configuration.settings)
        begin(subscriber, transport, closing: !head.keepsAlive)
    }

    private func echoBody(_ head: RequestHead) {
        hasCarriedFeed = true
        let context = EncodingContext(date: loop.date, closing: !head.keepsAlive)
        begin(EchoPostSubscriber(for: head, context: context), nil, closing: context.closing)
        // A body that drips must not hold its bytes for ever.
        if case .inExchange = state { deadline = MonotonicClock.now() + loop.configuration.idleTimeout }
    }

    private func begin(_ subscriber: any Subscriber, _ transport: (any PushTransport.Type)?, closing: Bool) {
        exchange = Exchange(subscriber: subscriber, transport: transport, closing: closing)
        state = .inExchange
        deadline = Self.never
        if let actions = exchange?.subscriber.opened(loop.window, at: MonotonicClock.now()) { perform(actions) }
        catchUp()
    }

    private func publish(_ body: ByteBuffer, on page: PublishPage, _ head: RequestHead) {
        do throws(RequestFault) {
            let item = try PublishPage.item(in: body)
            collect({ page.publish(item, $0, $1) }, head, bodyBytes: 0)
        } catch {
            refuse(error)
        }
    }

    /// `bodyBytes`: what of the request's body is still to be read.
    private func collect(_ answer: RequestRouter.Answer, _ head: RequestHead, bodyBytes length: Int) {
        let encoding = EncodingContext(date: loop.date, closing: !head.keepsAlive)
        state = .awaitingAnswer
        deadline = Self.never
        answer(encoding, loop.eventLoop).assumeIsolatedUnsafeUnchecked().whenSuccess { bytes in
            guard case .awaitingAnswer = self.state else { return }
            self.write(bytes)
            self.context?.flush()
            if encoding.closing { return self.closeOutput() }
            self.awaitRequest()
            if length > 0, case .awaitingRequest = self.state { self.state = .skippingBody(remaining: length) }
            self.process()
            if self.peerHasEnded { self.endWithPeer() }
        }
    }

    private func refuse(_ fault: RequestFault, withBody: Bool = true) {
        loop.counters.refusedRequests += 1
        if case .raw = dialect {
            write(RawTCP.notice(fault.sentence))
        } else {
            let encoding = EncodingContext(date: loop.date, closing: true)
            write(ResponseHead.refusal(fault, withBody: withBody, context: encoding))
        }
        context?.flush()
        closeOutput()
    }

    // MARK: Carrying out

    private func perform(_ actions: SubscriberActions) {
        let closing = exchange?.closing == true || actions.then == .close
        if let first = actions.first { write(first, closing: closing) }
        if let second = actions.second { write(second, closing: closing) }
        if actions.first != nil { context?.flush() }
        loop.counters.skippedItems += actions.skipped
        if actions.deliversOwnItems { loop.counters.deliveries += 1 }
        if actions.fellBehind { loop.counters.slowDisconnects += 1 }
        switch actions.then {
        case .stay:
            if context != nil, waitingIndex == nil || actions.wakeAt != nil {
                loop.startWaiting(self, wakeAt: actions.wakeAt)
            }
        case .nextRequest:
            endExchange()
            if closing { closeOutput() } else { awaitRequest() }
        case .close:
            closeOutput()
        case .awaitPeer:
            // Whatever a peer says instead of its Close wins it no time.
            deadline = min(deadline, MonotonicClock.now() + Self.closingTimeout)
        case .abandonPeer:
            loop.counters.deadPeers += 1
            endExchange()
            state = .closing
            closeNow()
        }
    }

    private func endExchange() {
        loop.stopWaiting(self)
        exchange = nil
    }

    private func write(_ write: SubscriberActions.Write, closing: Bool) {
        switch write {
        case .bytes(let bytes): self.write(bytes)
        case .response(let response):
            self.write(ResponseHead.encode(response, context: EncodingContext(date: loop.date, closing: closing)))
        case .message(let message):
            guard let exchange, let transport = exchange.transport else { return }
            if case .items = message { loop.counters.deliveries += 1 }
            self.write(
                loop.bytes(of: message, by: transport, variant: exchange.subscriber.variant, closing: closing))
        }
    }

    private func write(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    // Closing both halves with unread bytes in the socket would reset it, and the peer could lose the last response.
    private func closeOutput() {
        endExchange()
        state = .closing
        deadline = MonotonicClock.now() + Self.closingTimeout
        if peerHasEnded { closeOnceWritten() } else { context?.close(mode: .output, promise: nil) }
    }

    // MARK: The peer's end

    /// The peer sends no more. What it has asked for is answered first, but a held exchange is over: a client that has
    /// left looks just like one that only listens, and what it held must not pile up.
    private func endWithPeer() {
        peerHasEnded = true
        switch state {
        case .awaitingRequest, .skippingBody, .readingBody: closeOutput()
        case .inExchange: closeNow()
        case .awaitingAnswer, .closing: break
        }
    }

    // To close our half with the peer's closed is to close at once, whatever is still unwritten.
    private func closeOnceWritten() {
        guard let context else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolatedUnsafeUnchecked().whenComplete { _ in self.closeNow() }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    private func closeNow(orderly: Bool = true) {
        readKernel(orderly: orderly)
        if let wireEnd { wireEnd.close() } else { context?.close(promise: nil) }
    }

    // MARK: The kernel's count

    private func readKernel(orderly: Bool = true) {
        guard hasCarriedFeed, parent == nil, let context else { return }
        let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { SocketCounters.read($0, at: .server, closedOrderly: orderly) }
        if let count = count ?? nil { kernel = count }
    }

    private func bookKernel() {
        guard hasCarriedFeed, parent == nil else { return }
        if let kernel { loop.counters.feedKernel.merge(kernel) } else { loop.counters.unreadKernelCounters += 1 }
    }
}
