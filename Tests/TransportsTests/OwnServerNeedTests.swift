import Testing

@testable import Transports

@Suite("Options that need PushLab's own server")
struct OwnServerNeedTests {
    /// By transport: `option: value` for every value that third-party servers do not serve, durations and numbers by
    /// one example.
    private func needy(_ transport: any PushTransport.Type) -> [String] {
        transport.options.flatMap { option -> [String] in
            let values: [TransportOptionValue] =
                switch option.kind {
                case .duration: [.duration(.seconds(5))]
                case .number: [.number(9)]
                case .flag: [.flag(true), .flag(false)]
                case .choice(let words): words.map { .choice($0) }
                }
            return values.filter(option.needsOwnServer).map { "\(option.name): \($0.text)" }
        }
    }

    private static let connection = ["http: 2", "http: 2-shared", "tls: true"]

    @Test("each transport's")
    func all() {
        #expect(
            needy(ShortPolling.self) == [
                "latest: true", "empty: full", "empty: conditional", "gzip: true", "headers: quantum2009", "http: 2",
                "http: 2-shared", "tls: true", "resumption: true",
            ])
        #expect(
            needy(LongPolling.self)
                == ["hold: 5s", "batch: one"] + Self.connection + ["resumption: true"])
        #expect(
            needy(ServerSentEvents.self) == ["accel-buffering: no", "accel-buffering: yes"] + Self.connection)
        #expect(
            needy(WebSocketPush.self) == [
                "subprotocol: binary", "deflate: context-takeover", "deflate: no-context-takeover", "window-bits: 9",
                "version: hybi-10", "version: hybi-07", "version: hixie-76", "version: hixie-75",
            ] + Self.connection)
    }

    @Test("no default needs it")
    func defaults() {
        for option in TransportRegistry.standard.push.flatMap({ $0.options }) {
            #expect(!option.needsOwnServer(for: option.defaultValue), "\(option.name)")
        }
    }
}
