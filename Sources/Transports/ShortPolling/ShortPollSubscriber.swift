import Feed
import HTTP
import Measurement

/// Answers a short poll at once, with the items available.
struct ShortPollSubscriber: Subscriber {
    let after: UInt64?
    let latestOnly: Bool
    let byteLimit: Int
    private(set) var form: PollForm = []
    // Value of `If-None-Match`.
    private var knownTags: String?

    init(after: UInt64?, latestOnly: Bool, byteLimit: Int) {
        self.after = after
        self.latestOnly = latestOnly
        self.byteLimit = byteLimit
    }

    init(_ request: FeedRequest, byteLimit: Int, compresses: Bool = true) {
        if request.head.pathEquals(Quantum2009.target) {
            self.init(after: nil, latestOnly: true, byteLimit: byteLimit)
            form = .quantum2009
            return
        }
        self.init(after: request.after, latestOnly: request.latestOnly, byteLimit: byteLimit)
        if request.wantsFull { form.insert(.full) }
        if compresses, request.head.acceptsGzip { form.insert(.gzip) }
        if let tags = request.head.ifNoneMatch {
            form.insert(.conditional)
            knownTags = request.head.text(tags)
        }
    }

    var variant: UInt8 { form.rawValue }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        SubscriberActions(.message(answer(window)), then: .nextRequest)
    }

    mutating func answer(_ window: FeedWindow) -> FeedMessage {
        let message = message(window)
        // Without new items, the response is 304 only if the client's entity tag is that of the newest item.
        if case .nothing(let newest) = message, let tags = knownTags, !EntityTag.list(tags, names: newest) {
            form.remove(.conditional)
        }
        return message
    }

    private func message(_ window: FeedWindow) -> FeedMessage {
        let cursor = after ?? window.oldest - 1
        if latestOnly, cursor < window.newest {
            return .items(after: window.newest - 1, through: window.newest)
        }
        return FeedMessage(window, after: cursor, byteLimit: byteLimit)
    }
}
