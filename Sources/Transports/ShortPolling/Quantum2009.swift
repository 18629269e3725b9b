import Feed
import HTTP
import NIOCore

/// The exchange of "HTML5 WebSocket: A Quantum Leap in Scalability for the Web" (Lubbers and Greco), byte for byte: 716
/// B of request headers and 193 B of response headers, including request line, status line, line ends and empty lines.
///
/// The article's sample prints `HTTP/1.x`, which is how a browser extension showed the status line; on the wire it is
/// `HTTP/1.1`. The date is the current one. The sample's body has 21 bytes, like an item of 20 B with its line end.
enum Quantum2009 {
    /// The only target of the sample. It has no cursor, so the response is always the newest item, even if the client
    /// already has it.
    static let target: StaticString = "/PollingStock//PollingStock"

    static let fieldLines = [
        "Host: localhost:8080",
        "User-Agent: Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.1.5) Gecko/20091102 Firefox/3.5.5",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language: en-us",
        "Accept-Encoding: gzip,deflate",
        "Accept-Charset: ISO-8859-1,utf-8;q=0.7,*;q=0.7",
        "Keep-Alive: 300",
        "Connection: keep-alive",
        "Referer: http://www.example.com/PollingStock/",
        "Cookie: showInheritedConstant=false; showInheritedProtectedConstant=false; showInheritedProperty=false; "
            + "showInheritedProtectedProperty=false; showInheritedMethod=false; showInheritedProtectedMethod=false; "
            + "showInheritedEvent=false; showInheritedStyle=false; showInheritedEffect=false",
    ]

    static func encode(_ message: FeedMessage, from window: FeedWindow, context: EncodingContext) -> ByteBuffer {
        var body = ByteBuffer()
        if case .items(_, let newest) = message {
            body.writeImmutableBuffer(window[newest].text)
            body.writeInteger(UInt8(ascii: "\n"))
        }
        let digits = "\(body.readableBytes)"
        // Always two digits, as in the sample, so that the headers have the same length before the first item.
        let length = digits.count < 2 ? "0" + digits : digits
        var buffer = ByteBuffer(
            string:
                "HTTP/1.1 200 OK\r\nX-Powered-By: Servlet/2.5\r\nServer: Sun Java System Application Server 9.1_02\r\n"
                + "Content-Type: text/html;charset=UTF-8\r\nContent-Length: \(length)\r\n"
                + "Date: \(context.response.date)\r\n"
                + (context.response.closing ? "Connection: close\r\n\r\n" : "\r\n"))
        buffer.writeBuffer(&body)
        return buffer
    }
}
