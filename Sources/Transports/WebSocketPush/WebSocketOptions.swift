import WebSocketDrafts
import WebSocketProtocol

/// The options of a WebSocket client, and the offers of its handshake that follow from them.
package struct WebSocketOptions {
    /// The type of the frames that carry items.
    package enum ItemForm: String, OptionWord {
        case text
        case binary
    }

    package enum Compression: String, OptionWord {
        case off
        case contextTakeover = "context-takeover"
        case noContextTakeover = "no-context-takeover"
    }

    package static let subprotocol = OptionKey<ItemForm>(
        "subprotocol", default: .text,
        "Form of an item: text frames, or binary frames with the same fields in fixed width."
    ).servedByOwnServerOnly()
    package static let compression = OptionKey<Compression>(
        "deflate", default: .off, otherWords: ["on": .contextTakeover, "true": .contextTakeover, "false": .off],
        "permessage-deflate (RFC 7692): compress each message with earlier messages as context, or on its own."
    )
    .servedByOwnServerOnly()
    package static let windowBits = OptionKey<Int>(
        "window-bits", in: 9...15, default: 15,
        "Compression window of 2^N bytes. Only with `deflate`."
    ).servedByOwnServerOnly()
    static let all = [subprotocol.option, compression.option, windowBits.option]

    /// One sentence if a compression window is set without compression.
    static func conflict(in options: TransportOptions) -> String? {
        let bits = options[windowBits]
        guard bits != windowBits.defaultValue, options[compression] == .off else { return nil }
        return "window-bits is \(bits), which needs compression; add deflate: context-takeover or "
            + "deflate: no-context-takeover"
    }

    let subprotocol: FeedSubprotocol
    /// The permessage-deflate offer; `nil` offers no compression.
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

extension WebSocketVersion: OptionWord {}

extension WebSocketPush {
    package static let version = OptionKey<WebSocketVersion>(
        "version", allowing: WebSocketVersion.allCases.reversed(), default: .rfc6455,
        otherWords: ["13": .rfc6455, "8": .hybi10, "7": .hybi07, "76": .hixie76, "75": .hixie75],
        "Version of the WebSocket protocol: RFC 6455, or a draft that browsers once shipped."
    ).servedByOwnServerOnly()
}

extension TransportOptions {
    var webSocketVersion: WebSocketVersion { self[WebSocketPush.version] }

    /// Whether clients use a draft, which a server accepts only if its user enabled drafts.
    package var usesWebSocketDraft: Bool { webSocketVersion.isDraft }

    /// Whether every opening handshake has the same size. The keys of hixie-76 have random letters and spaces at random
    /// places (draft-hixie-thewebsocketprotocol-76 §4.1).
    package var hasHandshakeOfOneSize: Bool { webSocketVersion != .hixie76 }

    /// Whether the server can send Pings.
    package var allowsPings: Bool { webSocketVersion.hasPings }
}

extension TransportOptions {
    /// Whether a WebSocket with these options compresses messages.
    package var compressesMessages: Bool { WebSocketOptions(self).deflate != nil }
}
