import Measurement
import Transports

/// The fields on clients that leave, restarts and slow clients.
enum StrainFields {
    static let mean = BoundedField<Duration>(
        "lifetime.mean", .milliseconds(100) ... .seconds(3_600), canSweep: true,
        "Mean time from a client's arrival until it disconnects. Without it clients stay.")
    static let away = BoundedField<Duration>(
        "lifetime.away", .zero ... .seconds(600), default: .zero, canSweep: true,
        "Time until a client that left comes back, with the last item that it has.")
    static let after = BoundedField<Duration>(
        "reconnect.after", .milliseconds(100) ... .seconds(3_600), canSweep: true,
        "When the server restarts, from the start of the measurement; required in the group.")
    static let down = BoundedField<Duration>(
        "reconnect.down", .milliseconds(100) ... .seconds(60), default: .seconds(1), canSweep: true,
        "Time in which the server refuses connections.")
    static let wait = BoundedField<Duration>(
        "reconnect.wait", .milliseconds(1) ... .seconds(60), default: .milliseconds(50), canSweep: true,
        "Wait of a client before it connects again.")
    static let share = BoundedField<Percentage>(
        "slow-clients", Percentage(percent: 0)...Percentage(percent: 100), default: Percentage(percent: 0),
        canSweep: true,
        "Additional clients that read slowly, as a share of `clients`, at least one. Separate columns have "
            + "their figures.")
    static let readRate = BoundedField<BitRate>(
        "slow-read", BitRate(bitsPerSecond: 1_000)...BitRate(bitsPerSecond: 1_000_000_000),
        default: BitRate(bitsPerSecond: 8_000), canSweep: true, "Rate at which each slow client reads.")
    static let history = BoundedField(
        "history", 1...1_000_000, canSweep: true,
        "Items that the server keeps for clients that are behind. Without it, as many as the case can need.")

    static let all: [ScenarioField] = [
        ScenarioField(
            "lifetime", unit: "time or group", default: "", range: "\(mean.rangeText), or mean, distribution, away",
            canSweep: true, "Clients disconnect and come back; a time is the mean. See below."),
        ScenarioField(mean),
        ScenarioField(
            "lifetime.distribution", unit: "word", default: Scenario.Lifetime.distributions[0],
            range: Scenario.Lifetime.distributions.joined(separator: ", "), canSweep: true,
            "Distribution of this time: exponential, even from 0 to twice the mean, or always the mean."),
        ScenarioField(away),
        ScenarioField(
            "reconnect", unit: "group", default: "", range: "after, down, wait, backoff, jitter, history",
            "The server restarts, and all clients come back at once. See below."),
        ScenarioField(after),
        ScenarioField(down),
        ScenarioField(wait),
        ScenarioField(
            "reconnect.backoff", unit: "flag", default: "true", range: "true, false", canSweep: true,
            "Whether the wait doubles with each failed attempt."),
        ScenarioField(
            "reconnect.jitter", unit: "flag", default: "true", range: "true, false", canSweep: true,
            "Whether the wait is random, from half of its length to all of it."),
        ScenarioField(
            "reconnect.history", unit: "word", default: "kept", range: "kept, lost", canSweep: true,
            "Whether the server still has the items from before the restart."),
        ScenarioField(share),
        ScenarioField(readRate),
        ScenarioField(history),
        ScenarioField(
            "slow-subscriber", unit: "word", default: SlowSubscriberPolicy.disconnect.rawValue,
            range: SlowSubscriberPolicy.allCases.map(\.rawValue).joined(separator: ", "), canSweep: true,
            "What the server does with a client that is further behind than its history: a notice of the gap and the "
                + "end of the connection, or go on without the lost items."),
    ]

    /// Fields without which their group means nothing.
    static let requiredInGroup = [mean.path, after.path]

    /// The fields of a case among them, which `with` and `axes` may change.
    static let names = ["lifetime", "reconnect", "slow-clients", "slow-read", "history", "slow-subscriber"]
}
