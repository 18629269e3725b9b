import Feed
import Measurement
import Transports

/// A comparison as a person wrote it, checked and with every default filled in.
package struct Scenario: Sendable, Equatable {
    package let name: String
    /// What the comparison is to answer; empty if the author did not say.
    package let question: String
    /// One entry a feed and combination of its swept fields, in file order.
    package let feeds: [Feed]
    /// One entry a value of the sweep.
    let clients: [Int]
    package let transports: [TransportUse]
    package let warmup: Duration
    package let duration: Duration
    package let repeats: Int
    package let seed: UInt64
    /// Where the text names each recording, by its path.
    package let recordingPlaces: [String: ScenarioError.Location]

    package typealias Arrivals = ArrivalProcess

    /// Reads a scenario.
    ///
    /// - Parameters:
    ///   - text: The file's text, overrides applied.
    ///   - registry: What `use` may name.
    /// - Throws: ``ScenarioErrors`` with every mistake found.
    init(
        _ text: ScenarioText,
        registry: TransportRegistry = .standard
    ) throws(ScenarioErrors) {
        var decoder = ScenarioDecoder(file: text.file, registry: registry)
        guard let scenario = decoder.scenario(text.root), decoder.errors.isEmpty else {
            throw ScenarioErrors(errors: decoder.errors.inTextOrder)
        }
        self = scenario
    }

    /// Reads a scenario file's text with overrides from the command line.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - file: Its name for messages; relative paths in the text start at its folder.
    ///   - overrides: `path=value` each, applied in order.
    ///   - registry: What `use` may name.
    /// - Throws: ``ScenarioErrors`` with every mistake found.
    package init(
        text: String,
        file: String,
        overrides: [String] = [],
        registry: TransportRegistry = .standard
    ) throws(ScenarioErrors) {
        try self.init(ScenarioText(text, file: file).applying(overrides: overrides), registry: registry)
    }

    init(
        name: String,
        question: String,
        feeds: [Feed],
        clients: [Int],
        transports: [TransportUse],
        warmup: Duration,
        duration: Duration,
        repeats: Int,
        seed: Int,
        recordingPlaces: [String: ScenarioError.Location]
    ) {
        self.name = name
        self.question = question
        self.feeds = feeds
        self.clients = clients
        self.transports = transports
        self.warmup = warmup
        self.duration = duration
        self.repeats = repeats
        self.seed = UInt64(seed)
        self.recordingPlaces = recordingPlaces
    }
}
