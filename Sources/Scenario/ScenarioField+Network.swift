import Link
import Measurement

/// The fields of a network that hold quantities. Those of a line set both directions, or one of them below `up` or
/// `down`.
enum NetworkFields {
    static let roundTrip = BoundedField<Duration>(
        "network.rtt", LinkBounds.roundTrip, default: .zero, canSweep: true,
        "Round-trip time without jitter and queues, half in each direction. A new connection costs one round trip.")
    static let delay = BoundedField<Duration>(
        "network.up.delay", LinkBounds.roundTrip, canSweep: true,
        "Delay of one direction instead of half of `rtt`; `network.down.delay` likewise.")
    static let jitter = BoundedField<Duration>(
        "network.jitter", LinkBounds.jitter, default: .zero, canSweep: true,
        "Variation of the delay of each segment; the order of segments stays.")
    static let bandwidth = BoundedField<BitRate>(
        "network.bandwidth", LinkBounds.bandwidth, canSweep: true,
        "Bandwidth of each connection and direction. Connections do not share it. Without it there is no limit.")
    static let loss = BoundedField<Percentage>(
        "network.loss", LinkBounds.loss, default: Percentage(percent: 0), canSweep: true,
        "Share of segments that are lost. Each loss stalls its direction for 200 ms or two round trips, whichever is "
            + "longer.")
    static let queue = BoundedField<ByteCount>(
        "network.queue", sizes(LinkBounds.queueBytes), default: ByteCount(bytes: 64 << 10), canSweep: true,
        "Bytes that wait for the line or for slow start at most; then the sender has to wait. Only with `bandwidth` or "
            + "slow start.")
    static let resets = BoundedField<Duration>(
        "network.resets", LinkBounds.meanTime, canSweep: true,
        "Mean time after which a connection is reset (exponential distribution). Without it none is.")
    static let silence = BoundedField<Duration>(
        "network.silence", LinkBounds.meanTime, canSweep: true,
        "Mean time after which a connection carries nothing more, without being closed (half-open).")
    /// The two parts of a stall, `AFTER+LENGTH`.
    static let stallAfter = BoundedField<Duration>("network.stalls", LinkBounds.stallStart, "")
    static let stallLength = BoundedField<Duration>("network.stalls", LinkBounds.stallDuration, "")
    static let bufferedBytes = BoundedField<ByteCount>("network.buffering", sizes(LinkBounds.bufferedBytes), "")

    /// The fields below `up` and `down`.
    static let ofDirection = ["delay", "jitter", "jitter-distribution", "bandwidth", "loss", "queue"]
    static let distributions = JitterDistribution.allCases.map(\.rawValue)
    static let stallsText = "AFTER+LENGTH, such as 10s+2s"
    static let bufferingText = "whole, or \(bufferedBytes.rangeText)"

    private static func sizes(_ bytes: ClosedRange<Int>) -> ClosedRange<ByteCount> {
        ByteCount(bytes: bytes.lowerBound)...ByteCount(bytes: bytes.upperBound)
    }

    static let all: [ScenarioField] = [
        ScenarioField(
            "network", unit: "word, text or group", default: "none", range: "none, a preset, fields", canSweep: true,
            "A simulated network between clients and server, or a list of networks."),
        ScenarioField(
            "network.preset", unit: "word", default: "", range: LinkPreset.allCases.map(\.name).joined(separator: ", "),
            canSweep: true, "A network with published figures; other fields change parts of it."),
        ScenarioField(roundTrip),
        ScenarioField(jitter),
        ScenarioField(
            "network.jitter-distribution", unit: "word", default: JitterDistribution.uniform.rawValue,
            range: distributions.joined(separator: ", "), canSweep: true,
            "Distribution of the jitter J: even from −J to J, normal with standard deviation J, or exponential with "
                + "mean J. Only with `jitter`."),
        ScenarioField(bandwidth),
        ScenarioField(loss),
        ScenarioField(queue),
        ScenarioField(
            "network.slow-start", unit: "flag", default: "true", range: "true, false",
            canSweep: true,
            "Whether connections begin with a window of 10 segments that grows per round trip, as TCP does. Has no "
                + "effect without a round trip."),
        ScenarioField(
            "network.stalls", unit: "text or list of texts", default: "", range: stallsText,
            "Times in which nothing passes, counted from the start of the feed."),
        ScenarioField(resets),
        ScenarioField(silence),
        ScenarioField(
            "network.buffering", unit: "word or size", default: "", range: bufferingText, canSweep: true,
            "Holds back each response until it is complete, or until this many bytes wait, as some proxies do. Only "
                + "HTTP/1.1 without TLS."),
        ScenarioField(
            "network.up", unit: "group", default: "", range: ofDirection.joined(separator: ", "),
            "Fields of the direction from clients to server alone."),
        ScenarioField(delay),
        ScenarioField(
            "network.down", unit: "group", default: "", range: ofDirection.joined(separator: ", "),
            "Fields of the direction from server to clients alone."),
    ]
}
