import Host
import LoadGenerator
import Measurement

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
        pollInterval = outcome.pollInterval
        scheduleLag = outcome.record.scheduleLag
        publisherLag = outcome.publisherLag ?? LatencyHistogram()
        kernelDrops = outcome.kernelDrops ?? KernelDrops()
        timeObjections = outcome.record.timeObjections
        isEcho = outcome.isEcho
    }
}

extension LoadRecord {
    /// 1 is one processor fully used.
    var loadCPURatio: Double? {
        guard let windowUsage, windowSeconds > 0 else { return nil }
        return Double(windowUsage.cpuMicroseconds) / 1e6 / windowSeconds
    }
}
