import Transports

extension Scenario {
    /// A transport with its settings.
    package struct TransportUse: Sendable {
        package let type: any ClientTransport.Type
        /// Tells two uses of one transport apart: the label, else the options; empty if the transport is used once
        /// and makes no unusual choice.
        package let variant: String
        /// Every option of the transport, defaults filled in.
        package let options: TransportOptions

        package init(_ type: any ClientTransport.Type, variant: String = "", options: TransportOptions) {
            self.type = type
            self.variant = variant
            self.options = options
        }

        /// The transport's name in the registry.
        package var name: String { type.name }

        /// The name for file names and tables: `short-poll` or `short-poll_interval-1s`.
        package var id: String { variant.isEmpty ? name : "\(name)_\(variant)" }

        /// Whether its clients want every item once; else what they miss and get again is a result.
        package var wantsEachItem: Bool { type.wantsEachItem(options) }

        /// Whether its clients make HTTP requests.
        package var speaksHTTP: Bool { type.speaksHTTP }

        /// The version of HTTP that its clients speak, in requests or in the opening handshake; `nil` if none.
        package var httpVersion: String? { speaksHTTP ? options[HTTPVersion.key].number : nil }

        package var encrypts: Bool { options[Encryption.key] }

        package var intermediary: Intermediary { options[Intermediary.key] }

        /// Time from one poll of a client to its next; `nil` unless clients poll on a schedule.
        package var pollInterval: Duration? { type.pollInterval(options) }

        /// Longest time for which a client neither asks nor listens; zero for most.
        package var longestPause: Duration { type.longestPause(options) }
    }
}

extension Scenario.TransportUse: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.type == right.type && left.variant == right.variant && left.options == right.options
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(type))
        hasher.combine(variant)
        hasher.combine(options)
    }
}
