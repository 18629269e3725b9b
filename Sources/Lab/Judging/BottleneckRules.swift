import Host
import LinkRelay
import LoadGenerator
import Measurement
import Scenario

/// Rejects rows in which the load generator or the publisher was the bottleneck. `Results/README.md` describes the
/// rules.
enum BottleneckRules {
    /// Above this the load process, which runs all clients in one thread, is overloaded.
    static let maximumLoadCPURatio = 0.9
    /// Below this a process was not busy, so lack of CPU time does not explain that it was late.
    static let lowCPURatio = 0.5
    /// The largest allowed lag. The largest share of the poll interval applies too; the smaller limit counts.
    static let longestLag = Duration.milliseconds(1)
    static let longestShareOfInterval = 0.05
    /// From this number of observations on, the rule checks the 99th percentile of a lag. With fewer observations,
    /// single pauses of a shared machine determine this percentile.
    static let observationsForP99: UInt64 = 10_000
    /// From this number on, the rule checks median and mean: a bottleneck is usually late, which raises the median, and
    /// a long pause raises the mean. With fewer observations, the rule does not apply.
    static let observationsForMedian: UInt64 = 20

    static func complaints(_ evidence: LoadEvidence) -> [String] { shortages(evidence) + delays(evidence) }

    /// Complaints that make bytes and times invalid: clients that lack CPU time send fewer requests and receive more
    /// items per response.
    static func shortages(_ evidence: LoadEvidence) -> [String] {
        [load(evidence.loadCPURatio)].compactMap { $0 }
    }

    /// Complaints that make only times invalid: counts of bytes and items stay correct.
    static func delays(_ evidence: LoadEvidence) -> [String] {
        [drops(evidence.kernelDrops)].compactMap { $0 } + disturbances(evidence)
    }

    /// Complaints that another attempt may avoid, because the machine paused.
    static func disturbances(_ evidence: LoadEvidence) -> [String] {
        let limit = longestLag(pollInterval: evidence.pollInterval)
        return [
            lag(
                evidence.scheduleLag, limit, cpuRatio: evidence.loadCPURatio,
                subject: evidence.isEcho ? "messages were sent late" : "polls began late", owner: "the load generator"),
            lag(
                evidence.publisherLag, limit, cpuRatio: evidence.publisherCPURatio,
                subject: "items were published late", owner: evidence.publisher),
            linkLateness(evidence.linkLateness),
        ].compactMap { $0 } + evidence.timeObjections
    }

    static func longestLag(pollInterval: Duration?) -> Duration {
        min(longestLag, (pollInterval ?? .seconds(3_600)) * longestShareOfInterval)
    }

    /// The percentile that this many observations are judged by; `nil` if they are too few.
    static func judgedPercentile(observations: UInt64) -> Double? {
        if observations >= observationsForP99 { return 99 }
        return observations >= observationsForMedian ? 50 : nil
    }

    private static func load(_ ratio: Double?) -> String? {
        guard let ratio, ratio > maximumLoadCPURatio else { return nil }
        return "the load generator was the bottleneck: it used \(percent(ratio)) of a processor, "
            + "at most \(percent(maximumLoadCPURatio)) is allowed"
    }

    private static func lag(
        _ lag: LatencyHistogram, _ limit: Duration, cpuRatio: Double?, subject: String, owner: String
    ) -> String? {
        guard let cpuRatio, cpuRatio < lowCPURatio,
            let percentile = judgedPercentile(observations: lag.count)
        else { return nil }
        let allowed = limit.nanoseconds / 1_000
        var seen: [String] = []
        if let value = lag.percentile(percentile), value > allowed { seen.append("p\(Int(percentile)) is \(value) us") }
        // With few observations, one long pause does not change the median, but it changes every mean delay.
        if lag.count < observationsForP99, let mean = lag.mean, mean > Double(allowed) {
            seen.append("the mean is \(Int(mean.rounded())) us")
        }
        if seen.isEmpty { return nil }
        return "\(subject) although \(owner) was not busy: \(seen.joined(separator: " and ")), "
            + "at most \(allowed) us is allowed"
    }

    // Median and mean only: with many segments, single pauses of a shared machine determine the 99th percentile.
    private static func linkLateness(_ lateness: LatencyHistogram) -> String? {
        let allowed = Double(longestLag.nanoseconds / 1_000)
        guard lateness.count >= observationsForMedian, let mean = lateness.mean, mean > allowed else { return nil }
        return "the simulated network was late: its segments left \(Int(mean.rounded())) us late on average, at most "
            + "\(Int(allowed)) us is allowed"
    }

    private static func drops(_ drops: KernelDrops) -> String? {
        drops.total == 0 ? nil : "the kernel dropped connections or packets (queue full): \(drops.text)"
    }

    private static func percent(_ ratio: Double) -> String {
        "\(Int((ratio * 100).rounded())) %"
    }
}

/// The evidence whether the transport or the measurement itself determined the results of a run.
struct LoadEvidence: Sendable {
    /// CPU time of the load process in the window, divided by the window's length.
    var loadCPURatio: Double?
    /// The same for the process that publishes the feed, divided by its number of threads.
    var publisherCPURatio: Double?
    /// The name of that process in sentences.
    var publisher = "the server"
    /// Time between two polls of a client; `nil` if clients do not poll at an interval.
    var pollInterval: Duration?
    var scheduleLag = LatencyHistogram()
    var publisherLag = LatencyHistogram()
    /// How late segments left the simulated network.
    var linkLateness = LatencyHistogram()
    var kernelDrops = KernelDrops()
    /// Other reasons of the load process why its times are invalid.
    var timeObjections: [String] = []
    /// Whether the schedule is that of messages that clients send, not that of polls.
    var isEcho = false

    init() {}

    init(_ outcome: CaseOutcome) {
        loadCPURatio = outcome.record.loadCPURatio
        publisherCPURatio = outcome.publisherCPURatio
        if outcome.hasFeeder { publisher = "the feeder" }
        pollInterval = outcome.subject.transport.pollInterval
        scheduleLag = outcome.record.scheduleLag
        publisherLag = outcome.publisherLag ?? LatencyHistogram()
        linkLateness = outcome.link?.addedLatency ?? LatencyHistogram()
        kernelDrops = outcome.kernelDrops ?? KernelDrops()
        timeObjections = outcome.record.timeObjections
        isEcho = outcome.subject.echo != nil
    }
}
