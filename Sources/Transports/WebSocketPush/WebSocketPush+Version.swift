import WebSocketDrafts

extension WebSocketVersion: OptionWord {}

extension WebSocketPush {
    package static let version = OptionKey<WebSocketVersion>(
        "version", allowing: WebSocketVersion.allCases.reversed(), default: .rfc6455,
        "Version of the WebSocket protocol: RFC 6455, or a draft that browsers once shipped.")
}

extension TransportOptions {
    /// RFC 6455 where nothing else is asked for.
    var webSocketVersion: WebSocketVersion { self[WebSocketPush.version] }

    /// Whether a server answers these clients only if its user wants drafts answered.
    package var speaksWebSocketDraft: Bool { webSocketVersion.isDraft }
}
