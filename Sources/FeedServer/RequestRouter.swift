import Feed
import HTTP
import NIOCore
import Transports

/// Maps a request to a transport by its path, or to one of the server's own pages.
final class RequestRouter: Sendable {
    /// Makes a whole response on the event loop of the requesting connection.
    typealias Answer = (ResponseContext, any EventLoop) -> EventLoopFuture<ByteBuffer>

    enum Route {
        /// A transport, and its number in the registry.
        case feed(any PushTransport.Type, Int)
        /// A WebSocket that echoes every message.
        case echo
        /// A request whose body is echoed.
        case echoBody
        case answer(Answer)
        /// An answer that needs the request's body.
        case publish(PublishPage)
        /// An answer of the teaching page that needs the request's body.
        case page(PageBody)
        /// An answer in parts, until one side ends it.
        case parts(any Subscriber)

        /// Whether the request's body is read, with or without a declared length.
        var readsBody: Bool {
            switch self {
            case .echoBody, .publish, .page: true
            case .feed, .echo, .answer, .parts: false
            }
        }
    }

    /// Settings that requests use without a copy of them.
    final class FixedSettings: Sendable {
        let values: ServerSettings

        init(_ values: ServerSettings) {
            self.values = values
        }
    }

    private let fixedSettings: FixedSettings
    // On lane ports, while the page's control of compression differs from the configuration.
    private let otherCompression: FixedSettings
    /// The origins whose pages may use this port; stored, so that a request does not copy all settings for it.
    let origins: OriginPolicy
    // Main paths first: the main path of one transport may be another path of a second one.
    private let transports: [(path: StaticString, transport: any PushTransport.Type, number: Int)]
    private let numbers: [(id: ObjectIdentifier, number: Int)]
    private let paths: [String]
    /// The transports that a connection's first line can select.
    let firstLines: [any FirstLineTransport.Type]
    private let status: StatusPages
    // Only for a feed whose items come from outside.
    private let publishing: PublishPage?
    // The teaching page; only on the main port.
    private let site: PageSite?
    // Only on lane ports.
    private let lanes: LaneRegistry?

    init(
        status: StatusPages, publishing: PublishPage?, settings: ServerSettings = ServerSettings(),
        transports: TransportRegistry = .standard, site: PageSite? = nil, lanes: LaneRegistry? = nil
    ) {
        let paths = transports.push.enumerated().compactMap { number, transport in
            if case .path(let path) = transport.entrance {
                (path: path, transport: transport, number: number)
            } else {
                nil
            }
        }
        let otherPaths = transports.push.enumerated().flatMap { number, transport in
            transport.otherPaths.map { (path: $0, transport: transport, number: number) }
        }
        self.transports = paths + otherPaths
        numbers = transports.push.enumerated().map { (ObjectIdentifier($1), $0) }
        self.paths = transports.paths
        firstLines = transports.firstLines
        fixedSettings = FixedSettings(settings)
        var other = settings
        other.compresses.toggle()
        otherCompression = FixedSettings(other)
        origins = settings.origins
        self.status = status
        self.publishing = publishing
        self.site = site
        self.lanes = lanes
    }

    /// The settings for a request that arrives now.
    var settings: FixedSettings {
        guard let lanes, lanes.compresses != fixedSettings.values.compresses else { return fixedSettings }
        return otherCompression
    }

    func number(of transport: any PushTransport.Type) -> Int? {
        numbers.first { $0.id == ObjectIdentifier(transport) }?.number
    }

    /// Delivers the items that requests of this turn have published.
    func deliverPublished() {
        publishing?.deliver()
    }

    func allowsHost(of head: RequestHead) -> Bool {
        do throws(RequestFault) {
            try fixedSettings.values.hosts?.check(head)
            return true
        } catch {
            return false
        }
    }

    /// - Throws: ``RequestFault`` if the host name, the origin, the path or the method is not allowed.
    func route(_ head: RequestHead) throws(RequestFault) -> Route {
        try fixedSettings.values.hosts?.check(head)
        if CrossOrigin.isPreflight(head) {
            try origins.check(head)
            return .answer { context, eventLoop in
                eventLoop.makeSucceededFuture(CrossOrigin.preflight.encoded(context))
            }
        }
        if let found = transports.first(where: { head.pathEquals($0.path) }) {
            // RFC 9110 §9.3.2: HEAD where the response to GET ends.
            try Self.require(found.transport.pacing == .feed ? Self.get : Self.getAndHead, head)
            return .feed(found.transport, found.number)
        }
        if head.pathEquals(EchoSubscriber.path) {
            if head.method == .post {
                try origins.check(head)
                return .echoBody
            }
            try Self.require(Self.getAndPost, head)
            return .echo
        }
        if head.pathEquals("/healthz") { return try page(head, status.health) }
        if head.pathEquals("/stats") { return try page(head, status.stats) }
        if head.pathEquals("/clock") { return try page(head, status.clock) }
        if head.pathEquals("/metrics") { return try page(head, status.metrics) }
        if let publishing, head.pathEquals(PublishPage.path) {
            try Self.require(Self.post, head)
            try publishing.authorize(head)
            return .publish(publishing)
        }
        if head.pathEquals("/feed/schedule") {
            let range = try ScheduleQuery(head)
            return try page(head) { self.status.schedule(range, $0, $1) }
        }
        if head.pathEquals("*") { return .answer(Self.options) }
        if let site, let route = try site.route(head) { return route }
        let known = (site == nil ? [] : ["/"]) + paths + ["/feed/schedule", "/clock", "/stats", "/metrics", "/healthz"]
        throw RequestFault(.notFound, "unknown path; available paths are \(known.joined(separator: ", "))")
    }

    private func page(_ head: RequestHead, _ answer: @escaping Answer) throws(RequestFault) -> Route {
        try Self.require(Self.getAndHead, head)
        return .answer(answer)
    }

    /// The methods of the whole server, for `OPTIONS *` (RFC 9110 §9.3.7).
    private static func options(_ context: ResponseContext, _ eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        let response = HTTPResponse(.noContent, fields: [ResponseField("Allow", "GET, HEAD, POST, OPTIONS")])
        return eventLoop.makeSucceededFuture(response.encoded(context))
    }

    // Made once, so that a request for the feed allocates no array.
    static let get: [RequestHead.Method] = [.get]
    static let getAndHead: [RequestHead.Method] = [.get, .head]
    private static let getAndPost: [RequestHead.Method] = [.get, .post]
    static let post: [RequestHead.Method] = [.post]

    static func require(_ methods: [RequestHead.Method], _ head: RequestHead) throws(RequestFault) {
        if methods.contains(head.method) { return }
        let names = methods.map(\.name)
        let listed = names.count < 3 ? names.joined(separator: " and ") : names.joined(separator: ", ")
        throw RequestFault(
            .methodNotAllowed, "only \(listed) \(names.count == 1 ? "is" : "are") allowed here",
            fields: [ResponseField("Allow", names.joined(separator: ", "))])
    }
}

/// The range of `/feed/schedule?from=SEQ&to=SEQ`; both ends are optional.
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
        if first > last {
            throw RequestFault(.badRequest, "from is \(first) and to is \(last); from must not be above to")
        }
    }
}
