import HTTP
import NIOCore
import Transports

/// One request's exchange: who decides what the client gets, and how that becomes bytes.
struct Exchange {
    var subscriber: any Subscriber
    /// Encodes shared messages; `nil` for an exchange that has none.
    private let transport: (any PushTransport.Type)?
    /// Whether the connection ends with the exchange.
    let closing: Bool
    // For a page of another origin.
    private var fields: [ResponseField] = []
    /// Whether the client's own messages are the work, and not the feed.
    var isEcho: Bool { transport == nil }

    // HEAD gets the head of what GET would get.
    private let answersHead: Bool

    /// Whether the exchange counts as a subscriber of the feed: it lasts, or is held.
    var isSubscriber: Bool { transport.map { $0.pacing != .clientInterval } ?? false }

    /// The feed, asked for by HTTP.
    ///
    /// - Throws: ``RequestFault`` for what the transport does not allow, or a cursor ahead of the feed.
    init(
        _ transport: any PushTransport.Type, for head: RequestHead, position: FeedPosition, settings: ServerSettings
    ) throws(RequestFault) {
        if head.hasBody { throw RequestFault(.contentTooLarge, "a request for the feed has no body") }
        let request = try FeedRequest(head)
        if let after = try transport.cursor(of: request) { try position.check(after) }
        subscriber = try transport.makeSubscriber(for: request, settings: settings)
        self.transport = transport
        closing = !head.keepsAlive
        answersHead = head.method == .head
        fields = CrossOrigin.fields(for: head, settings.origins)
    }

    /// The feed, asked for by a connection's first line.
    ///
    /// - Throws: ``RequestFault`` for a cursor ahead of the feed.
    init(
        _ transport: any FirstLineTransport.Type, for line: FirstLine, position: FeedPosition,
        settings: ServerSettings
    ) throws(RequestFault) {
        if let after = line.after { try position.check(after) }
        subscriber = transport.makeSubscriber(for: line, settings: settings)
        self.transport = transport
        closing = true
        answersHead = false
    }

    /// A WebSocket that sends back what it gets.
    ///
    /// - Throws: ``RequestFault`` if the request does not open a WebSocket.
    init(echoFor head: RequestHead, settings: ServerSettings) throws(RequestFault) {
        subscriber = try EchoSubscriber(for: head, settings: settings)
        transport = nil
        closing = true
        answersHead = false
    }

    /// What one round of actions has the driver write.
    struct Output {
        var first: ByteBuffer?
        var second: ByteBuffer?
        /// Whether the connection ends after it.
        var closing: Bool
    }

    /// Makes bytes of actions and counts them; what many clients get is encoded once.
    func output(of actions: SubscriberActions, from feed: LoopFeed) -> Output {
        let closing = closing || actions.then == .close
        feed.counters.add(actions)
        return Output(
            first: actions.first.map { bytes(of: $0, closing, feed) },
            second: actions.second.map { bytes(of: $0, closing, feed) }, closing: closing)
    }

    private func bytes(of write: SubscriberActions.Write, _ closing: Bool, _ feed: LoopFeed) -> ByteBuffer {
        let bytes = allBytes(of: write, closing, feed)
        return answersHead ? HTTPResponse.withoutBody(bytes) : bytes
    }

    private func allBytes(of write: SubscriberActions.Write, _ closing: Bool, _ feed: LoopFeed) -> ByteBuffer {
        switch write {
        case .bytes(let bytes): return bytes
        case .response(let response):
            return response.encoded(ResponseContext(date: feed.date, closing: closing, fields: fields))
        case .message(let message):
            guard let transport else { preconditionFailure("an exchange without a transport shares no message") }
            return feed.bytes(
                of: message, by: transport, variant: subscriber.variant, closing: closing, fields: fields)
        }
    }
}
