import Measurement
import Transports

/// A browser whose pages are clients.
package enum BrowserKind: String, Codable, Sendable, CaseIterable {
    case chromium
    case firefox
}

/// A browser that waits for commands on this host.
package struct BrowserPlan: Codable, Sendable, Hashable {
    package var kind: BrowserKind
    package var version: String
    /// The port on 127.0.0.1 of its control connection.
    package var port: Int
    /// The path of its control connection.
    package var path: String

    package init(kind: BrowserKind, version: String, port: Int, path: String) {
        (self.kind, self.version, self.port, self.path) = (kind, version, port, path)
    }

    /// The most clients that a run may have: pages of one browser compete for its processes.
    package static let mostClients = 20

    /// The transports that a page can use.
    package static func canUse(_ transport: any ClientTransport.Type) -> Bool {
        [ShortPolling.name, LongPolling.name, HTTPStreaming.name, ServerSentEvents.name, WebSocketPush.name]
            .contains(transport.name)
    }

    /// The options of transports that a page can follow; the browser decides everything else.
    package static let options = [ShortPolling.interval.option.name, LongPolling.hold.option.name]
}

/// What is known of the browser of a run, and of its pages.
package struct BrowserRecord: Codable, Sendable {
    package var kind = BrowserKind.chromium
    package var version = ""
    /// Its name in requests (`User-Agent`).
    package var agent = ""
    package var pages = 0
    /// Largest error of an arrival in a page, µs: half of the fastest round trip to the page's clock, and the step of
    /// that clock; of the worst page. `nil` if a page did not answer.
    package var clockErrorMicroseconds: Int?
    /// Step of a page's clock, µs; of the worst page.
    package var clockStepMicroseconds: Int?
    /// From the arrival at this host to the arrival in the page; `nil` if they cannot be paired.
    package var pageDelay: LatencyHistogram?
    /// The headers of the first request, as the browser sent them; empty if it sent none.
    package var requestHead = ""

    package init() {}
}
