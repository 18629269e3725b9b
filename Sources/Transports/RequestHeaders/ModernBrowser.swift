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
