import HTTP
import NIOCore
import Transports

/// One request's exchange: the subscriber decides what the client gets, the transport encodes it.
struct Exchange {
    var subscriber: any Subscriber
    /// Encodes shared messages; `nil` for an echo.
    private let transport: (any PushTransport.Type)?
    /// Whether the connection ends with the exchange.
    let closing: Bool
    // CORS headers for a page of another origin.
    private var fields: [ResponseField] = []
    /// Whether the exchange echoes the client's messages instead of serving the feed.
    var isEcho: Bool { transport == nil }

    // Whether the request is HEAD, which gets the headers of the response to GET.
    private let answersHead: Bool

    /// Whether the exchange counts as a subscriber of the feed: a stream or a held poll.
    var isSubscriber: Bool { transport.map { $0.pacing != .clientInterval } ?? false }

    /// The feed, requested by HTTP.
    ///
    /// - Throws: ``RequestFault`` for a request that the transport does not allow, or a cursor ahead of the feed.
    init(
        _ transport: any PushTransport.Type, for head: RequestHead, position: FeedPosition, settings: ServerSettings
    ) throws(RequestFault) {
        if head.hasBody { throw RequestFault(.contentTooLarge, "a request for the feed must not have a body") }
        let request = try FeedRequest(head)
        if let after = try transport.cursor(of: request) { try position.check(after) }
        subscriber = try transport.makeSubscriber(for: request, settings: settings)
        self.transport = transport
        closing = !head.keepsAlive
        answersHead = head.method == .head
        fields = CrossOrigin.fields(for: head, settings.origins)
    }

    /// The feed, requested by a connection's first line.
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

    /// A WebSocket that echoes every message.
    ///
    /// - Throws: ``RequestFault`` if the request does not open a WebSocket.
    init(echoFor head: RequestHead, settings: ServerSettings) throws(RequestFault) {
        subscriber = try EchoSubscriber(for: head, settings: settings)
        transport = nil
        closing = true
        answersHead = false
    }

    /// The bytes that the driver writes for one set of actions.
    struct Output {
        var first: ByteBuffer?
        var second: ByteBuffer?
        /// Whether the connection ends after these bytes.
        var closing: Bool
    }

    /// Encodes the actions and counts them; a message for many clients is encoded once.
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
            guard let transport else { preconditionFailure("an echo has no shared messages") }
            return feed.bytes(
                of: message, by: transport, variant: subscriber.variant, closing: closing, fields: fields)
        }
    }
}
