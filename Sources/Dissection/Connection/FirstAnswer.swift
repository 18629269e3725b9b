import Feed
import HTTP

/// Decides by the first bytes of a server's answer whether they can be what its client asked for.
package struct FirstAnswer {
    private enum Expected {
        case http
        /// An item behind its length.
        case feed
    }

    private let expected: Expected
    private var first: [UInt8] = []
    private var isJudged = false

    private static let version = Array("HTTP/1.".utf8)
    private static let prefixBytes = 4
    private static let noticeBit: UInt32 = 1 << 31

    /// - Parameter usesHTTP: Whether the client sent an HTTP request; otherwise the first line of the raw feed.
    package init(usesHTTP: Bool) {
        expected = usesHTTP ? .http : .feed
    }

    /// The next bytes of the server.
    ///
    /// - Returns: What is wrong with the answer, in one sentence, once; `nil` if it can be right so far.
    package mutating func take(_ bytes: UnsafeRawBufferPointer) -> String? {
        if isJudged { return nil }
        first += bytes.prefix(Self.keptBytes - first.count)
        guard let isRight else { return nil }
        isJudged = true
        if isRight { return nil }
        let line = String(decoding: first.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
        let speaksTLS = first.count >= 2 && (20...23).contains(first[0]) && first[1] == 3
        let seen = speaksTLS ? "is TLS; use https://" : "begins with \(line.quotedLine)"
        switch expected {
        case .http: return "the server's answer is not an HTTP/1.1 response; it \(seen)"
        case .feed: return "the server's answer is not the feed over raw TCP; it \(seen)"
        }
    }

    private static let keptBytes = 80

    /// `nil` while bytes are missing.
    private var isRight: Bool? {
        switch expected {
        case .http:
            if !first.starts(with: Self.version.prefix(first.count)) { return false }
            return first.count >= Self.version.count ? true : nil
        case .feed:
            guard first.count >= Self.prefixBytes else { return nil }
            let length = first.prefix(Self.prefixBytes).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return length & ~Self.noticeBit <= ItemLimits.longestItemBytes
        }
    }
}
