import NIOCore

/// One way to carry something between clients and a server, as far as clients, scenarios, the command line and reports
/// know it.
///
/// A transport is a namespace that is never instantiated. ``PushTransport`` carries the feed to clients, ``EchoTransport``
/// the clients' own messages to the server and back.
package protocol ClientTransport: Sendable {
    /// The name used in scenarios, on the command line and in every result: `short-poll`, `long-poll`, …
    static var name: String { get }

    /// Other names that people call it by. They are not accepted, but lead to a suggestion.
    static var otherNames: [String] { get }

    /// The name in tables, plots and sentences: `short polling`.
    static var title: String { get }

    /// The colour in plots, `#RRGGBB`: from Okabe and Ito's palette, which colour-blind readers can distinguish.
    static var colour: String { get }

    /// How a client asks for it.
    static var entrance: Entrance { get }

    /// What decides when a client gets something.
    static var pacing: Pacing { get }

    /// Everything that a scenario may set for this transport.
    static var options: [TransportOption] { get }

    /// One sentence if options, each allowed by itself, do not go together.
    static func conflict(in options: TransportOptions) -> String?

    /// Whether a client with these options wants every item once. Otherwise missed and repeated items are a result, not
    /// a failure.
    static func wantsEachItem(_ options: TransportOptions) -> Bool

    /// Time from one poll of a client to its next; `nil` unless clients poll on a schedule.
    static func pollInterval(_ options: TransportOptions) -> Duration?

    /// Longest time for which a client neither asks nor listens; zero for most.
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

    package static var speaksHTTP: Bool {
        if case .path = entrance { true } else { false }
    }
}

/// How a client asks for a transport.
package enum Entrance: Sendable {
    /// By an HTTP request to this path.
    case path(StaticString)
    /// By the first line of a TCP connection, without HTTP.
    case firstLine(any FirstLineTransport.Type)

    /// `/poll`, or the first word of the line.
    package var text: String {
        switch self {
        case .path(let path): "\(path)"
        case .firstLine(let transport): "\(transport.firstWord)"
        }
    }
}

/// What decides when a client of a transport gets something.
package enum Pacing: Sendable {
    /// The client's interval: it asks on a schedule and is answered at once.
    case clientInterval
    /// The server's hold: a request is answered once there is an item or the hold ends. Then the client asks again.
    case serverHold
    /// The feed: each item is sent when it is published, in a response or on a connection that does not end.
    case feed
    /// The client's own messages, each of which the server sends back.
    case messages
}

/// The load generator's half of a transport, by what drives it.
package enum ClientHalf: Sendable {
    /// HTTP exchange after exchange; driven by libcurl.
    case exchanges(@Sendable (ListenerSetup) -> any ExchangeListener)
    /// One long-lived connection or stream per client; driven by the native client.
    case connection(@Sendable (ListenerSetup) -> any ConnectionListener)

    package var isMadeOfExchanges: Bool {
        if case .exchanges = self { true } else { false }
    }
}
