import Measurement

/// Decides which ends of responses and connections are errors: those before the client had all expected items.
///
/// The expected items are known only after the window, so ends are stored until then.
struct EndingJudge {
    /// How a response or a connection ended.
    enum Kind {
        /// As the protocol specifies: the last chunk, END_STREAM, a Close, FIN.
        case orderly
        /// Reset, refused, truncated, or silent for too long.
        case broken
    }

    private struct Ending {
        let kind: Kind
        let isWithinWindow: Bool
        /// Highest sequence that the client had at that time.
        let highest: UInt64
        let sentence: String
    }

    private let windowEnd: MonotonicInstant
    private let expectsBreaks: Bool
    private let outage: OutagePlan?
    private let limit: Int
    private var endings: [Ending] = []
    // Ends beyond the limit are only counted, as errors: a run with this number of ends is not usable anyway.
    private var unstored: UInt64 = 0

    /// - Parameters:
    ///   - windowEnd: Before this instant the feed continues, so an end is an error even if the client has all items.
    ///   - expectsBreaks: Whether connections break as a part of the experiment. Then only a client that never gets the
    ///     last item is an error, which the recorder counts.
    ///   - outage: When the server restarts, which ends all connections; likewise.
    ///   - limit: Most ends stored.
    init(
        windowEnd: MonotonicInstant, expectsBreaks: Bool = false, outage: OutagePlan? = nil, limit: Int = 100_000
    ) {
        self.outage = outage
        self.windowEnd = windowEnd
        self.expectsBreaks = expectsBreaks
        self.limit = limit
    }

    /// A client's response or connection ended; the client needs no item up to `highest` any more.
    mutating func ended(_ kind: Kind, _ sentence: String, having highest: UInt64, at now: MonotonicInstant) {
        if expectsBreaks, kind == .broken { return }
        if outage?.excuses(now) == true { return }
        guard endings.count < limit else {
            unstored += 1
            return
        }
        endings.append(
            Ending(kind: kind, isWithinWindow: now < windowEnd, highest: highest, sentence: sentence))
    }

    /// Counts the ends that were errors.
    ///
    /// - Parameters:
    ///   - account: What the server reports about its feed.
    ///   - last: Sequence of the last expected item.
    ///   - report: Called with the sentence of each error, in order.
    /// - Returns: Number of errors.
    func errors(by account: FeedAccount, through last: UInt64, report: (String) -> Void) -> UInt64 {
        let errors = endings.filter { Self.isError($0, account, last) }
        for ending in errors { report(ending.sentence) }
        return UInt64(errors.count) + unstored
    }

    private static func isError(_ ending: Ending, _ account: FeedAccount, _ last: UInt64) -> Bool {
        if ending.highest < last { return true }
        guard ending.isWithinWindow else { return false }
        // Within the window the feed continues, unless the server reports that it has ended.
        if case .known(_, hasEnded: true) = account, ending.kind == .orderly { return false }
        return true
    }
}
