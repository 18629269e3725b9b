import Transports

extension Scenario {
    /// A transport with its options.
    package struct TransportUse: Sendable {
        package let type: any ClientTransport.Type
        /// Distinguishes several uses of one transport: the label, else the options. Empty if the transport is used
        /// once with default words and numbers.
        package let variant: String
        /// Every option of the transport, with defaults for those not given.
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

        /// Whether its clients need every item once. Otherwise missed and repeated items are a result, not an error.
        package var wantsEachItem: Bool { type.wantsEachItem(options) }

        /// Whether its clients make HTTP requests.
        package var usesHTTP: Bool { type.usesHTTP }

        /// The HTTP version of requests or of the opening handshake; `nil` without HTTP.
        package var httpVersion: String? { usesHTTP ? options[HTTPVersion.key].number : nil }

        package var encrypts: Bool { options[Encryption.key] }

        package var intermediary: Intermediary { options[Intermediary.key] }

        /// Time from one poll of a client to the next; `nil` if clients do not poll on a schedule.
        package var pollInterval: Duration? { type.pollInterval(options) }

        /// Longest time for which the server holds a request; `nil` if it holds none.
        package var hold: Duration? { type.pacing == .serverHold ? options[LongPolling.hold] : nil }

        /// Longest time in which a client neither requests nor listens; zero for most transports.
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
