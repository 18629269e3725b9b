/// One way for clients to send messages and get each of them back.
///
/// The server's half is its `/echo`, the same for a WebSocket and for a POST.
package protocol EchoTransport: ClientTransport {}

extension EchoTransport {
    package static var entrance: Entrance { .path(EchoSubscriber.path) }
    package static var pacing: Pacing { .messages }
}

/// Messages in masked frames up, their echoes in frames down, any number under way.
package enum WebSocketEcho: EchoTransport {
    package static let name = WebSocketPush.name
    package static let otherNames = WebSocketPush.otherNames
    package static let title = WebSocketPush.title
    package static let colour = WebSocketPush.colour
    package static let options = [HTTPVersion.key.option, Intermediary.keyFromHTTP11On.option, Encryption.key.option]
    package static let client = ClientHalf.connection { WebSocketEchoListener($0) }
}

/// A message is the body of a POST, its echo the body of the response. A client has one under way at a time:
/// what is due meanwhile waits, and its round trip counts from its due time.
package enum HTTPPost: EchoTransport {
    package static let name = "http-post"
    package static let otherNames = ["post", "http"]
    package static let title = "HTTP POST"
    /// Long polling's colour, beside which it never stands: it carries another workload.
    package static let colour = LongPolling.colour
    package static let options = [HTTPVersion.key.option, Intermediary.key.option, Encryption.key.option]
    package static let client = ClientHalf.exchanges { PostEchoListener($0) }
}
