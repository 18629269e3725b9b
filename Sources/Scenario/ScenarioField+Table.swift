import Feed
import Measurement

/// The fields that hold quantities, with their bounds and defaults.
enum Fields {
    static let clients = BoundedField(
        "clients", 1...20_000, default: 100, canSweep: true, "How many clients listen at once.")
    static let warmup = BoundedField<Duration>(
        "warmup", .zero ... .seconds(600), default: .seconds(2),
        "Time at the start whose items count in deliveries and bytes but not in delays and CPU.")
    static let duration = BoundedField<Duration>(
        "duration", .seconds(1) ... .seconds(3600), default: .seconds(10), "Time measured after the warm-up.")
    static let repeats = BoundedField("repeats", 1...1000, default: 1, "How often every case runs.")
    static let seed = BoundedField(
        "seed", 0...Int.max, default: 1, "Start of every random choice; the same seed gives the same items and order.")
    static let rate = BoundedField(
        "feeds[].rate", ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 100_000, per: .seconds(1)),
        default: ItemRate(items: 10, per: .seconds(1)), canSweep: true,
        "How many items are published a time; for `host`, how often the counters are read.")
    static let payload = BoundedField(
        "feeds[].payload", ByteCount(bytes: 20)...ByteCount(bytes: 1_048_576), default: ByteCount(bytes: 128),
        canSweep: true, "Size of an item, its sequence number and due time included; only for `synthetic`.")
    static let burst = BoundedField(
        "feeds[].burst", 2...10_000, default: 10, "Items that are due at once; only with `arrivals: bursty`.")
    static let sendRate = BoundedField(
        "send.rate", ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 1_000, per: .seconds(1)),
        default: ItemRate(items: 10, per: .seconds(1)), canSweep: true,
        "How many messages each client sends a time, whatever comes back and when.")
    static let sendPayload = BoundedField(
        "send.payload", ByteCount(bytes: 20)...ByteCount(bytes: 1_048_576), default: ByteCount(bytes: 128),
        canSweep: true, "Size of a message, its sequence number and due time included.")
    static let speed = BoundedField(
        "feeds[].speed", 0.001...1000.0, default: 1.0,
        "How many times faster than recorded the items are published; only for `replay`.")
}

extension ScenarioField {
    /// Every field of a scenario in the order of the documentation, the transports' own options left out: those are in
    /// each transport's `options`.
    static let all: [ScenarioField] = [
        ScenarioField(
            "name", unit: "text", default: nil, range: Label.rangeText,
            "Names the folder of the results."),
        ScenarioField(
            "question", unit: "text", default: "", range: "0 to 1000 characters",
            "What the comparison is to answer; printed above its results."),
        ScenarioField(
            "feeds", unit: "list of groups", default: nil, range: "1 entry or more",
            "What is pushed; every feed meets every transport. Not with `send`."),
        ScenarioField(
            "feeds[].source", unit: "text", default: nil, range: "synthetic, host, replay:FILE",
            "Where items come from; FILE is relative to the scenario file."),
        ScenarioField(Fields.rate),
        ScenarioField(Fields.payload),
        ScenarioField(
            "feeds[].arrivals", unit: "word", default: "constant",
            range: Scenario.Arrivals.allCases.map(\.rawValue).joined(separator: ", "),
            "How due times are spread around the rate; only for `synthetic`."),
        ScenarioField(Fields.burst),
        ScenarioField(Fields.speed),
        ScenarioField(
            "send", unit: "group", default: "", range: "rate, payload",
            "Clients send and the server echoes, instead of a feed."),
        ScenarioField(Fields.sendRate),
        ScenarioField(Fields.sendPayload),
        ScenarioField(Fields.clients),
        ScenarioField(
            "transports", unit: "list of groups", default: nil, range: "1 entry or more",
            "The ways of pushing to compare."),
        ScenarioField(
            "transports[].use", unit: "word", default: nil, range: "a transport's name",
            "Which transport; its own options stand beside it."),
        ScenarioField(
            "transports[].label", unit: "text", default: "", range: Label.rangeText,
            "Names this use in results where one transport is used several times."),
        ScenarioField(Fields.warmup),
        ScenarioField(Fields.duration),
        ScenarioField(Fields.repeats),
        ScenarioField(Fields.seed),
    ]

    /// The fields of one group, by the path in front of their name: `""`, `feeds[].`, `transports[].`.
    static func names(under prefix: String) -> [String] {
        all.filter { $0.path == prefix + $0.name }.map(\.name)
    }
}

/// A short text that is safe in a file name.
enum Label {
    static let rangeText = "1 to 64 letters, digits, points, hyphens and underscores, not a point first"

    static func isValid(_ text: String) -> Bool {
        let allowed = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
        return allowed && (1...64).contains(text.count) && text.first != "."
    }
}
