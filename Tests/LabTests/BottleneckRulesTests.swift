import Host
import Measurement
import Testing

@testable import Lab

@Suite("Rows that the measurement itself made invalid")
struct BottleneckRulesTests {
    @Test("a run that is not busy passes")
    func sound() {
        #expect(BottleneckRules.complaints(evidence()) == [])
    }

    @Test(
        "a load process that used more than 0.9 of a processor", arguments: [(0.9, false), (0.901, true), (1.4, true)])
    func loadCPU(ratio: Double, isRejected: Bool) {
        var evidence = evidence()
        evidence.loadCPURatio = ratio
        let complaints = BottleneckRules.complaints(evidence)
        #expect(complaints.count == (isRejected ? 1 : 0))
        #expect(complaints.allSatisfy { $0.contains("the load generator was the bottleneck") })
    }

    @Test("polls later than 1 ms or 5 % of the interval, whichever is less", arguments: [(1_000, 1_000), (10, 500)])
    func scheduleLag(intervalMilliseconds: Int, allowedMicroseconds: Int64) {
        var evidence = evidence()
        evidence.pollInterval = .milliseconds(intervalMilliseconds)
        evidence.scheduleLag = lags(10_000, of: allowedMicroseconds)
        #expect(BottleneckRules.complaints(evidence) == [])
        evidence.scheduleLag = lags(10_000, of: allowedMicroseconds + 5)
        #expect(BottleneckRules.complaints(evidence).count == 1)
        #expect(BottleneckRules.complaints(evidence).first?.contains("polls began late") == true)
    }

    @Test("in an echo case messages are late, not polls")
    func lateMessages() {
        var evidence = evidence()
        evidence.pollInterval = nil
        evidence.isEcho = true
        evidence.scheduleLag = lags(10_000, of: 1_005)
        #expect(BottleneckRules.complaints(evidence).first?.hasPrefix("messages were sent late") == true)
    }

    @Test(
        "a simulated network whose segments leave more than 1 ms late on average",
        arguments: [(1_000, 0), (1_005, 1)])
    func lateNetwork(microseconds: Int64, complaints: Int) {
        var evidence = evidence()
        evidence.linkLateness = lags(100, of: microseconds)
        #expect(BottleneckRules.complaints(evidence).count == complaints)
        #expect(BottleneckRules.disturbances(evidence).count == complaints)
    }

    @Test("a late publisher")
    func publisherLag() {
        var evidence = evidence()
        evidence.publisherLag = lags(10_000, of: 1_005)
        #expect(BottleneckRules.complaints(evidence).first?.contains("items were published late") == true)
        #expect(BottleneckRules.complaints(evidence).count == 1)
    }

    @Test("the lag of a busy process is left to the CPU rule, or is a result")
    func busy() {
        var evidence = evidence()
        evidence.scheduleLag = lags(10_000, of: 9_000)
        evidence.publisherLag = lags(10_000, of: 9_000)
        evidence.loadCPURatio = 0.5
        evidence.publisherCPURatio = 0.5
        #expect(BottleneckRules.complaints(evidence) == [])
    }

    @Test("kernel drops")
    func drops() {
        var evidence = evidence()
        evidence.kernelDrops = KernelDrops(counts: ["ListenDrops": 3, "TCPBacklogDrop": 0, "softnet": 1])
        #expect(
            BottleneckRules.complaints(evidence) == [
                "the kernel dropped connections or packets (queue full): ListenDrops 3, softnet 1"
            ])
    }

    @Test(
        "few observations are judged by their median, many by their 99th percentile",
        arguments: [(19, nil), (20, 50), (9_999, 50), (10_000, 99), (1_000_000, 99)] as [(UInt64, Double?)])
    func percentile(observations: UInt64, expected: Double?) {
        #expect(BottleneckRules.judgedPercentile(observations: observations) == expected)
    }

    @Test("pauses make a run invalid if they are 1 % of many polls, or change the median or the mean of few")
    func pauses() {
        var evidence = evidence()
        evidence.scheduleLag = lags(9_900, of: 50)
        evidence.scheduleLag.merge(lags(100, of: 40_000))
        #expect(BottleneckRules.complaints(evidence) == [])
        evidence.scheduleLag.merge(lags(10, of: 40_000))
        #expect(BottleneckRules.complaints(evidence).count == 1)
        evidence.scheduleLag = lags(100, of: 50)
        evidence.scheduleLag.merge(lags(100, of: 1_100))
        #expect(BottleneckRules.complaints(evidence) == [])
        evidence.scheduleLag.merge(lags(2, of: 1_100))
        #expect(BottleneckRules.complaints(evidence).count == 1)
        evidence.scheduleLag = lags(100, of: 50)
        evidence.scheduleLag.merge(lags(2, of: 40_000))
        #expect(BottleneckRules.complaints(evidence) == [])
        evidence.scheduleLag.merge(lags(1, of: 600_000))
        #expect(BottleneckRules.complaints(evidence).count == 1)
    }

    private func evidence() -> LoadEvidence {
        var evidence = LoadEvidence()
        evidence.loadCPURatio = 0.1
        evidence.publisherCPURatio = 0.1
        evidence.scheduleLag = lags(10_000, of: 80)
        evidence.publisherLag = lags(10_000, of: 80)
        return evidence
    }

    private func lags(_ count: Int, of microseconds: Int64) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for _ in 0..<count { histogram.record(microseconds: microseconds) }
        return histogram
    }
}
