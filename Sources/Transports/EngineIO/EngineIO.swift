import Measurement

/// A transport whose server's half is not part of this project: clients of other servers use it.
package protocol ListenerOnlyTransport: ClientTransport {}

/// Socket.IO 5 on Engine.IO 4, the protocol of socket.io and its relatives: a session that is opened over HTTP or
/// WebSocket, with pings of the server, and JSON around each item.
///
/// An item is the second element of an event named `item`: `42["item","SEQUENCE,DUE,DATA"]`. Its text is payload, the
/// rest of the event envelope, like the pings and pongs. What opens the session, up to the connected namespace, is
/// handshake.
package enum EngineIO: ListenerOnlyTransport {
    package static let name = "engine-io"
    package static let otherNames = ["socket.io", "socketio", "socket-io", "engine.io", "engineio"]
    package static let title = "Socket.IO"
    package static let colour = "#56B4E9"
    static let path: StaticString = "/socket.io/"
    package static let entrance = Entrance.path(path)
    package static let pacing = Pacing.feed

    package static let options = [
        EngineCarrier.key.option, Intermediary.http11Key.option, Encryption.key.option,
    ]

    package static let client = ClientHalf.connection { EngineListener($0) }
}

/// What carries the packets of Engine.IO.
package enum EngineCarrier: String, OptionWord {
    case webSocket = "websocket"
    /// One HTTP request after another on one connection; the server holds a GET until it has packets.
    case polling
    /// A session that begins with polling, and goes on as a WebSocket on the same connection.
    case upgrade

    package static let key = OptionKey<EngineCarrier>(
        "carrier", default: .webSocket,
        "What carries the packets: a WebSocket, HTTP requests, or requests first and then a WebSocket.")
}
