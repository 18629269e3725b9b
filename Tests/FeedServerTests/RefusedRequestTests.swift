import FeedServer
import Foundation
import Testing
import Transports

/// A request that must be refused, as raw bytes.
struct RefusedRequest: CustomTestStringConvertible, Sendable {
    let what: String
    let status: Int
    let wire: String

    var testDescription: String { what }

    init(_ what: String, _ status: Int, _ wire: String) {
        (self.what, self.status, self.wire) = (what, status, wire)
    }

    /// A request for the feed with these field lines.
    static func fields(_ what: String, _ status: Int, _ lines: String..., body: String = "") -> Self {
        Self(what, status, "POST /poll HTTP/1.1\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n" + body)
    }

    /// A request line with Host, the one mandatory field.
    static func line(_ what: String, _ status: Int, _ line: String) -> Self {
        Self(what, status, line + "\r\nHost: a\r\n\r\n")
    }
}

@Suite("Requests that are refused, over the wire", .timeLimit(.minutes(1)))
struct RefusedRequestTests {
    static let table = lines + fields + bodies + sizes + meaning

    static let lines: [RefusedRequest] = [
        .line("no version", 400, "GET /poll"),
        .line("two spaces", 400, "GET  /poll HTTP/1.1"),
        .line("a space in the target", 400, "GET /po ll HTTP/1.1"),
        .line("a fragment", 400, "GET /poll#x HTTP/1.1"),
        .line("the asterisk form", 400, "GET * HTTP/1.1"),
        .line("the authority form", 400, "CONNECT a:443 HTTP/1.1"),
        .line("a method that is not a token", 400, "GE@T /poll HTTP/1.1"),
        .line("an HTTP/2 request line", 505, "GET /poll HTTP/2.0"),
        .line("the version HTTP/0.9", 505, "GET /poll HTTP/0.9"),
        RefusedRequest("a request of HTTP/0.9", 400, "GET /poll\r\n\r\n"),
        RefusedRequest("almost an HTTP/2 preface", 505, "PRI * HTTP/2.0\r\nHost: a\r\n\r\n"),
        RefusedRequest("a TLS ClientHello", 400, "\u{16}\u{3}\u{1}\u{2}\r\n\r\n"),
        RefusedRequest("LF alone everywhere", 400, "GET /poll HTTP/1.1\nHost: a\n\n"),
        RefusedRequest("LF alone after a field", 400, "GET /poll HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
        RefusedRequest("LF alone as the empty line", 400, "GET /poll HTTP/1.1\r\nHost: a\r\n\n"),
        RefusedRequest("CR CR LF", 400, "GET /poll HTTP/1.1\r\r\nHost: a\r\n\r\n"),
        RefusedRequest(
            "CR alone hiding a field", 400, "GET /poll HTTP/1.1\r\nHost: a\r\nX: y\rContent-Length: 5\r\n\r\n"),
    ]

    static let fields: [RefusedRequest] = [
        .fields("no Host", 400),
        .fields("two Hosts", 400, "Host: a", "Host: b"),
        .fields("a Host with a user", 400, "Host: u@a"),
        .fields("a folded field", 400, "Host: a", "X: b", " c"),
        .fields("a field folded with a tab", 400, "Host: a", "X: b", "\tc"),
        .fields("a folded length", 400, "Host: a", "Content-Length:", " 5", body: "hello"),
        .fields("white space before the first field", 400, " Host: a"),
        .fields("a space before the colon", 400, "Host : a"),
        .fields("a tab before the colon of a length", 400, "Host: a", "Content-Length\t: 5", body: "hello"),
        .fields(
            "a space before the colon of a coding", 400, "Host: a", "Transfer-Encoding : chunked", body: "0\r\n\r\n"),
        .fields("no colon", 400, "Host: a", "Content-Length 5", body: "hello"),
        .fields("no name", 400, "Host: a", ": b"),
        .fields("a NUL in a value", 400, "Host: a", "X: b\0c"),
        .fields("a vertical tab before a coding", 400, "Host: a", "Transfer-Encoding: \u{b}chunked", body: "0\r\n\r\n"),
    ]

    static let bodies: [RefusedRequest] = [
        .fields("two lengths", 400, "Host: a", "Content-Length: 5", "Content-Length: 6", body: "hello"),
        .fields("two equal lengths", 400, "Host: a", "Content-Length: 5", "content-length: 5", body: "hello"),
        .fields("a list of lengths", 400, "Host: a", "Content-Length: 5, 5", body: "hello"),
        .fields("a length with a sign", 400, "Host: a", "Content-Length: +5", body: "hello"),
        .fields("a length below zero", 400, "Host: a", "Content-Length: -1"),
        .fields("a hexadecimal length", 400, "Host: a", "Content-Length: 0x5", body: "hello"),
        .fields("a length with a point", 400, "Host: a", "Content-Length: 5.0", body: "hello"),
        .fields("a length of 20 digits", 400, "Host: a", "Content-Length: 18446744073709551621", body: "hello"),
        .fields(
            "length, then coding", 400, "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked",
            body: "0\r\n\r\n"),
        .fields(
            "coding, then length", 400, "Host: a", "Transfer-Encoding: chunked", "Content-Length: 5",
            body: "0\r\n\r\n"),
        .fields("chunked", 405, "Host: a", "Transfer-Encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        RefusedRequest(
            "a chunked poll", 411,
            "GET /poll HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        RefusedRequest(
            "a body that is not chunked", 400,
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n"),
        .fields("an unknown coding", 411, "Host: a", "Transfer-Encoding: xchunked", body: "0\r\n\r\n"),
        .fields("two codings", 411, "Host: a", "Transfer-Encoding: chunked, identity", body: "0\r\n\r\n"),
        .fields("a coding in another case", 405, "Host: a", "TRANSFER-ENCODING: ChunkeD", body: "0\r\n\r\n"),
    ]

    static let sizes: [RefusedRequest] = [
        .line("a target above 8 KiB", 414, "GET /" + String(repeating: "a", count: 8_192) + " HTTP/1.1"),
        .fields("a field above 16 KiB", 431, "Host: a", "X: " + String(repeating: "b", count: 17_000)),
        .fields("a thousand fields", 431, "Host: a", String(repeating: "X: y\r\n", count: 3_000) + "Z: z"),
        RefusedRequest("16 KiB without a line end", 431, String(repeating: "A", count: 16_400)),
        RefusedRequest(
            "a body above the limit", 413, "GET /poll HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n"),
        RefusedRequest(
            "a body of 15 digits", 413, "GET /poll HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999999\r\n\r\n"),
        RefusedRequest("a poll with a body", 413, "GET /poll HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
    ]

    static let meaning: [RefusedRequest] = [
        .line("an unknown method", 405, "BREW /poll HTTP/1.1"),
        .line("a method in lower case", 405, "get /poll HTTP/1.1"),
        .line("DELETE", 405, "DELETE /stream HTTP/1.1"),
        .line("PATCH", 405, "PATCH /events HTTP/1.1"),
        .line("a cursor that is not a number", 400, "GET /poll?after=x HTTP/1.1"),
        .line("a cursor below zero", 400, "GET /stream?after=-1 HTTP/1.1"),
        .line("a cursor with a sign", 400, "GET /events?after=+1 HTTP/1.1"),
        .line("an empty cursor", 400, "GET /long-poll?after= HTTP/1.1"),
        .line("a cursor of 20 digits", 400, "GET /poll?after=99999999999999999999 HTTP/1.1"),
        .line("a percent-encoded cursor", 400, "GET /poll?after=%31 HTTP/1.1"),
        .line("a cursor ahead of the feed", 400, "GET /stream?after=4 HTTP/1.1"),
        .line("an event ID ahead of the feed", 400, "GET /events?after=1 HTTP/1.1\r\nLast-Event-ID: 4"),
        .line("an event ID that is not a number", 400, "GET /events?after=1 HTTP/1.1\r\nLast-Event-ID: x"),
        .line("a hold above the limit", 400, "GET /long-poll?hold=121s HTTP/1.1"),
        .line("an invalid value of latest", 400, "GET /poll?latest=yes HTTP/1.1"),
        .line("an invalid value of empty", 400, "GET /poll?empty=often HTTP/1.1"),
        .line("an invalid value of batch", 400, "GET /long-poll?batch=two HTTP/1.1"),
        .line("an unknown path", 404, "GET /etc/passwd HTTP/1.1"),
        .line("a path with dots", 404, "GET /../poll HTTP/1.1"),
    ]

    @Test(
        "each gets a status and a sentence, then the connection closes; later requests are not answered",
        arguments: table)
    func refused(request: RefusedRequest) async throws {
        try await withServer(items: 3) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                // A valid request after it must not be answered: the start of the next request is unknown.
                try connection.send(request.wire + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try connection.readResponse()
                #expect(answer.status == request.status)
                #expect(answer["connection"] == "close")
                #expect(answer.body.hasSuffix("\n") && answer.body.contains(" "))
                let (rest, end) = connection.readToEnd()
                #expect(rest.isEmpty)
                #expect(end == .closed)
            }
        }
    }

    @Test("the table has at least 40 cases")
    func count() {
        #expect(Self.table.count >= 40)
        #expect(Set(Self.table.map(\.what)).count == Self.table.count)
    }

    @Test(
        "a sender that is too slow gets 408, wherever its headers stop",
        arguments: [
            "G", "GET /poll HTTP/1.1", "GET /poll HTTP/1.1\r\nHost: a\r\n", "GET /poll HTTP/1.1\r\nHost: a\r\n\r",
        ])
    func slowSender(beginning: String) async throws {
        try await withServer(items: 1) {
            $0.headTimeout = .milliseconds(100)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                try connection.send(beginning)
                let answer = try connection.readResponse()
                #expect(answer.status == 408)
                #expect(answer.body == "the request headers were not complete within 100 ms\n")
                #expect(connection.readToEnd().end == .closed)
            }
        }
    }
}
