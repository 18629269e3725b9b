import Feed
import Measurement

extension FeedServerConfiguration.FeedInput {
    /// The source of items whose due times are known in advance; `nil` if they come from outside.
    func makeSource() -> (any ItemSource)? {
        switch self {
        case .synthetic(let generator): SyntheticSource(generator)
        case .host(let period): HostSource(period: period)
        case .replay(let replay): ReplaySource(replay)
        case .pushed, .stream: nil
        }
    }

    /// The epoch of a feed that began before the server; `nil` if it begins with the server.
    var epoch: MonotonicInstant? { if case .stream(let feed) = self { feed.epoch } else { nil } }

    /// Whether other servers have the same items and sequences.
    var isShared: Bool { if case .stream = self { true } else { false } }
}

extension FeedServer {
    /// Publishes what a stream keeps, so that the first client can have it, and follows the stream from then on.
    ///
    /// - Returns: `nil` for another feed.
    /// - Throws: ``StreamFault``.
    static func followStream(
        _ configuration: FeedServerConfiguration, _ publisher: FeedPublisher, _ loops: [FeedLoop]
    ) async throws -> RedisSource? {
        guard case .stream(let feed) = configuration.feed else { return nil }
        let source = RedisSource(
            feed, publisher: publisher, loops: loops, historyItems: configuration.historyItems)
        try await source.start()
        return source
    }
}
