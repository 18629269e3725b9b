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
        _ transport: any PushTransport.Type, for head: RequestHead, router: RequestRouter, settings: ServerSettings
    ) throws(RequestFault) {
        if head.hasBody { throw RequestFault(.contentTooLarge, "a request for the feed has no body") }
        let request = try FeedRequest(head)
        if let after = try transport.cursor(of: request) { try router.checkCursor(after) }
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
        _ transport: any FirstLineTransport.Type, for line: FirstLine, router: RequestRouter, settings: ServerSettings
    ) throws(RequestFault) {
        if let after = line.after { try router.checkCursor(after) }
        subscriber = transport.makeSubscriber(for: line, settings: settings)
        self.transport = transport
        closing = true
        answersHead = false
    }

    /// A WebSocket that sends back what it gets.
    ///
    /// - Throws: ``RequestFault`` if the request does not open a WebSocket.
    init(echoFor head: RequestHead, settings: ServerSettings) throws(RequestFault) {
        subscriber = try EchoSubscriber.make(for: head, settings: settings)
        transport = nil
        closing = true
        answersHead = false
    }

    /// The bytes of one write; those that many clients get are encoded once. `closing`: the connection ends after them.
    func bytes(of write: SubscriberActions.Write, closing: Bool, on loop: FeedLoop) -> ByteBuffer {
        let bytes = allBytes(of: write, closing: closing, on: loop)
        return answersHead ? ResponseHead.withoutBody(bytes) : bytes
    }

    private func allBytes(of write: SubscriberActions.Write, closing: Bool, on loop: FeedLoop) -> ByteBuffer {
        switch write {
        case .bytes(let bytes): return bytes
        case .response(let response):
            return ResponseHead.encode(
                response, context: EncodingContext(date: loop.date, closing: closing, fields: fields))
        case .message(let message):
            guard let transport else { preconditionFailure("an exchange without a transport shares no message") }
            return loop.bytes(
                of: message, by: transport, variant: subscriber.variant, closing: closing, fields: fields)
        }
    }
}
