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

    package typealias Arrivals = ArrivalProcess

    /// A transport with its settings.
    package struct TransportUse: Sendable, Hashable {
        /// The transport's name in the registry.
        package let name: String
        /// Tells two uses of one transport apart: the label, else the options; empty if the transport is used once
        /// and makes no unusual choice.
        package let variant: String
        /// Every option of the transport, defaults filled in.
        package let options: TransportOptions

        package init(name: String, variant: String = "", options: TransportOptions) {
            self.name = name
            self.variant = variant
            self.options = options
        }

        /// The name for file names and tables: `short-poll` or `short-poll_interval-1s`.
        package var id: String { variant.isEmpty ? name : "\(name)_\(variant)" }

        /// Whether its clients want every item once; else what they miss and get again is a result.
        package var wantsEachItem: Bool {
            TransportRegistry.transport(named: name)?.wantsEachItem(options) ?? true
        }

        /// Whether its clients make HTTP requests.
        package var speaksHTTP: Bool {
            TransportRegistry.transport(named: name)?.speaksHTTP ?? true
        }

        /// The version of HTTP that its clients speak, in requests or in the opening handshake; `nil` if none.
        package var httpVersion: String? {
            speaksHTTP ? (HTTPVersion(options).isHTTP2 ? "2" : "1.1") : nil
        }

        /// Time that a client lets pass between its requests at most; `nil` if it lets none pass.
        package var pollInterval: Duration? {
            options.duration("interval") ?? options.duration("pause")
        }
    }

    /// Reads a scenario.
    ///
    /// - Parameters:
    ///   - text: The file's text, overrides applied.
    ///   - transports: What `use` may name.
    /// - Throws: ``ScenarioErrors`` with every mistake found.
    init(
        _ text: ScenarioText,
        transports: [any PushTransport.Type] = TransportRegistry.all
    ) throws(ScenarioErrors) {
        var decoder = ScenarioDecoder(file: text.file, transports: transports)
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
    ///   - transports: What `use` may name.
    /// - Throws: ``ScenarioErrors`` with every mistake found.
    package init(
        text: String,
        file: String,
        overrides: [String] = [],
        transports: [any PushTransport.Type] = TransportRegistry.all
    ) throws(ScenarioErrors) {
        try self.init(ScenarioText(text, file: file).applying(overrides: overrides), transports: transports)
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
        seed: Int
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
    }
}
