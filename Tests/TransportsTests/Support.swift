import Feed
import HTTP
import Measurement
import NIOCore

@testable import Transports

/// A request's bytes: joins the lines with CRLF and adds the empty line.
func request(_ lines: String...) -> [UInt8] {
    Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
}

/// The request at the start of the bytes.
func parseOne(_ wire: [UInt8]) throws(RequestFault) -> RequestHead {
    var parser = RequestParser()
    var buffer = ByteBuffer(bytes: wire)
    if let head = try parser.next(from: &buffer) { return head }
    throw RequestFault(.badRequest, "no whole request")
}

func feedRequest(_ target: String) throws -> FeedRequest {
    try FeedRequest(try parseOne(request("GET \(target) HTTP/1.1", "Host: a")))
}

/// Items of exactly ten bytes each: `1,1,abcdef` and so on up to 35.
func window(items: UInt64, capacity: Int = 64) -> FeedWindow {
    var window = FeedWindow(capacity: capacity)
    for sequence in 0..<items {
        window.append(FeedItem(sequence: sequence + 1, dueMicroseconds: 1, data: "abcdef".utf8))
    }
    return window
}

/// The fault that a WebSocket client reports after this status.
func handshakeRefused(_ status: Int) -> String {
    "the WebSocket handshake failed: the server answered \(status) and did not open a WebSocket"
}

func at(_ milliseconds: Int64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
}

func setup(_ options: TransportOptions = TransportOptions(), cursor: UInt64 = 0, phase: Double = 0) -> ListenerSetup {
    ListenerSetup(
        options: options, cursor: cursor, start: at(1_000), ramp: .seconds(2), phase: phase, host: "127.0.0.1:80",
        seed: 5)
}
