import Host
import LoadGenerator
import Measurement

/// Rejects rows in which the load generator or the publisher was the bottleneck. `Results/README.md` has the rules in
/// words.
enum BottleneckRules {
    /// Above this the load process, which has one driving thread, had no time left.
    static let maximumLoadCPURatio = 0.9
    /// Below this a process had processor time to spare: nothing excuses it for being late.
    static let lowCPURatio = 0.5
    /// A lag is at most this, and at most this share of the poll interval.
    static let longestLag = Duration.milliseconds(1)
    static let longestShareOfInterval = 0.05
    /// From so many observations on, the 99th percentile of a lag is judged; with fewer, single pauses of a shared
    /// machine make it.
    static let observationsForP99: UInt64 = 10_000
    /// From so many on, the median and the mean: whatever is the bottleneck is late as a rule, and a long pause moves
    /// the mean. With fewer nothing is judged.
    static let observationsForMedian: UInt64 = 20

    static func complaints(_ evidence: LoadEvidence) -> [String] { shortages(evidence) + delays(evidence) }

    /// What spoils bytes and times: clients without processor time make fewer requests, and fuller ones.
    static func shortages(_ evidence: LoadEvidence) -> [String] {
        [load(evidence.loadCPURatio)].compactMap { $0 }
    }

    /// What spoils times alone: bytes and items are counted all the same.
    static func delays(_ evidence: LoadEvidence) -> [String] {
        [drops(evidence.kernelDrops)].compactMap { $0 } + disturbances(evidence)
    }

    /// The complaints that another attempt may be free of: the machine paused.
    static func disturbances(_ evidence: LoadEvidence) -> [String] {
        let limit = longestLag(pollInterval: evidence.pollInterval)
        return [
            lag(
                evidence.scheduleLag, limit, cpuRatio: evidence.loadCPURatio,
                subject: evidence.isEcho ? "messages were sent late" : "polls began late", owner: "the load generator"),
            lag(
                evidence.publisherLag, limit, cpuRatio: evidence.serverCPURatio,
                subject: "items were published late", owner: "the server"),
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
        // One long pause leaves the median of few observations alone and still moves every mean delay.
        if lag.count < observationsForP99, let mean = lag.mean, mean > Double(allowed) {
            seen.append("the mean is \(Int(mean.rounded())) us")
        }
        if seen.isEmpty { return nil }
        return "\(subject) though \(owner) had time to spare: \(seen.joined(separator: " and ")), "
            + "at most \(allowed) us is allowed"
    }

    private static func drops(_ drops: KernelDrops) -> String? {
        drops.total == 0 ? nil : "the kernel dropped what it had no room for: \(drops.text)"
    }

    private static func percent(_ ratio: Double) -> String {
        "\(Int((ratio * 100).rounded())) %"
    }
}

/// What tells whether a run's figures are the transport's, or those of what measured it.
struct LoadEvidence: Sendable {
    /// CPU time of the load process in the window by the window's length.
    var loadCPURatio: Double?
    /// The same of the server, by its threads.
    var serverCPURatio: Double?
    /// Time between two polls of a client, where clients poll at one.
    var pollInterval: Duration?
    var scheduleLag = LatencyHistogram()
    var publisherLag = LatencyHistogram()
    var kernelDrops = KernelDrops()
    /// What else the load process says against its times.
    var timeObjections: [String] = []
    /// Whether the schedule is of messages that clients send, not of polls.
    var isEcho = false

    init() {}

    init(_ outcome: CaseOutcome) {
        loadCPURatio = outcome.record.loadCPURatio
        serverCPURatio = outcome.serverCPURatio
        pollInterval = outcome.subject.transport.pollInterval
        scheduleLag = outcome.record.scheduleLag
        publisherLag = outcome.publisherLag ?? LatencyHistogram()
        kernelDrops = outcome.kernelDrops ?? KernelDrops()
        timeObjections = outcome.record.timeObjections
        isEcho = outcome.subject.echo != nil
    }
}

extension LoadRecord {
    /// 1 is one processor fully used.
    var loadCPURatio: Double? {
        guard let windowUsage, windowSeconds > 0 else { return nil }
        return Double(windowUsage.cpuMicroseconds) / 1e6 / windowSeconds
    }
}
