import Feed
import NIOCore
import Synchronization
import Transports

/// Finds what answers a request: a transport by its path, or one of the server's own pages.
final class RequestRouter: Sendable {
    /// Makes a whole response, on the event loop of the connection that asked.
    typealias Answer = (EncodingContext, any EventLoop) -> EventLoopFuture<ByteBuffer>

    enum Route {
        case feed(any PushTransport.Type)
        /// A WebSocket that sends back what it gets.
        case echo
        /// A request whose body is sent back.
        case echoBody
        case answer(Answer)
        /// An answer that needs the request's body.
        case publish(PublishPage)
    }

    private let settings: ServerSettings
    private let status: StatusPages
    // Of a feed whose items come from outside.
    private let publishing: PublishPage?
    // Sequence of the newest item on any loop: a client may have it from a loop that is ahead of the one it asks now.
    private let newest = Atomic<UInt64>(0)

    init(status: StatusPages, publishing: PublishPage?, settings: ServerSettings = ServerSettings()) {
        self.settings = settings
        self.status = status
        self.publishing = publishing
    }

    func itemPublished(_ sequence: UInt64) {
        newest.store(sequence, ordering: .releasing)
    }

    /// - Throws: ``RequestFault`` if the client asks under another name, for nothing that is here, or in a wrong way.
    func route(_ head: RequestHead) throws(RequestFault) -> Route {
        try settings.hosts?.check(head)
        if CrossOrigin.isPreflight(head) {
            try settings.origins.check(head)
            return .answer { context, eventLoop in
                eventLoop.makeSucceededFuture(ResponseHead.encode(CrossOrigin.preflight, context: context))
            }
        }
        if let transport = Self.transport(for: head) {
            try require(.get, head)
            return .feed(transport)
        }
        if head.pathEquals(EchoSubscriber.path) {
            if head.method == .post {
                try settings.origins.check(head)
                return .echoBody
            }
            try require(.get, head, allowed: "GET, POST")
            return .echo
        }
        if head.pathEquals("/healthz") { return try page(head, status.health) }
        if head.pathEquals("/stats") { return try page(head, status.stats) }
        if head.pathEquals("/metrics") { return try page(head, status.metrics) }
        if let publishing, head.pathEquals(PublishPage.path) {
            try require(.post, head, allowed: "POST")
            try publishing.authorize(head)
            return .publish(publishing)
        }
        if head.pathEquals("/feed/schedule") {
            let range = try ScheduleQuery(head)
            return try page(head) { self.status.schedule(range, $0, $1) }
        }
        let paths = TransportRegistry.all.filter { $0.speaksHTTP }.map { "\($0.path)" }
        let known = paths + ["/echo", "/feed/schedule", "/stats", "/metrics", "/healthz"]
        throw RequestFault(.notFound, "there is nothing here; there is \(known.joined(separator: ", "))")
    }

    private static func transport(for head: RequestHead) -> (any PushTransport.Type)? {
        TransportRegistry.all.first { head.pathEquals($0.path) }
            ?? TransportRegistry.all.first { $0.otherPaths.contains { head.pathEquals($0) } }
    }

    /// - Throws: ``RequestFault`` (400) for a cursor ahead of the feed, which would wait in silence for an item that
    ///   may never come: the client took it from another server, or from this one before a restart.
    func checkCursor(_ after: UInt64) throws(RequestFault) {
        let newest = newest.load(ordering: .acquiring)
        if after > newest {
            throw RequestFault(.badRequest, "after is \(after), ahead of the feed; its last sequence is \(newest)")
        }
    }

    private func page(_ head: RequestHead, _ answer: @escaping Answer) throws(RequestFault) -> Route {
        try require(.get, head)
        return .answer(answer)
    }

    private func require(
        _ method: RequestHead.Method, _ head: RequestHead, allowed: String = "GET"
    ) throws(RequestFault) {
        if head.method == method { return }
        let names = allowed.split(separator: ", ").joined(separator: " and ")
        throw RequestFault(
            .methodNotAllowed, "only \(names) \(names == allowed ? "is" : "are") allowed here",
            fields: [ResponseField("Allow", allowed)])
    }
}

/// The range that `/feed/schedule?from=SEQ&to=SEQ` asks for; both ends may be left out.
struct ScheduleQuery {
    private(set) var first: UInt64 = 1
    private(set) var last = UInt64.max

    init(_ head: RequestHead) throws(RequestFault) {
        for part in head.text(head.query).split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0] == "from" || pair[0] == "to" else { continue }
            guard let value = UInt64(pair[1]), value > 0 else {
                throw RequestFault(
                    .badRequest, "\(pair[0]) is '\(pair[1].prefix(64))'; allowed is a sequence, 1 or more")
            }
            if pair[0] == "from" { first = value } else { last = value }
        }
        if first > last { throw RequestFault(.badRequest, "from is \(first), which is after to, \(last)") }
    }
}
