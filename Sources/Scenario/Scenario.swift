import Feed
import Measurement
import Transports

/// A comparison, checked and with defaults for all missing fields.
package struct Scenario: Sendable, Equatable {
    package let name: String
    /// What the comparison has to answer; may be empty.
    package let question: String
    /// One entry per feed and combination of its swept fields, in file order.
    package let feeds: [Feed]
    /// One entry per value of the sweep.
    let clients: [Int]
    /// One entry per network and combination of its swept fields, in file order; `nil` is no simulated network.
    package let networks: [Network?]
    package let transports: [TransportUse]
    package let warmup: Duration
    package let duration: Duration
    package let repeats: Int
    package let seed: UInt64
    /// Where the text names each recording; the key is the path.
    let recordingPlaces: [String: ScenarioError.Location]

    /// How `--set` changes a field: `clients=5`, `'feeds[0].rate=3/s'`; `nil` if no field has this name.
    package static func change(of field: String, to value: String) -> String? {
        ScenarioField.change(of: field, to: value)
    }

    package typealias Arrivals = ArrivalProcess

    /// A mistake in a recording, with the place in the text that names the recording.
    ///
    /// - Parameters:
    ///   - path: Of a recording that the scenario replays.
    ///   - message: What is wrong with it.
    /// - Returns: One error.
    package func recordingError(_ path: String, _ message: String) -> ScenarioErrors {
        guard let place = recordingPlaces[path] else {
            preconditionFailure("\(path) is not a recording of this scenario")
        }
        return ScenarioErrors(errors: [ScenarioError(at: place, message)])
    }

    /// Reads a scenario.
    ///
    /// - Parameters:
    ///   - text: The text with overrides applied.
    ///   - registry: The transports that `use` can name.
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
    ///   - file: Name for error messages; relative paths in the text start at its folder.
    ///   - overrides: Each `path=value`, applied in order.
    ///   - registry: The transports that `use` can name.
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
        networks: [Network?],
        transports: [TransportUse],
        warmup: Duration,
        duration: Duration,
        repeats: Int,
        seed: UInt64,
        recordingPlaces: [String: ScenarioError.Location]
    ) {
        self.name = name
        self.question = question
        self.feeds = feeds
        self.clients = clients
        self.networks = networks
        self.transports = transports
        self.warmup = warmup
        self.duration = duration
        self.repeats = repeats
        self.seed = seed
        self.recordingPlaces = recordingPlaces
    }
}
