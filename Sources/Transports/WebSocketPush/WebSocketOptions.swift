import WebSocketProtocol

/// What a scenario may set for a WebSocket client, and what its handshake offers for it.
struct WebSocketOptions {
    static let all = [subprotocol, deflate, windowBits]

    private static let subprotocol = TransportOption(
        name: "subprotocol", kind: .choice(["text", "binary"]), defaultValue: .choice("text"),
        summary: "the form of an item: text frames, or binary frames with the same fields in fixed width")
    private static let deflate = TransportOption(
        name: "deflate", kind: .choice(["off", "context-takeover", "no-context-takeover"]),
        defaultValue: .choice("off"),
        summary: "permessage-deflate: each message compressed with what came before it in mind, or on its own")
    private static let windowBits = TransportOption(
        name: "window-bits", kind: .choice((9...15).map { "\($0)" }), defaultValue: .choice("15"),
        summary: "how far back compression looks, as a power of two in bytes; only with deflate")

    let subprotocol: FeedSubprotocol
    /// What permessage-deflate is offered with; `nil` for not at all.
    let deflate: DeflateParameters?

    /// Missing options have their defaults.
    init(_ options: TransportOptions) {
        subprotocol = options.choice("subprotocol") == "binary" ? .binary : .text
        let bits = options.choice("window-bits").flatMap { Int($0) } ?? 15
        let word = options.choice("deflate") ?? "off"
        let forgets = word == "no-context-takeover"
        deflate =
            word == "off"
            ? nil
            : DeflateParameters(
                serverNoContextTakeover: forgets, clientNoContextTakeover: forgets,
                serverMaxWindowBits: bits, clientMaxWindowBits: bits)
    }
}
