import HTTP
import NIOCore
import Transports

/// One request's exchange: the subscriber decides what the client gets, the transport encodes it.
struct Exchange {
    var subscriber: any Subscriber
    /// Encodes shared messages; `nil` for an echo and for the server's own pages.
    private let transport: (any PushTransport.Type)?
    /// Number of the transport in the registry.
    let number: Int?
    /// Whether the exchange echoes the client's messages instead of serving the feed.
    let isEcho: Bool
    /// Whether the next items are history, because the client has no cursor. Their age is then not a delay.
    var sendsHistory = false
    /// Whether the connection ends with the exchange.
    let closing: Bool
    // CORS headers for a page of another origin.
    private var fields: [ResponseField] = []
    // Whether the request is HEAD, which gets the headers of the response to GET.
    private let answersHead: Bool

    /// Whether the exchange counts as a subscriber of the feed: a stream or a held poll.
    var isSubscriber: Bool { transport.map { $0.pacing != .clientInterval } ?? false }

    /// What the items that follow depend on, if they are the same for other clients; `nil` if not.
    var liveForm: (LiveGroups.Form, any PushTransport.Type)? {
        guard let transport, let number, fields.isEmpty, !answersHead else { return nil }
        return (LiveGroups.Form(number: number, variant: subscriber.variant, closing: closing), transport)
    }

    /// The feed, requested by HTTP.
    ///
    /// - Throws: ``RequestFault`` for a request that the transport does not allow.
    init(
        _ transport: any PushTransport.Type, number: Int, for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) {
        let head = request.head
        sendsHistory = request.hasNoCursor
        subscriber = try transport.makeSubscriber(for: request, settings: settings)
        self.transport = transport
        self.number = number
        isEcho = false
        closing = !head.keepsAlive
        answersHead = head.method == .head
        fields = CrossOrigin.fields(for: head, settings.origins)
    }

    /// The feed, requested by a connection's first line.
    ///
    /// - Throws: ``RequestFault`` for a cursor ahead of the feed.
    init(
        _ transport: any FirstLineTransport.Type, number: Int?, for line: FirstLine, position: FeedPosition,
        settings: ServerSettings
    ) throws(RequestFault) {
        sendsHistory = line.after ?? 0 == 0
        if let after = line.after { try position.check(after) }
        subscriber = transport.makeSubscriber(for: line, settings: settings)
        self.transport = transport
        self.number = number
        isEcho = false
        closing = true
        answersHead = false
    }

    /// A WebSocket that echoes every message.
    ///
    /// - Throws: ``RequestFault`` if the request does not open a WebSocket.
    init(echoFor head: RequestHead, settings: ServerSettings) throws(RequestFault) {
        subscriber = try EchoSubscriber(for: head, settings: settings)
        transport = nil
        number = nil
        isEcho = true
        closing = true
        answersHead = false
    }

    /// A page of the server that is sent in parts.
    init(page subscriber: any Subscriber, for head: RequestHead) {
        self.subscriber = subscriber
        transport = nil
        number = nil
        isEcho = false
        closing = !head.keepsAlive
        answersHead = false
    }

    /// The bytes that the driver writes for one set of actions.
    struct Output {
        var first: ByteBuffer?
        var second: ByteBuffer?
        /// The items among these bytes.
        var items: ClosedRange<UInt64>?
        /// Whether the connection ends after these bytes.
        var closing: Bool
    }

    /// Encodes the actions and counts them; a message for many clients is encoded once.
    func output(of actions: SubscriberActions, from feed: LoopFeed) -> Output {
        let closing = closing || actions.then == .close
        feed.counters.add(actions)
        return Output(
            first: actions.first.map { bytes(of: $0, closing, feed) },
            second: actions.second.map { bytes(of: $0, closing, feed) }, items: Self.items(of: actions),
            closing: closing)
    }

    /// The items that these actions send.
    static func items(of actions: SubscriberActions) -> ClosedRange<UInt64>? {
        if case .message(let message)? = actions.first, let items = message.items { return items }
        if case .message(let message)? = actions.second, let items = message.items { return items }
        return actions.ownItems
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
            guard let transport else { preconditionFailure("an exchange without a transport has no shared messages") }
            return feed.bytes(
                of: message, by: transport, variant: subscriber.variant, closing: closing, fields: fields)
        }
    }
}
