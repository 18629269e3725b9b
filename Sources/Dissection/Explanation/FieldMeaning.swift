/// What a header field means in an opening handshake.
enum FieldMeaning {
    private static let known: [String: String] = [
        "host": "the server that the client means (RFC 6455 §4.1)",
        "upgrade": "asks for, or agrees to, another protocol on this connection",
        "connection": "names Upgrade, which concerns only this connection and not what lies behind a proxy",
        "sec-websocket-key": "16 random bytes in Base64; the server proves with Sec-WebSocket-Accept that it read them",
        "sec-websocket-version": "the version of the protocol; 13 is RFC 6455",
        "sec-websocket-protocol": "subprotocols: the client lists some, the server chooses one at most",
        "sec-websocket-extensions": "extensions: the client offers some, the server chooses among them",
        "sec-websocket-accept": "the server's proof: Base64 of SHA-1 of the key and a fixed text (§4.2.2)",
        "origin": "the page that opens the WebSocket; the server decides whether it may (§10.2)",
        "sec-websocket-origin": "the page that opens the WebSocket, in the drafts",
        "sec-websocket-location": "the URL of the WebSocket from the view of the server, in hixie-76",
        "websocket-location": "the URL of the WebSocket from the view of the server, in hixie-75",
        "websocket-origin": "the page that the server accepts, in hixie-75",
        "sec-websocket-key1": "a number hidden among spaces and other characters (hixie-76 §5.2)",
        "sec-websocket-key2": "a second number hidden in the same way",
        "cookie": "sent with the handshake only, never with frames",
        "user-agent": "the client's program; without meaning for the handshake",
        "content-length": "length of a body; a handshake has none",
        "date": "when the server answered; without meaning for the handshake",
        "server": "the server's program; without meaning for the handshake",
    ]

    static func of(_ name: String) -> String {
        known[name.lowercased()] ?? "without meaning for the handshake"
    }
}
