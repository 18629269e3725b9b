import HTTP
import Host
import Measurement
import NIOCore
import Transports

/// The teaching page and the paths that it requests. They are on the main port only, so they count in no lane.
final class PageSite: Sendable {
    private let configuration: PageConfiguration
    private let token: BearerToken
    private let facts: PageFacts
    private let board: ControlBoard
    private let lanes: LanePages
    private let publisher: FeedPublisher
    private let origins: OriginPolicy
    private let explanations = ExplainPages()

    private static let folder = "/page/"
    private static let control = "/control"
    private static let largestChange = 16 << 10

    init(
        _ configuration: PageConfiguration, facts: PageFacts, board: ControlBoard, lanes: LanePages,
        publisher: FeedPublisher, origins: OriginPolicy
    ) {
        self.configuration = configuration
        token = BearerToken(configuration.controlToken)
        self.facts = facts
        self.board = board
        self.lanes = lanes
        self.publisher = publisher
        self.origins = origins
    }

    /// - Returns: `nil` if the path is not the page's.
    /// - Throws: ``RequestFault`` for a request that is not allowed.
    func route(_ head: RequestHead) throws(RequestFault) -> RequestRouter.Route? {
        let path = head.text(head.path)
        if head.method == .post { try origins.check(head) }
        if path == "/" { return try file("", head) }
        if path.hasPrefix(Self.folder) { return try page(String(path.dropFirst(Self.folder.count)), head) }
        if path == Self.control || path.hasPrefix(Self.control + "/") {
            return try control(String(path.dropFirst(Self.control.count)), head)
        }
        if path.hasPrefix(ExplainPages.path) {
            return try explanations.route(String(path.dropFirst(ExplainPages.path.count)), head)
        }
        if path.hasPrefix(LanePages.path) {
            return try lanes.route(String(path.dropFirst(LanePages.path.count)), head) { () throws(RequestFault) in
                try self.authorize(head)
            }
        }
        return nil
    }

    private func authorize(_ head: RequestHead) throws(RequestFault) {
        if token.isCarried(by: head) { return }
        throw RequestFault(
            .forbidden,
            """
            this needs the control token; open the address with #control= that the server printed at its start, or \
            send Authorization: Bearer TOKEN
            """)
    }

    // MARK: Files and facts

    private func page(_ name: String, _ head: RequestHead) throws(RequestFault) -> RequestRouter.Route? {
        switch name {
        case "setup.json":
            try RequestRouter.require(RequestRouter.getAndHead, head)
            let facts = facts.answer(mayControl: token.isCarried(by: head), state: board.state)
            return .answer { context, eventLoop in
                eventLoop.makeSucceededFuture(PageJSON.response(facts, context: context))
            }
        case "clock":
            try RequestRouter.require(RequestRouter.getAndHead, head)
            let epoch = publisher.epoch
            return .answer { context, eventLoop in
                let now = MonotonicClock.now().nanoseconds(since: epoch) / 1_000
                return eventLoop.makeSucceededFuture(PageJSON.response(["now_us": now], context: context))
            }
        default: return name.isEmpty ? nil : try file(name, head)
        }
    }

    private func file(_ name: String, _ head: RequestHead) throws(RequestFault) -> RequestRouter.Route? {
        guard let response = configuration.files(name, head, facts.origins(for: head)) else { return nil }
        try RequestRouter.require(RequestRouter.getAndHead, head)
        return .answer { context, eventLoop in eventLoop.makeSucceededFuture(response.encoded(context)) }
    }

    // MARK: Controls

    private func control(_ name: String, _ head: RequestHead) throws(RequestFault) -> RequestRouter.Route? {
        switch name {
        case "": return try state(head)
        case "/events":
            try RequestRouter.require(RequestRouter.get, head)
            return .parts(ControlEvents(board, for: head))
        case "/publish":
            try requireControl(head)
            return Self.answer { self.board.publish().map { ["sequence": $0] } }
        case "/reset":
            try requireControl(head)
            return Self.answer { self.board.reset() }
        case "/drop":
            try RequestRouter.require(RequestRouter.post, head)
            let id = try LaneID.read(head)
            if id == nil { try authorize(head) }
            let lane = try id.map { (id) throws(RequestFault) in try lanes.registry.find(id) }
            return .answer { self.lanes.drop(lane, $0, $1) }
        default: return nil
        }
    }

    private func state(_ head: RequestHead) throws(RequestFault) -> RequestRouter.Route {
        if head.method != .post {
            try RequestRouter.require([.get, .head, .post], head)
            let state = board.state
            return .answer { context, eventLoop in
                eventLoop.makeSucceededFuture(PageJSON.response(state, context: context))
            }
        }
        try authorize(head)
        return .page(
            PageBody(limit: Self.largestChange) { [board] body throws(RequestFault) in
                let change = try ControlChange(Array(body.readableBytesView))
                return { Self.answer(board.apply(change), $0, $1) }
            })
    }

    private func requireControl(_ head: RequestHead) throws(RequestFault) {
        try RequestRouter.require(RequestRouter.post, head)
        try authorize(head)
    }

    private static func answer<Value: Encodable & Sendable>(
        _ make: @escaping @Sendable () -> EventLoopFuture<Value>
    ) -> RequestRouter.Route {
        .answer { answer(make(), $0, $1) }
    }

    private static func answer<Value: Encodable & Sendable>(
        _ value: EventLoopFuture<Value>, _ context: ResponseContext, _ eventLoop: any EventLoop
    ) -> EventLoopFuture<ByteBuffer> {
        value.map { PageJSON.response($0, context: context) }
            .recover { error in
                let fault = error as? RequestFault ?? RequestFault(.serviceUnavailable, "the server is stopping")
                return HTTPResponse.refusal(fault, context: context)
            }
            .hop(to: eventLoop)
    }
}
