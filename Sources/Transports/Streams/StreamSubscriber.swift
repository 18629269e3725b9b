import Feed
import HTTP
import Measurement
import NIOCore

/// The server's half of a streamed response: sends the items after its cursor until one side ends it.
struct StreamSubscriber: Subscriber {
    /// Raw value of a ``BodyFraming``.
    let variant: UInt8

    private let form: StreamForm
    private let framing: BodyFraming
    private let fields: [ResponseField]
    private var follower: FeedFollower
    private var isOver = false
    // Nothing was sent since the last clock check.
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

    var liveCursor: UInt64? { isOver ? nil : follower.cursor }

    mutating func delivered(through sequence: UInt64) {
        if sequence > follower.cursor { isQuiet = false }
        follower.delivered(through: sequence)
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

    /// The feed has ended, so the response ends too; a proxy then forwards what it has buffered.
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

/// The parts of an HTTP stream other than its items.
struct StreamForm: Sendable {
    let contentType: String
    /// The first content of the body; may be empty.
    var preamble = ""
    /// Reports that items are lost, with the oldest item kept.
    let gapNotice: @Sendable (_ oldest: UInt64) -> String
    /// Whether a gap at the start is reported within the stream, which then continues with the oldest item kept.
    /// Otherwise the client gets 410.
    var beginsAfterGap = false
    /// Sent after each period without other content.
    var keepAlive: (period: Duration, text: String)?
}
