/// The head that a polling client sends.
package enum RequestProfile: String, OptionWord {
    /// As short as HTTP allows: `Host` and libcurl's `Accept`.
    case minimal
    case modernBrowser = "modern-browser"
    case quantum2009

    package static let key = OptionKey<RequestProfile>(
        "headers", default: .minimal,
        "The request headers: as few as HTTP allows, those of a current browser, or those of the article of 2009.")

    /// Field lines of every request to this host; one of a name that libcurl sends by itself takes that one's place.
    func fieldLines(host: String) -> [String] {
        switch self {
        case .minimal: []
        case .modernBrowser: ModernBrowser.fieldLines(host: host)
        case .quantum2009: Quantum2009.fieldLines
        }
    }

    /// Whether the head says that compressed bodies are welcome, whatever else is asked for.
    var acceptsGzip: Bool { self == .modernBrowser }

    /// One sentence if the other options would change a head that is what it is.
    func conflict(in options: TransportOptions) -> String? {
        if self == .minimal { return nil }
        if options[PollConnection.key] == .new {
            return "headers is \(rawValue), whose head keeps the connection; allowed with it is connection: keep-alive"
        }
        guard self == .quantum2009 else { return nil }
        if options[ShortPolling.gzip] { return "headers is quantum2009, whose server did not compress; leave gzip out" }
        if options[ShortPolling.latest] {
            return "headers is quantum2009, which has the newest item only; leave latest out"
        }
        if options[EmptyAnswer.key] != .noContent {
            return "headers is quantum2009, whose answer is always 200; leave empty out"
        }
        return nil
    }
}

/// What a browser of today sends with `fetch("/poll?after=17")` from a page of the same origin.
enum ModernBrowser {
    /// Captured on loopback from Chromium 156.0.8078.79 of Debian 12 (`chromium --headless`, language en-US): the head
    /// of each poll of a page, after `GET` and `Host`, in its order. Host and referrer are the run's own.
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
