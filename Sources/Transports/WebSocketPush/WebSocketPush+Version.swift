import WebSocketDrafts

extension WebSocketPush {
    private static let versionName = "version"

    static let versionOption = TransportOption(
        name: versionName, kind: .choice(WebSocketVersion.allCases.reversed().map(\.rawValue)),
        defaultValue: .choice(WebSocketVersion.rfc6455.rawValue),
        summary: "version of the WebSocket protocol: RFC 6455, or a draft that browsers once shipped")

    /// The version that a use of this transport asks for.
    package static func version(of options: TransportOptions) -> WebSocketVersion {
        guard case .choice(let name) = options[versionName] else { return .rfc6455 }
        return WebSocketVersion(rawValue: name) ?? .rfc6455
    }
}

extension TransportOptions {
    /// RFC 6455 where nothing else is asked for.
    var webSocketVersion: WebSocketVersion { WebSocketPush.version(of: self) }

    /// Whether a server answers these clients only if its user wants drafts answered.
    package var speaksWebSocketDraft: Bool { webSocketVersion.isDraft }
}
