/// The request headers of a polling client.
package enum RequestProfile: String, OptionWord {
    /// As short as HTTP allows: `Host` and libcurl's `Accept`.
    case minimal
    case modernBrowser = "modern-browser"
    case quantum2009

    package static let key = OptionKey<RequestProfile>(
        "headers", default: .minimal,
        "The request headers: as few as HTTP allows, those of a current browser, or those of the article "
            + "\"HTML5 WebSocket: A Quantum Leap in Scalability for the Web\".")

    /// Field lines of every request to this host. A line replaces libcurl's default line of the same name.
    func fieldLines(host: String) -> [String] {
        switch self {
        case .minimal: []
        case .modernBrowser: ModernBrowser.fieldLines(host: host)
        case .quantum2009: Quantum2009.fieldLines
        }
    }

    /// Whether the profile's headers accept compressed bodies, independent of the option `gzip`.
    var acceptsGzip: Bool { self == .modernBrowser }

    /// One sentence if other options would change the profile's fixed headers.
    func conflict(in options: TransportOptions) -> String? {
        if self == .minimal { return nil }
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

/// The headers that a current browser sends with `fetch("/poll?after=17")` from a page of the same origin.
enum ModernBrowser {
    /// Captured on loopback from Chromium 156.0.8078.79 of Debian 12 (`chromium --headless`, language en-US): the
    /// headers of each poll of a page, after `GET` and `Host`, in the original order. Host and referrer are the run's.
    static func fieldLines(host: String) -> [String] {
        [
            "Connection: keep-alive",
            "sec-ch-ua-platform: \"Linux\"",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                + "HeadlessChrome/156.0.0.0 Safari/537.36",
            "sec-ch-ua: \"Not:A-Brand\";v=\"8\", \"Chromium\";v=\"156\"",
            "sec-ch-ua-mobile: ?0",
            "Accept: */*",
            "Sec-Fetch-Site: same-origin",
            "Sec-Fetch-Mode: cors",
            "Sec-Fetch-Dest: empty",
            "Referer: http://\(host)/",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Accept-Language: en-US,en;q=0.9",
        ]
    }
}
