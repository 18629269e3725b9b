import NIOCore

/// One way to carry data between clients and a server: what clients, scenarios, the command line and reports need.
///
/// A transport is a namespace and is never instantiated. ``PushTransport`` carries the feed to clients.
/// ``EchoTransport`` carries clients' messages to the server and back.
package protocol ClientTransport: Sendable {
    /// The name used in scenarios, on the command line and in every result: `short-poll`, `long-poll`, …
    static var name: String { get }

    /// Common other names. They are not accepted, but lead to a suggestion.
    static var otherNames: [String] { get }

    /// The name in tables, plots and sentences: `short polling`.
    static var title: String { get }

    /// The colour in plots, `#RRGGBB`, from the colour-blind-safe palette of Okabe and Ito.
    static var colour: String { get }

    /// The request with which a client starts to use it.
    static var entrance: Entrance { get }

    /// What decides when a client receives data.
    static var pacing: Pacing { get }

    /// Every option that a scenario may set for this transport.
    static var options: [TransportOption] { get }

    /// One sentence if the options, each allowed by itself, cannot be combined.
    static func conflict(in options: TransportOptions) -> String?

    /// Whether a client with these options should receive every item exactly once. Otherwise missed and repeated items
    /// are a result, not a failure.
    static func wantsEachItem(_ options: TransportOptions) -> Bool

    /// Time between two polls of a client; `nil` unless clients poll on a schedule.
    static func pollInterval(_ options: TransportOptions) -> Duration?

    /// Longest time for which a client has no request under way; zero for most transports.
    static func longestPause(_ options: TransportOptions) -> Duration

    /// The load generator's half.
    static var client: ClientHalf { get }
}

extension ClientTransport {
    package static var otherNames: [String] { [] }
    package static func conflict(in options: TransportOptions) -> String? { nil }
    package static func wantsEachItem(_ options: TransportOptions) -> Bool { true }
    package static func pollInterval(_ options: TransportOptions) -> Duration? { nil }
    package static func longestPause(_ options: TransportOptions) -> Duration { pollInterval(options) ?? .zero }

    package static var usesHTTP: Bool {
        if case .path = entrance { true } else { false }
    }
}

/// The request with which a client starts to use a transport.
package enum Entrance: Sendable {
    /// An HTTP request to this path.
    case path(StaticString)
    /// The first line of a TCP connection, without HTTP.
    case firstLine(any FirstLineTransport.Type)

    /// `/poll`, or the first word of the line.
    package var text: String {
        switch self {
        case .path(let path): "\(path)"
        case .firstLine(let transport): "\(transport.firstWord)"
        }
    }
}

/// What decides when a client of a transport receives data.
package enum Pacing: Sendable {
    /// The client's interval: it polls on a schedule and the server responds at once.
    case clientInterval
    /// The server's hold: it responds when there is an item or the hold ends. Then the client requests again.
    case serverHold
    /// The feed: each item is sent when it is published, in an endless response or on a connection.
    case feed
    /// The client's messages: the server echoes each of them.
    case messages
}

/// The load generator's half of a transport.
package enum ClientHalf: Sendable {
    /// One HTTP exchange after another; driven by libcurl.
    case exchanges(@Sendable (ListenerSetup) -> any ExchangeListener)
    /// One long-lived connection or stream per client; driven by the native client.
    case connection(@Sendable (ListenerSetup) -> any ConnectionListener)

    package var isMadeOfExchanges: Bool {
        if case .exchanges = self { true } else { false }
    }
}
