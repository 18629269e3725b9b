import Feed
import Measurement
import Transports

/// The fields that hold quantities, with their bounds and defaults.
enum Fields {
    static let clients = BoundedField(
        "clients", 1...20_000, default: 100, canSweep: true, "Number of clients that listen at the same time.")
    static let warmup = BoundedField<Duration>(
        "warmup", .zero ... .seconds(600), default: .seconds(2),
        "Warm-up before the measurement; its items count in deliveries and bytes, not in delays and CPU.")
    static let duration = BoundedField<Duration>(
        "duration", .seconds(1) ... .seconds(3600), default: .seconds(10),
        "Length of the measurement, after the warm-up.")
    static let repeats = BoundedField("repeats", 1...1000, default: 1, "Number of runs per case.")
    static let seed = BoundedField(
        "seed", 0...UInt64.max, default: 1,
        "Seed of every random choice; the same seed gives the same items and order.")
    static let rate = BoundedField(
        "feeds[].rate", ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 100_000, per: .seconds(1)),
        default: ItemRate(items: 10, per: .seconds(1)), canSweep: true,
        "Publication rate; for `host`, the rate of reading the counters.")
    static let payload = BoundedField(
        "feeds[].payload", ByteCount(bytes: 20)...ByteCount(bytes: 1_048_576), default: ByteCount(bytes: 128),
        canSweep: true, "Size of an item, its sequence number and due time included; only for `synthetic`.")
    static let burst = BoundedField(
        "feeds[].burst", 1...100_000, default: 10, "Items due at the same time; only with `arrivals: bursty`.")
    static let sendRate = BoundedField(
        "send.rate", ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 1_000, per: .seconds(1)),
        default: ItemRate(items: 10, per: .seconds(1)), canSweep: true,
        "Messages per client and time, sent without waiting for echoes.")
    static let sendPayload = BoundedField(
        "send.payload", ByteCount(bytes: 20)...ByteCount(bytes: 1_048_576), default: ByteCount(bytes: 128),
        canSweep: true, "Size of a message, its sequence number and due time included.")
    static let speed = BoundedField(
        "feeds[].speed", 0.001...1000.0, default: 1.0,
        "Replay speed relative to the recording; only for `replay`.")
}

extension ScenarioField {
    /// Every field of a scenario, in the order of the documentation. The options of a transport are in its `options`.
    static let all = data + NetworkFields.all + transportsAndTimes

    private static let data = [
        ScenarioField(
            "name", unit: "text", default: nil, range: Label.rangeText,
            "Names the folder of the results."),
        ScenarioField(
            "question", unit: "text", default: "", range: "0 to 1000 characters",
            "What the comparison has to answer; printed above its results."),
        ScenarioField(
            "feeds", unit: "list of groups", default: nil, range: "1 entry or more",
            "What is published; every feed runs with every transport. Not with `send`."),
        ScenarioField(
            "feeds[].source", unit: "text", default: nil, range: "synthetic, host, replay:FILE",
            "Where items come from; FILE is relative to the scenario file."),
        ScenarioField(Fields.rate),
        ScenarioField(Fields.payload),
        ScenarioField(
            "feeds[].arrivals", unit: "word", default: "constant",
            range: Scenario.Arrivals.allCases.map(\.rawValue).joined(separator: ", "),
            "Distribution of due times around the rate; only for `synthetic`."),
        ScenarioField(Fields.burst),
        ScenarioField(Fields.speed),
        ScenarioField(
            "send", unit: "group", default: "", range: "rate, payload",
            "Clients send and the server echoes; replaces `feeds`."),
        ScenarioField(Fields.sendRate),
        ScenarioField(Fields.sendPayload),
        ScenarioField(Fields.clients),
    ]

    private static let transportsAndTimes = [
        ScenarioField(
            "transports", unit: "list of groups", default: nil, range: "1 entry or more",
            "The transports to compare."),
        ScenarioField(
            "transports[].use", unit: "word", default: nil, range: "a transport's name",
            "The transport; its options follow in the same entry."),
        ScenarioField(
            "transports[].label", unit: "text", default: "", range: Label.rangeText,
            "Names this use in results where one transport is used several times."),
        ScenarioField(Fields.warmup),
        ScenarioField(Fields.duration),
        ScenarioField(Fields.repeats),
        ScenarioField(Fields.seed),
    ]

    /// How `--set` changes a field or a transport's option: `clients=5`, `'feeds[0].rate=3/s'`.
    ///
    /// - Returns: `nil` if no field has this name.
    static func change(of name: String, to value: String, registry: TransportRegistry = .standard) -> String? {
        let paths = all.map(\.path) + registry.all.flatMap { $0.options.map { "transports[].\($0.name)" } }
        guard let path = paths.first(where: { $0 == name }) ?? paths.first(where: { $0.hasSuffix(".\(name)") }) else {
            return nil
        }
        let change = "\(path.replacing("[]", with: "[0]"))=\(value)"
        return change.contains("[") || change.contains(" ") ? "'\(change)'" : change
    }

    /// Whether a field that a scenario lacks can be added as a group, by an override of one of its fields.
    static func isGroup(_ name: String, under parent: String) -> Bool {
        let path = parent == "the scenario" ? name : "\(parent).\(name)"
        return all.contains { $0.path == path && $0.unit.hasSuffix("group") }
    }

    /// The fields of one group. The prefix is the path before the name: `""`, `feeds[].`, `transports[].`.
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
