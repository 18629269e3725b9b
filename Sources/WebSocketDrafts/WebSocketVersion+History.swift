extension WebSocketVersion {
    /// Publication date in the IETF Datatracker, ISO 8601; for the RFC only the month, because it has no day.
    package var published: String {
        switch self {
        case .hixie75: "2010-02-04"
        case .hixie76: "2010-05-06"
        case .hybi07: "2011-04-22"
        case .hybi10: "2011-07-11"
        case .rfc6455: "2011-12"
        }
    }

    /// The first browser releases that supported it.
    ///
    /// Sources: Mozilla's browser compatibility table (2012) and, for hixie-75 and -76, Chromium's announcement of June
    /// 2010. Firefox 6 to 10 called the interface `MozWebSocket`.
    package var firstBrowsers: String {
        switch self {
        case .hixie75: "Chrome 4, Safari 5.0.0"
        case .hixie76: "Chrome 6, Safari 5.0.1; switched off in Firefox 4 and Opera 11"
        case .hybi07: "Firefox 6 (MozWebSocket)"
        case .hybi10: "Chrome 14, Firefox 7 (MozWebSocket)"
        case .rfc6455: "Chrome 16, Firefox 11, Internet Explorer 10, Safari 6, Opera 12.10"
        }
    }
}
