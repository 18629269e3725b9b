import Expressions
import Feed
import Measurement
import ResultFiles
import Transports

/// A comparison, checked and with defaults for all missing fields.
package struct Scenario: Sendable, Equatable {
    package let name: String
    /// What the comparison has to answer; may be empty.
    package let question: String
    /// Every point of the comparison: the cross product of all swept fields, without what `exclude` leaves out and what
    /// a server does not carry. Feeds vary slowest, then servers, and transports fastest, each in file order.
    package private(set) var cases: [Case]
    /// The ids of all cases, those included that ``only(_:)`` left out.
    let allCaseIDs: [String]
    /// Conditions that the results must fulfil.
    package let thresholds: [Predicate]
    /// Published claims that the results are compared with.
    package let claims: [PublishedClaim]
    package let repeats: Int
    package let seed: UInt64
    /// Where the text names each recording; the key is the path.
    let recordingPlaces: [String: ScenarioError.Location]
    /// All third-party servers that the text names, in its order.
    package let peers: [Peer]
    /// What is not measured because a server does not carry it; each once.
    package let leftOut: [LeftOutTransport]

    /// Numbers of clients that a case can have. Each load process has a part of them.
    package static let numbersOfClients = 1...1_000_000
    /// A run of more cases and repeats is refused.
    package static let maximumRuns = ScenarioDecoder.maximumRuns

    /// How `--set` changes a field: `clients=5`, `'feeds[0].rate=3/s'`; `nil` if no field has this name.
    package static func change(of field: String, to value: String) -> String? {
        ScenarioField.change(of: field, to: value)
    }

    package typealias Arrivals = ArrivalProcess

    /// A transport that a third-party server does not carry.
    package struct LeftOutTransport: Sendable, Hashable {
        package let server: String
        package let transport: String
    }

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
    ///   - peers: The third-party servers that `servers` can name.
    /// - Throws: ``ScenarioErrors`` with every mistake found.
    init(
        _ text: ScenarioText,
        registry: TransportRegistry = .standard,
        peers: any PeerSource = NoPeers()
    ) throws(ScenarioErrors) {
        var decoder = ScenarioDecoder(file: text.file, registry: registry, peers: peers)
        guard let scenario = decoder.scenario(text.root), decoder.errors.isEmpty else {
            throw ScenarioErrors(errors: decoder.errors.inTextOrder(first: text.file))
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
    ///   - peers: The third-party servers that `servers` can name.
    /// - Throws: ``ScenarioErrors`` with every mistake found.
    package init(
        text: String,
        file: String,
        overrides: [String] = [],
        registry: TransportRegistry = .standard,
        peers: any PeerSource = NoPeers()
    ) throws(ScenarioErrors) {
        try self.init(
            ScenarioText(text, file: file).applying(overrides: overrides), registry: registry, peers: peers)
    }

    init(
        name: String, question: String, cases: [Case], thresholds: [Predicate], claims: [PublishedClaim] = [],
        repeats: Int, seed: UInt64,
        recordingPlaces: [String: ScenarioError.Location], peers: [Peer] = [], leftOut: [LeftOutTransport] = []
    ) {
        self.name = name
        self.question = question
        self.cases = cases
        allCaseIDs = cases.map(\.id)
        self.thresholds = thresholds
        self.claims = claims
        self.repeats = repeats
        self.seed = seed
        self.recordingPlaces = recordingPlaces
        self.peers = peers
        self.leftOut = leftOut
    }

    /// The same scenario with fewer cases.
    ///
    /// - Parameter patterns: Each case matches one of them; none means all cases.
    /// - Returns: The scenario without the cases that match no pattern.
    /// - Throws: ``UnmatchedPattern`` for a pattern that no case matches.
    package func only(_ patterns: [CasePattern]) throws(UnmatchedPattern) -> Scenario {
        if patterns.isEmpty { return self }
        if let unmatched = patterns.first(where: { pattern in !cases.contains { pattern.matches($0.id) } }) {
            throw UnmatchedPattern(pattern: unmatched, example: cases.first?.id ?? "")
        }
        var smaller = self
        smaller.cases = cases.filter { one in patterns.contains { $0.matches(one.id) } }
        return smaller
    }
}
