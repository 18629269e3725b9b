import WebSocketProtocol

/// What a scenario may set for a WebSocket client, and what its handshake offers for it.
package struct WebSocketOptions {
    /// The frames that carry items.
    package enum ItemForm: String, OptionWord {
        case text
        case binary
    }

    /// How messages are compressed.
    package enum Compression: String, OptionWord {
        case off
        case contextTakeover = "context-takeover"
        case noContextTakeover = "no-context-takeover"
    }

    package static let subprotocol = OptionKey<ItemForm>(
        "subprotocol", default: .text,
        "Form of an item: text frames, or binary frames with the same fields in fixed width.")
    package static let compression = OptionKey<Compression>(
        "deflate", default: .off,
        "permessage-deflate (RFC 7692): compress each message with earlier messages as context, or on its own.")
    package static let windowBits = OptionKey<Int>(
        "window-bits", in: 9...15, default: 15,
        "Compression window: 2 to the power of this many bytes. Only with `deflate`.")
    static let all = [subprotocol.option, compression.option, windowBits.option]

    let subprotocol: FeedSubprotocol
    /// What permessage-deflate is offered with; `nil` for not at all.
    let deflate: DeflateParameters?

    init(_ options: TransportOptions) {
        subprotocol = options[Self.subprotocol] == .binary ? .binary : .text
        let bits = options[Self.windowBits]
        let compression = options[Self.compression]
        let forgets = compression == .noContextTakeover
        deflate =
            compression == .off
            ? nil
            : DeflateParameters(
                serverNoContextTakeover: forgets, clientNoContextTakeover: forgets,
                serverMaxWindowBits: bits, clientMaxWindowBits: bits)
    }
}
