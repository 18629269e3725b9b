import NIOCore

/// The first bytes of a connection that a browser opened: decides whether it asks for the page, and keeps the headers
/// of its first request.
struct TapHead {
    enum Decision: Equatable {
        /// Too few bytes.
        case wait
        /// The browser asks for the page that the lab serves.
        case page
        /// Anything else, for the server.
        case server
    }

    /// The path of the page.
    static let path = "/pushlab-page"
    private static let pageStart = Array("GET \(path) ".utf8)
    private static let most = 8_192

    /// The response with the page: empty, without a request for an icon, on a connection that ends.
    static let response: ByteBuffer = {
        let page = "<!doctype html><html lang=en><title>pushlab</title><link rel=icon href=data:,>"
        return ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
                + "Content-Length: \(page.utf8.count)\r\nConnection: close\r\n\r\n\(page)")
    }()

    private var bytes: [UInt8] = []
    private var isFull = false

    /// - Returns: What the connection is for, from all bytes so far.
    mutating func received(_ more: some Sequence<UInt8>) -> Decision {
        if !isFull {
            bytes += more
            isFull = bytes.count >= Self.most || headEnd != nil
            if bytes.count > Self.most { bytes.removeLast(bytes.count - Self.most) }
        }
        if bytes.starts(with: Self.pageStart) { return .page }
        return Self.pageStart.starts(with: bytes) ? .wait : .server
    }

    /// The headers of the first request, without the empty line; as much as is there.
    var text: String { String(decoding: bytes[..<(headEnd ?? bytes.count)], as: UTF8.self) }

    /// Where the headers end.
    private var headEnd: Int? {
        let end = Array("\r\n\r\n".utf8)
        guard bytes.count >= end.count else { return nil }
        return (0...(bytes.count - end.count)).first { bytes[$0..<$0 + end.count].elementsEqual(end) }
    }
}
