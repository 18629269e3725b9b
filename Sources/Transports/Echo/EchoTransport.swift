/// One way for clients to send messages and get each of them back.
///
/// The server's half is its `/echo`, the same for a WebSocket and for a POST.
package protocol EchoTransport: ClientTransport {}

/// Every way to carry echoes. A new one is a type in this folder and a place in ``all``.
package enum EchoRegistry {
    package static let all: [any EchoTransport.Type] = [WebSocketEcho.self, HTTPPost.self]

    package static func transport(named name: String) -> (any EchoTransport.Type)? {
        all.first { $0.name == name }
    }
}

/// Messages in masked frames up, their echoes in frames down, any number under way.
package enum WebSocketEcho: EchoTransport {
    package static let name = WebSocketPush.name
    package static let path = EchoSubscriber.path
    package static let isMadeOfExchanges = false
    package static let options = [HTTPVersion.option, Intermediary.optionFromHTTP11On, TransportOption.tls]

    package static func makeListener(_ setup: ListenerSetup) -> Listener {
        .connection(WebSocketEchoListener(setup))
    }
}

/// A message is the body of a POST, its echo the body of the response. A client has one under way at a time:
/// what is due meanwhile waits, and its round trip counts from its due time.
package enum HTTPPost: EchoTransport {
    package static let name = "http-post"
    package static let path = EchoSubscriber.path
    package static let isMadeOfExchanges = true
    package static let options = [HTTPVersion.option, Intermediary.option, TransportOption.tls]

    package static func makeListener(_ setup: ListenerSetup) -> Listener {
        .exchanges(PostEchoListener(setup))
    }
}
