import Measurement

/// Decides which ends of responses and connections are errors: those that came before their client had what it should.
///
/// What a client should have is known only once the window is over, so ends are remembered until then.
struct EndingJudge {
    /// How a response or a connection ended.
    enum Kind {
        /// As its protocol ends it: the last chunk, END_STREAM, a Close, FIN.
        case orderly
        /// Reset, refused, cut off, or silent for too long.
        case broken
    }

    private struct Ending {
        let kind: Kind
        let isWithinWindow: Bool
        /// Sequence of the last item that the client had then.
        let highest: UInt64
        let sentence: String
    }

    private let windowEnd: MonotonicInstant
    private let limit: Int
    private var endings: [Ending] = []
    // Beyond the limit ends are not remembered one by one: a run with so many is not a good one.
    private var unremembered: UInt64 = 0

    /// - Parameters:
    ///   - windowEnd: Before it the feed goes on, whatever a client has.
    ///   - limit: Ends remembered at most.
    init(windowEnd: MonotonicInstant, limit: Int = 100_000) {
        self.windowEnd = windowEnd
        self.limit = limit
    }

    /// A client lost what carried the feed to it, while it had every item up to `highest`.
    mutating func ended(_ kind: Kind, _ sentence: String, having highest: UInt64, at now: MonotonicInstant) {
        guard endings.count < limit else {
            unremembered += 1
            return
        }
        endings.append(
            Ending(kind: kind, isWithinWindow: now < windowEnd, highest: highest, sentence: sentence))
    }

    /// How many ends were errors.
    ///
    /// - Parameters:
    ///   - account: What the server says of the feed.
    ///   - last: Sequence of the last item that a client should have.
    ///   - tell: Called with the sentence of each, in order.
    /// - Returns: Their number.
    func errors(by account: FeedAccount, through last: UInt64, tell: (String) -> Void) -> UInt64 {
        let errors = endings.filter { Self.isError($0, account, last) }
        for ending in errors { tell(ending.sentence) }
        return UInt64(errors.count) + unremembered
    }

    private static func isError(_ ending: Ending, _ account: FeedAccount, _ last: UInt64) -> Bool {
        if ending.highest < last { return true }
        guard ending.isWithinWindow else { return false }
        // Within the window the feed goes on, unless the server says that it had come to its end by then.
        if case .told(_, hasEnded: true) = account, ending.kind == .orderly { return false }
        return true
    }
}
