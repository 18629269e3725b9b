/// One way for clients to send messages and receive an echo of each.
///
/// The server's half is `/echo`, both for WebSocket and for POST.
package protocol EchoTransport: ClientTransport {}

extension EchoTransport {
    package static var entrance: Entrance { .path(EchoSubscriber.path) }
    package static var pacing: Pacing { .messages }
}

/// Sends messages in masked frames and receives echoes in unmasked frames; any number may be under way.
package enum WebSocketEcho: EchoTransport {
    package static let name = WebSocketPush.name
    package static let otherNames = WebSocketPush.otherNames
    package static let title = WebSocketPush.title
    package static let colour = WebSocketPush.colour
    package static let options = [HTTPVersion.key.option, Intermediary.http11Key.option, Encryption.key.option]
    package static let client = ClientHalf.connection { WebSocketEchoListener($0) }
}

/// A message is the body of a POST; its echo is the body of the response. A client has one message under way at a time.
/// Messages that fall due meanwhile wait, and their round trips count from their due times.
package enum HTTPPost: EchoTransport {
    package static let name = "http-post"
    package static let otherNames = ["post", "http"]
    package static let title = "HTTP POST"
    /// Same as long polling: the two never appear in one plot, because they carry different workloads.
    package static let colour = LongPolling.colour
    package static let options = [HTTPVersion.key.option, Intermediary.key.option, Encryption.key.option]
    package static let client = ClientHalf.exchanges { PostEchoListener($0) }
}
