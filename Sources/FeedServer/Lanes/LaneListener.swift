import Feed
import LinkRelay
import Measurement
import Transports

/// The teaching page with its lanes: the listening socket behind all lane ports, and the ports.
struct LaneListener: Sendable {
    let listener: OpenPort
    let ports: [LanePort]
    let site: PageSite
    /// The main port, whose pages may use the lanes; set once the server listens on it.
    let pagePort: PagePort

    /// - Throws: The error of the system, or ``LinkRelayFault`` for a lane port that cannot be used.
    static func open(
        _ page: PageConfiguration, _ listening: Listening, status: StatusPages, publisher: FeedPublisher
    ) async throws -> LaneListener {
        let configuration = listening.configuration
        let registry = LaneRegistry(
            mostConnections: page.laneConnections * LanePort.count(configuration.transports))
        let pagePort = PagePort()
        var settings = configuration.settings
        settings.origins.pagePort = pagePort
        let router = RequestRouter(
            status: status, publishing: nil, settings: settings, transports: configuration.transports, lanes: registry)
        let listener = try await listening.bind(host: "127.0.0.1", port: 0, router, lanes: registry)
        let ports = try LanePort.open(
            for: configuration.transports, to: listener.number, host: configuration.host, page)
        let board = ControlBoard(
            initialState(page, configuration), publisher: publisher, loops: listening.loops, lanes: registry,
            relays: ports.map(\.relay))
        let facts = PageFacts(
            lanes: ports.map { PageFacts.Lane(transport: $0.transport, port: $0.port) },
            usesTLS: listening.tls != nil, feed: configuration.feedText, addresses: page.addresses,
            pagePort: pagePort)
        let site = PageSite(
            page, facts: facts, board: board, lanes: LanePages(registry, loops: listening.loops), publisher: publisher,
            origins: configuration.settings.origins)
        return LaneListener(listener: listener, ports: ports, site: site, pagePort: pagePort)
    }

    private static func initialState(
        _ page: PageConfiguration, _ configuration: FeedServerConfiguration
    ) -> ControlState {
        var state = ControlState()
        state.hold = configuration.settings.hold
        (state.rate, state.payload) = (page.rate, page.payload)
        return state
    }

    /// Resets the connections that are left on the lane ports.
    func stop() async {
        for port in ports { _ = await port.relay.stop() }
    }
}
