/// What a scenario and the load generator's drivers know of a way to carry something: its name, its options and the
/// client's half.
///
/// ``PushTransport`` carries the feed to clients, ``EchoTransport`` their own messages there and back.
package protocol ClientTransport: Sendable {
    /// The name used in scenarios, on the command line and in every result: `short-poll`, `long-poll`, …
    static var name: String { get }

    /// The server's path: `/poll`, `/long-poll`, `/ws`, …; empty for a transport that is not asked for by HTTP.
    static var path: StaticString { get }

    /// Whether a client is one HTTP exchange after another; else it has a connection of its own.
    static var isMadeOfExchanges: Bool { get }

    /// What a scenario may set for this transport.
    static var options: [TransportOption] { get }

    /// One sentence if options, each allowed by itself, do not go together.
    static func conflict(in options: TransportOptions) -> String?

    /// Whether a client with these options wants every item once. Else what it misses and gets again is a result.
    static func wantsEachItem(_ options: TransportOptions) -> Bool

    /// The load generator's half of one client.
    static func makeListener(_ setup: ListenerSetup) -> Listener
}

extension ClientTransport {
    package static var speaksHTTP: Bool { path.utf8CodeUnitCount > 0 }
    package static func conflict(in options: TransportOptions) -> String? { nil }
    package static func wantsEachItem(_ options: TransportOptions) -> Bool { true }
}
