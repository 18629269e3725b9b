import Feed

/// What the feed of a server is called that was there before the run.
enum LoadedFeed {
    private static let untold = "external"
    private static let longestName = 64

    /// - Parameter text: How the server names its feed, as its `--feed` option does; `nil` if it does not.
    /// - Returns: A name that is safe in file names and in the name of a case.
    static func name(told text: String?) -> String {
        guard let text, !text.isEmpty else { return untold }
        guard case .replay(let path)? = try? FeedSource(text) else { return safe(text) }
        return "replay-" + safe(stem(of: path))
    }

    private static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? "recording"
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    private static func safe(_ text: String) -> String {
        String(text.prefix(longestName).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
    }
}
