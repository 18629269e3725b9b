import Feed
import HTTP
import Measurement
import NIOCore

/// The server's half of a response that lasts: sends what follows its cursor until one side ends it.
struct StreamSubscriber: Subscriber {
    /// A ``BodyFraming``.
    let variant: UInt8

    private let form: StreamForm
    private let framing: BodyFraming
    private let fields: [ResponseField]
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
        follower = FeedFollower(after: cursor, settings: settings)
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        var step = follower.begin(window)
        var beginning = form.preamble
        switch step {
        case .wait where window.isComplete: return dismiss()
        case .send, .wait: break
        case .lost(let oldest, _):
            guard form.beginsAfterGap else {
                isOver = true
                return SubscriberActions(.message(.gap(oldest: oldest)), then: .nextRequest)
            }
            beginning += form.gapNotice(oldest)
            step = follower.resume(at: oldest, window)
        }
        let response = HTTPResponse(
            .ok, contentType: form.contentType, fields: fields,
            body: .stream(framing, beginning: framing.framed(beginning)))
        var actions = SubscriberActions(.response(response), wakeAt: form.keepAlive.map { now + $0.period })
        if case .send(let message, _) = step { actions.second = .message(message) }
        return actions
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        if isOver { return .none }
        switch follower.next(window) {
        case .send(let message, let skipped):
            isQuiet = false
            return SubscriberActions(.message(message), skipped: skipped)
        case .wait: return window.isComplete ? complete() : .none
        case .lost(let oldest, _):
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

/// What a transport that streams over HTTP says beside its items.
struct StreamForm: Sendable {
    let contentType: String
    /// What stands in front of everything else; may be empty.
    var preamble = ""
    /// Tells that items are lost, by the oldest one kept.
    let gapNotice: @Sendable (_ oldest: UInt64) -> String
    /// Whether a client that comes with too old a cursor is told within the stream, which goes on with the oldest item
    /// kept. Else it is answered 410.
    var beginsAfterGap = false
    /// What is sent in every period of this length in which nothing else was.
    var keepAlive: (period: Duration, text: String)?
}
