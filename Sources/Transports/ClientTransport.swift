/// What a scenario and the load generator's drivers know of a way to carry something: its name, its options and the
/// client's half.
///
/// ``PushTransport`` carries the feed to clients, ``EchoTransport`` their own messages there and back.
package protocol ClientTransport: Sendable {
    /// The name used in scenarios, on the command line and in every result: `short-poll`, `long-poll`, …
    static var name: String { get }

    /// The server's path: `/poll`, `/long-poll`, `/ws`, …
    static var path: StaticString { get }

    /// Whether a client is one HTTP exchange after another; else it has a connection of its own.
    static var isMadeOfExchanges: Bool { get }

    /// What a scenario may set for this transport.
    static var options: [TransportOption] { get }

    /// The load generator's half of one client.
    static func makeListener(_ setup: ListenerSetup) -> Listener
}
