import Feed
import Measurement
import ResultFiles
import Transports

/// The fields that hold quantities, with their bounds and defaults.
enum Fields {
    static let clients = BoundedField(
        "clients", Scenario.numbersOfClients, default: 100, canSweep: true,
        "Number of clients that listen at the same time; more than 20000 need several load processes (`--processes`, "
            + "`--load-hosts`).")
    static let scaleOut = BoundedField(
        "scale-out", 1...16, canSweep: true,
        "Number of PushLab servers that follow one Redis stream behind HAProxy and share the clients. Without it there "
            + "is one server, without Redis and HAProxy. See below.")
    static let warmup = BoundedField<Duration>(
        "warmup", .zero ... .seconds(600), default: .seconds(2), canSweep: true,
        "Warm-up before the measurement; its items count in deliveries and bytes, not in delays and CPU.")
    static let duration = BoundedField<Duration>(
        "duration", .seconds(1) ... .seconds(3600), default: .seconds(10), canSweep: true,
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
        "feeds[].burst", 1...100_000, default: 10, canSweep: true,
        "Items due at the same time; only with `arrivals: bursty`.")
    static let sendRate = BoundedField(
        "send.rate", ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 1_000, per: .seconds(1)),
        default: ItemRate(items: 10, per: .seconds(1)), canSweep: true,
        "Messages per client and time, sent without waiting for echoes.")
    static let sendPayload = BoundedField(
        "send.payload", ByteCount(bytes: 20)...ByteCount(bytes: 1_048_576), default: ByteCount(bytes: 128),
        canSweep: true, "Size of a message, its sequence number and due time included.")
    static let sendBurst = BoundedField(
        "send.burst", 1...1_000, default: 1, canSweep: true,
        "Messages of a client that are due at the same time; the mean rate stays the same.")
    static let tolerance = BoundedField<Percentage>(
        "claims[].tolerance", Percentage(percent: 0)...Percentage(percent: 100), default: Percentage(percent: 0),
        "How far beyond a published bound a value may be, as a share of the bound.")
    static let speed = BoundedField(
        "feeds[].speed", 0.001...1000.0, default: 1.0, canSweep: true,
        "Replay speed relative to the recording; only for `replay`.")
}

extension ScenarioField {
    /// Every field of a scenario, in the order of the documentation. The options of a transport are in its `options`.
    static let all = data + NetworkFields.all + transports + StrainFields.all + times

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
            "feeds[].content", unit: "word", default: ItemContent.filler.rawValue,
            range: ItemContent.allCases.map(\.rawValue).joined(separator: ", "), canSweep: true,
            "Kind of data: random letters, JSON readings that change little, English text, or random bytes; only for "
                + "`synthetic`. See below."),
        ScenarioField(
            "feeds[].arrivals", unit: "word", default: "constant",
            range: Scenario.Arrivals.allCases.map(\.rawValue).joined(separator: ", "), canSweep: true,
            "Distribution of due times around the rate; only for `synthetic`."),
        ScenarioField(Fields.burst),
        ScenarioField(Fields.speed),
        ScenarioField(
            "send", unit: "group", default: "", range: "rate, payload, burst",
            "Clients send and the server echoes; replaces `feeds`."),
        ScenarioField(Fields.sendRate),
        ScenarioField(Fields.sendPayload),
        ScenarioField(Fields.sendBurst),
        ScenarioField(Fields.clients),
    ]

    private static let transports = [
        ScenarioField(
            "servers", unit: "word", default: Scenario.ownServer, range: "pushlab, or the name of a folder in peers",
            canSweep: true,
            "The servers to measure: PushLab's own and third-party ones. A server carries only some transports; the "
                + "other cases are left out. See below."),
        ScenarioField(Fields.scaleOut),
        ScenarioField(
            "transports", unit: "list of groups", default: nil, range: "1 entry or more",
            "The transports to compare."),
        ScenarioField(
            "transports[].use", unit: "word", default: nil, range: "a transport's name",
            "The transport; its options follow in the same entry."),
        ScenarioField(
            "transports[].label", unit: "text", default: "", range: Label.rangeText,
            "Names this use in results where one transport is used several times."),
        ScenarioField(
            "transports[].with", unit: "group", default: "",
            range: "feeds, send, clients, network, servers, scale-out, warmup, duration, "
                + "\(StrainFields.names.joined(separator: ", "))",
            "Fields that are different for this transport."),
    ]

    private static let times = [
        ScenarioField(Fields.warmup),
        ScenarioField(Fields.duration),
        ScenarioField(
            "axes", unit: "group of groups", default: "", range: "names of axes, each with fields and lists",
            "Axes whose fields change together. See below."),
        ScenarioField(
            "exclude", unit: "list of groups", default: "", range: "fields and axes with values",
            "Cases to leave out: those that have all values of an entry. See below."),
        ScenarioField(
            "thresholds", unit: "text or list of texts", default: "", range: "conditions on columns of the results",
            "What the results must fulfil; otherwise the run ends with exit code 3. See below."),
        ScenarioField(
            "claims", unit: "list of groups", default: "", range: "1 entry or more",
            "Published claims; a run compares them with its results and writes `claims.csv`. See below."),
        ScenarioField(
            "claims[].id", unit: "text", default: nil, range: Label.rangeText, "Short name of the claim."),
        ScenarioField(
            "claims[].source", unit: "text", default: nil, range: "1 to 1000 characters",
            "The publication, with section, figure or table."),
        ScenarioField(
            "claims[].statement", unit: "text", default: nil, range: "1 to 1000 characters",
            "The claim in one sentence."),
        ScenarioField(
            "claims[].quantity", unit: "text", default: nil, range: "an expression over columns of cases",
            "What is compared: `poll.requests / poll.delivered`."),
        ScenarioField(
            "claims[].words", unit: "text", default: "", range: "1 to 1000 characters", "The quantity in words."),
        ScenarioField(
            "claims[].published", unit: "number, list or group", default: nil,
            range: "871B, [500, 1000], {at-least: 2}, {at-most: 3}",
            "The published value or range, with the unit of the quantity."),
        ScenarioField(Fields.tolerance),
        ScenarioField(
            "claims[].origin", unit: "word", default: "published",
            range: PublishedClaim.Origin.allCases.map(\.rawValue).joined(separator: ", "),
            "Where the number is from: the publication states it, it follows from what the publication states, or the "
                + "publication has none and this scenario chooses the bound."),
        ScenarioField(
            "claims[].cases", unit: "group", default: "", range: "a name and the id, transport or label of a case",
            "Names for cases in the quantity, where a transport or label names several."),
        ScenarioField(
            "claims[].note", unit: "text", default: "", range: "1 to 1000 characters",
            "Differences between the published setting and this one."),
        ScenarioField(
            "claims[].not-comparable", unit: "text", default: "", range: "1 to 1000 characters",
            "Why the quantity is not that of the publication; then the verdict is `open`, whatever is measured."),
        ScenarioField(Fields.repeats),
        ScenarioField(Fields.seed),
        ScenarioField(
            "$schema", unit: "text", default: "", range: "any text",
            "Path or address of the JSON Schema, for editors; PushLab does not read it."),
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

    /// The fields that each kind of feed can have, in addition to its source.
    static func ofFeed(_ source: String) -> [String] {
        switch source {
        case "synthetic": ["rate", "payload", "content", "arrivals", "burst"]
        case "host": ["rate"]
        default: ["speed"]
        }
    }

    /// The fields of one group. The prefix is the path before the name: `""`, `feeds[].`, `transports[].`.
    static func names(under prefix: String) -> [String] {
        all.filter { $0.path == prefix + $0.name }.map(\.name)
    }
}

/// A short text that is safe in a file name.
enum Label {
    static let rangeText = "1 to 64 letters, digits, points, hyphens and underscores, not a point first"
    /// The same as a regular expression, for the JSON Schema.
    static let pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$"

    static func isValid(_ text: String) -> Bool {
        let allowed = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
        return allowed && (1...64).contains(text.count) && text.first != "."
    }
}
