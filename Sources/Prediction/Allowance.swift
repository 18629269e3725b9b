/// What an interval allows beyond its formula, with the reason. `Results/formulas.md` lists all of them.
///
/// A closed form gives a mean over an endless run. A run has a beginning, an end, and a machine with other work.
package struct Allowance: Sendable, Hashable {
    /// Factors of both ends; 1 leaves an end where it is.
    package struct Factor: Sendable, Hashable {
        let low: Double
        let high: Double
    }

    /// As in `Results/formulas.md`.
    package let id: String
    /// Of the lower and the upper end.
    let factor: Factor
    /// What the lower end loses, and the upper end gains, in the unit of the quantity.
    let fewer: Double
    let more: Double
    let unit: String
    /// The quantities whose intervals have it.
    package let covers: String
    /// Why the formula alone is too narrow.
    package let reason: String

    private init(
        _ id: String, _ low: Double = 1, _ high: Double = 1, fewer: Double = 0, more: Double = 0, unit: String = "",
        covers: String, reason: String
    ) {
        self.id = id
        factor = Factor(low: low, high: high)
        (self.fewer, self.more, self.unit) = (fewer, more, unit)
        (self.covers, self.reason) = (covers, reason)
    }

    /// A value with the ends moved by the allowance; none falls below 0.
    func around(_ value: Bounded) -> Bounded {
        Bounded(
            value.value, low: max(0, value.low * factor.low - fewer), high: value.high * factor.high + more)
    }

    func around(_ exact: Double) -> Bounded { around(Bounded(exact)) }

    // MARK: Numbers

    static let pace = Allowance(
        "pace", 0.97, 1.03, covers: "requests per second, and connections of `connection: new`",
        reason: "late timers shift polls; a rate over a window of tens of polls has a rounding of about one poll")
    static let ends = Allowance(
        "ends", fewer: 1, more: 2.5, unit: " requests", covers: "requests per client",
        reason: "the first and the last poll are anywhere within an interval, and one request is under way at the end")
    static let start = Allowance(
        "start", more: 0.2, unit: " s of polls", covers: "requests per client of short polling",
        reason: "clients poll from their connection on, before the first item; connecting takes up to this long")
    static let emptyAnswers = Allowance(
        "empty-answers", 0.9, 1.1, fewer: 2, more: 4.5, unit: " answers", covers: "empty answers per client",
        reason: "an item just before or just after a poll decides whether the answer is empty")
    static let batches = Allowance(
        "batches", 0.85, 1.15, more: 0.2, unit: " items", covers: "items per response",
        reason: "phases of polls and feed, and the items of the last poll, which are fewer or more")
    static let unfinished = Allowance(
        "unfinished", 0.98, 1, covers: "items delivered within the window",
        reason: "the last items of the window are under way when it ends")
    static let afterWindow = Allowance(
        "after-window", more: 1.2, unit: " s of items", covers: "items delivered, and those after the window",
        reason: "the server publishes until every client has the window's last item: about a second")
    static let periodicCoherence = Allowance(
        "coherence-periodic", 0.98, 1.02, covers: "coherence where only the newest item is asked for, periodic feed",
        reason: "the first and the last poll of a run")
    static let randomCoherence = Allowance(
        "coherence-random", 0.9, 1.1, covers: "the same with other feeds",
        reason: "the gaps of one run's feed are not the mean gaps")
    static let redundancy = Allowance(
        "redundancy", 0.8, 1.3, covers: "copies per item where every answer carries the newest item",
        reason: "the polls before the first item have none, those after the last one repeat it")

    // MARK: Bytes

    static let bytes = Allowance(
        "bytes", 0.94, 1.06, covers: "bytes of a whole run",
        reason: "polls at the ends of a run, items after the window, and mean instead of exact numbers of digits")
    static let connectionHeaders = Allowance(
        "connection-segments", 0.85, 1.3, covers: "TCP/IP headers of a connection's beginning and end",
        reason: "FIN and ACK share a segment or not, as the kernel's timing has it")

    static let segments = Allowance(
        "segments", 0.96, 1, covers: "segments of messages",
        reason: "two messages that are written at the same time share a segment")
    static let denseSegments = Allowance(
        "segments-dense", 0.6, 1, covers: "segments of pushed items that are random, or less than 40 ms apart",
        reason: "items that the client has not read yet are acknowledged together")
    static let acknowledgments = Allowance(
        "acknowledgments", fewer: 0.05, more: 0.1, unit: " per message", covers: "segments that only acknowledge",
        reason: "timers of the kernel, and a machine that is busy for longer than 40 ms")

    // MARK: Delays

    static let line = Allowance(
        "line", 1, 3, covers: "waiting time for a line that has a bandwidth",
        reason: "the waiting time of M/D/1 scatters more than its mean, and a run has a finite number of items")
    static let loss = Allowance(
        "loss", 0.3, 3, covers: "delay that loss adds",
        reason: "a run has few losses: with 10, two standard deviations of their number are 63 %; and stalls overlap")
    static let jitter = Allowance(
        "jitter", fewer: 0.25, more: 0.5, unit: " of the largest jitter", covers: "delay that jitter adds",
        reason: "no segment overtakes another, so jitter delays those behind a late one")
    static let arrivals = Allowance(
        "arrivals", fewer: 3, more: 3, unit: " standard errors",
        covers: "waits of long polling, and of the newest item, with random arrivals",
        reason: "a run has a finite number of answers, and the mean of few waits scatters")
    static let largest = Allowance(
        "largest", 1, 2, covers: "largest delays",
        reason: "a maximum over a run has no closed form: a second worst case may coincide with the first")
    static let pause = Allowance(
        "pause", more: 0.05, unit: " s", covers: "largest delays",
        reason: "the machine may run something else for a while")

    /// In the order of `Results/formulas.md`.
    package static let all = [
        pace, ends, start, emptyAnswers, batches, unfinished, afterWindow, periodicCoherence, randomCoherence,
        redundancy, bytes, connectionHeaders, segments, denseSegments, acknowledgments, line, loss, jitter, arrivals,
        largest, pause,
    ]
}

extension Allowance {
    /// The row of `Results/formulas.md`.
    package var tableRow: String { "| `\(id)` | \(covers) | \(size) | \(reason) |" }

    private var size: String {
        var parts: [String] = []
        if factor.low != 1 || factor.high != 1 { parts.append("× \(factor.low) to × \(factor.high)") }
        if fewer > 0 { parts.append("− \(fewer)\(unit)") }
        if more > 0 { parts.append("+ \(more)\(unit)") }
        return parts.joined(separator: ", ")
    }
}
