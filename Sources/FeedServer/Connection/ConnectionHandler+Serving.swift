import HTTP
import Host
import Measurement
import NIOCore
import Transports

/// Serves a request: begins an exchange, or looks for its answer.
extension ConnectionHandler {
    private static let maximumBodyBytes = 1 << 20

    /// Serves a request whose headers are complete, or refuses it.
    func serve(_ head: RequestHead) {
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
        // Any other answer may depend on the items.
        if case .publish = route {} else { deliverPublished() }
        if head.isChunked, !route.readsBody {
            throw RequestFault(.lengthRequired, "the request body is chunked; send it with a Content-Length")
        }
        switch route {
        case .feed(let transport, let number):
            hasCarriedFeed = true
            served(number)
            tap?.serves(transport.name, number: number, stream: stream?.number)
            try serveFeed(transport, number, head, settings.values)
        case .echo:
            // The WebSocket would read the body as frames.
            if head.hasBody { throw RequestFault(.contentTooLarge, "a WebSocket request must not have a body") }
            hasCarriedFeed = true
            try begin(try Exchange(echoFor: head, settings: settings.values))
        case .echoBody:
            hasCarriedFeed = true
            try awaitBody(of: head, upTo: settings.values.echoLimit, for: .echo)
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

    /// Answers a request for the feed, or begins its exchange.
    private func serveFeed(
        _ transport: any PushTransport.Type, _ number: Int, _ head: RequestHead, _ settings: ServerSettings
    ) throws(RequestFault) {
        if head.hasBody { throw RequestFault(.contentTooLarge, "a request for the feed must not have a body") }
        let request = try FeedRequest(head)
        if let after = try transport.cursor(of: request) { try feed.position.check(after) }
        guard let answer = transport.answer(to: request, from: feed.window, settings: settings) else {
            return try begin(try Exchange(transport, number: number, for: request, settings: settings))
        }
        let closing = !head.keepsAlive
        let items = answer.message.items
        if items != nil { feed.counters.deliveries += 1 }
        let bytes = feed.bytes(
            of: answer.message, by: transport, variant: answer.variant, closing: closing,
            fields: CrossOrigin.fields(for: head, settings.origins))
        // RFC 9110 §9.3.2: the response to HEAD has no body.
        let sent = head.method == .head ? HTTPResponse.withoutBody(bytes) : bytes
        deliver(sent, with: items, by: number, isHistory: request.hasNoCursor)
        responseWritten(closing: closing)
    }

    /// Counts a request of a transport, by its number; `nil` for one that is not counted.
    func served(_ number: Int?) {
        guard let number else { return }
        feed.counters.transports[number].requests += 1
        uses(number)
    }

    /// - Throws: A fault with status 503 if the server stops, or has too many connections.
    func checkRoom() throws(RequestFault) {
        // An exchange that begins after the stop would never be ended.
        if loop.isStopping { throw RequestFault(.serviceUnavailable, "the server is stopping") }
        guard let refusal else { return }
        feed.counters.refusedConnections += 1
        throw RequestFault(.serviceUnavailable, refusal)
    }
}
