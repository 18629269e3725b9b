import Feed
import Measurement
import NIOCore

/// The server's half of a response that lasts: sends what follows its cursor until one side ends it.
struct StreamSubscriber: Subscriber {
    /// A ``BodyFraming``.
    let variant: UInt8

    private let form: StreamForm
    private let framing: BodyFraming
    private let fields: [ResponseField]
    private let slowSubscriber: SlowSubscriberPolicy
    private var follower: FeedFollower
    private var isOver = false
    // Nothing was sent since the clock was last looked at.
    private var isQuiet = false

    init(
        _ form: StreamForm, after cursor: UInt64?, request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) {
        self.form = form
        framing = BodyFraming(for: request.head)
        variant = framing.rawValue
        fields = try AccelBuffering.fields(for: request)
        slowSubscriber = settings.slowSubscriber
        follower = FeedFollower(after: cursor, byteLimit: settings.batchByteLimit)
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        follower.begin(window)
        if hasAll(of: window) { return dismiss() }
        var beginning = form.preamble
        if let oldest = follower.gap(window) {
            guard form.beginsAfterGap else {
                isOver = true
                return SubscriberActions(.message(.gap(oldest: oldest)), then: .nextRequest)
            }
            _ = follower.skip(to: oldest)
            beginning += form.gapNotice(oldest)
        }
        let response = HTTPResponse(
            .ok, contentType: form.contentType, fields: fields,
            body: .stream(framing, beginning: framing.framed(beginning)))
        return SubscriberActions(
            .response(response), follower.next(window).map { .message($0) },
            wakeAt: form.keepAlive.map { now + $0.period })
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        if isOver { return .none }
        if let message = follower.next(window) {
            isQuiet = false
            return SubscriberActions(.message(message))
        }
        guard let oldest = follower.gap(window) else { return hasAll(of: window) ? complete() : .none }
        switch slowSubscriber {
        case .skip:
            let skipped = follower.skip(to: oldest)
            var actions = itemPublished(window)
            actions.skipped = skipped
            return actions
        case .disconnect:
            var actions = end(form.gapNotice(oldest))
            actions.fellBehind = true
            return actions
        }
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        guard let keepAlive = form.keepAlive, !isOver else { return .none }
        defer { isQuiet = true }
        return SubscriberActions(
            isQuiet ? .bytes(framing.framed(keepAlive.text)) : nil, wakeAt: now + keepAlive.period)
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        isOver ? SubscriberActions(then: .close) : end("")
    }

    /// Whether nothing can follow what this client has.
    private func hasAll(of window: FeedWindow) -> Bool {
        window.isComplete && follower.cursor >= window.newest
    }

    /// The feed is over, and with it the response; a proxy hands on what it still holds.
    private mutating func complete() -> SubscriberActions {
        var actions = end("")
        if framing == .chunked { actions.then = .nextRequest }
        return actions
    }

    private mutating func dismiss() -> SubscriberActions {
        isOver = true
        return SubscriberActions(.response(HTTPResponse(.noContent, fields: fields)), then: .nextRequest)
    }

    private mutating func end(_ notice: String) -> SubscriberActions {
        isOver = true
        var last = framing.framed(notice)
        last.writeString(framing.ending)
        return SubscriberActions(last.readableBytes == 0 ? nil : .bytes(last), then: .close)
    }
}
