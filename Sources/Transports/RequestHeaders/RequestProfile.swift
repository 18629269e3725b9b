/// The request headers of a client over HTTP.
package enum RequestProfile: String, OptionWord {
    /// As short as HTTP allows: `Host` and libcurl's `Accept`.
    case minimal
    case modernBrowser = "modern-browser"
    case quantum2009
    /// `minimal` and a session cookie, see ``SessionCookie``.
    case cookie
    /// `minimal` and a bearer token, see ``BearerCredential``.
    case bearer

    package static let key = OptionKey<RequestProfile>(
        "headers", default: .minimal,
        "The request headers: as few as HTTP allows, those of a current browser, those of the article \"HTML5 "
            + "WebSocket: A Quantum Leap in Scalability for the Web\", or few and the client's session cookie or "
            + "bearer token."
    )
    .servedByOwnServerOnly([.quantum2009])
    /// For long polling, whose requests a page sends with `fetch()` too.
    static let heldKey = OptionKey<RequestProfile>(
        "headers", allowing: [.minimal, .modernBrowser, .cookie, .bearer], default: .minimal,
        "The request headers: as few as HTTP allows, those of a current browser, or few and the client's session "
            + "cookie or bearer token.")
    /// For transports that keep their connection or response.
    static let sessionKey = OptionKey<RequestProfile>(
        "headers", allowing: [.minimal, .cookie, .bearer], default: .minimal,
        "The request headers: as few as HTTP allows, or these and the client's session cookie or bearer token.")

    /// Field lines of every request of a client. A line replaces libcurl's default line of the same name.
    func fieldLines(_ setup: ListenerSetup) -> [String] {
        switch self {
        case .minimal: []
        case .modernBrowser: ModernBrowser.fieldLines(host: setup.host)
        case .quantum2009: Quantum2009.fieldLines
        case .cookie, .bearer: fields(session: setup.session).map { "\($0.name): \($0.value)" }
        }
    }

    /// The fields that identify a client's session.
    fileprivate func fields(session: UInt64) -> [(name: String, value: String)] {
        switch self {
        case .cookie: [("Cookie", SessionCookie.value(session: session))]
        case .bearer: [("Authorization", BearerCredential.value(session: session))]
        case .minimal, .modernBrowser, .quantum2009: []
        }
    }

    /// Whether the profile's headers accept compressed bodies, independent of the option `gzip`.
    var acceptsGzip: Bool { self == .modernBrowser }

    /// One sentence if other options would change the profile's fixed headers.
    func conflict(in options: TransportOptions) -> String? {
        guard self == .modernBrowser || self == .quantum2009 else { return nil }
        if options[PollConnection.key] == .new {
            return "headers is \(rawValue), which requests a persistent connection; set connection: keep-alive"
        }
        guard self == .quantum2009 else { return nil }
        if options[ShortPolling.gzip] { return "headers is quantum2009, whose server did not compress; remove gzip" }
        if options[ShortPolling.latest] {
            return "headers is quantum2009, which always gets only the newest item; remove latest"
        }
        if options[EmptyAnswer.key] != .noContent {
            return "headers is quantum2009, whose response is always 200; remove empty"
        }
        return nil
    }
}

extension ListenerSetup {
    /// The fields of an opening handshake that identify the client's session.
    var profileFields: [(name: String, value: String)] { options[RequestProfile.key].fields(session: session) }
}
