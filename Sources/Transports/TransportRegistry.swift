/// Every transport the lab knows. A new one is a folder beside this file and a line in ``all``.
package enum TransportRegistry {
    package static let all: [any PushTransport.Type] = [
        ShortPolling.self, LongPolling.self, HTTPStreaming.self, ServerSentEvents.self, WebSocketPush.self,
        RawTCP.self,
    ]

    package static func transport(named name: String) -> (any PushTransport.Type)? {
        all.first { $0.name == name }
    }

    /// All names, for error messages: what is allowed.
    package static var names: [String] { all.map { $0.name } }
}
