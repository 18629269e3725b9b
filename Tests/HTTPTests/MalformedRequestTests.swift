import Testing

@testable import HTTP

/// A request that must be refused, as raw bytes.
struct MalformedRequest: CustomTestStringConvertible, Sendable {
    let what: String
    let status: HTTPStatus
    let text: String

    var testDescription: String { what }

    /// A request whose line is right and whose fields are given, CRLF between and an empty line after them.
    static func fields(_ what: String, _ status: HTTPStatus = .badRequest, _ fields: String...) -> Self {
        Self(what: what, status: status, text: (["GET / HTTP/1.1"] + fields).joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// A request with this request line, and Host, the one mandatory field.
    static func line(_ what: String, _ status: HTTPStatus = .badRequest, _ line: String) -> Self {
        Self(what: what, status: status, text: line + "\r\nHost: a\r\n\r\n")
    }

    static func bytes(_ what: String, _ status: HTTPStatus = .badRequest, _ text: String) -> Self {
        Self(what: what, status: status, text: text)
    }
}

@Suite("Refused requests, RFC 9112 and request smuggling")
struct MalformedRequestTests {
    static let table: [MalformedRequest] = lines + lineEnds + fields + bodies + sizes

    static let lines: [MalformedRequest] = [
        .line("no version", .badRequest, "GET /"),
        .line("method alone", .badRequest, "GET"),
        .line("two spaces before the target", .badRequest, "GET  / HTTP/1.1"),
        .line("two spaces after the target", .badRequest, "GET /  HTTP/1.1"),
        .line("a space after the version", .badRequest, "GET / HTTP/1.1 "),
        .line("a space before the method", .badRequest, " GET / HTTP/1.1"),
        .line("a space in the target", .badRequest, "GET /a b HTTP/1.1"),
        .line("a tab for a space", .badRequest, "GET\t/\tHTTP/1.1"),
        .line("a tab in the target", .badRequest, "GET /a\tb HTTP/1.1"),
        .line("a method that is not a token", .badRequest, "G@T / HTTP/1.1"),
        .line("a method with a colon", .badRequest, "GET: / HTTP/1.1"),
        .line("a fragment", .badRequest, "GET /a#b HTTP/1.1"),
        .line("a fragment after the query", .badRequest, "GET /a?b#c HTTP/1.1"),
        .line("a target beyond ASCII", .badRequest, "GET /caf\u{e9} HTTP/1.1"),
        .line("a NUL in the target", .badRequest, "GET /a\0b HTTP/1.1"),
        .line("a DEL in the target", .badRequest, "GET /a\u{7f} HTTP/1.1"),
        .line("a target without a slash", .badRequest, "GET poll HTTP/1.1"),
        .line("the asterisk form", .badRequest, "GET * HTTP/1.1"),
        .line("an asterisk and more", .badRequest, "OPTIONS *a HTTP/1.1"),
        .line("the authority form", .badRequest, "CONNECT a:443 HTTP/1.1"),
        .line("another scheme", .badRequest, "GET ftp://a/poll HTTP/1.1"),
        .line("a URL without a host", .badRequest, "GET http:///poll HTTP/1.1"),
        .line("a URL with a path in its query", .badRequest, "GET http://a?b=/poll HTTP/1.1"),
        .line("a URL with a user", .badRequest, "GET http://u:p@a/poll HTTP/1.1"),
        .line("HTTP/2.0", .versionNotSupported, "GET / HTTP/2.0"),
        .line("HTTP/0.9", .versionNotSupported, "GET / HTTP/0.9"),
        .line("HTTP/1.2", .versionNotSupported, "GET / HTTP/1.2"),
        .line("the version in lower case", .badRequest, "GET / http/1.1"),
        .line("a version of letters", .badRequest, "GET / HTTP/a.b"),
        .line("the version with a comma", .badRequest, "GET / HTTP/1,1"),
        .line("a version of three numbers", .badRequest, "GET / HTTP/1.1.1"),
        .line("another protocol", .badRequest, "GET / ICAP/1.0"),
        .bytes("an HTTP/2 preface", .versionNotSupported, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ]

    static let lineEnds: [MalformedRequest] = [
        .bytes("LF alone everywhere", .badRequest, "GET / HTTP/1.1\nHost: a\n\n"),
        .bytes("LF alone after the request line", .badRequest, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        .bytes("LF alone after a field", .badRequest, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        .bytes("LF alone before the empty line", .badRequest, "GET / HTTP/1.1\r\nHost: a\n\r\n"),
        .bytes("LF alone as the empty line", .badRequest, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        .bytes("LF alone before the request line", .badRequest, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bytes("CR alone in the request line", .badRequest, "GET / \rHTTP/1.1\r\nHost: a\r\n\r\n"),
        .bytes("CR CR LF", .badRequest, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"),
        .fields("CR alone in a value", .badRequest, "Host: a", "X: b\rTransfer-Encoding: chunked"),
        .fields("CR alone in a name", .badRequest, "Host: a", "X\rY: b"),
    ]

    static let fields: [MalformedRequest] = [
        .fields("no Host", .badRequest, "X: y"),
        .fields("two Hosts", .badRequest, "Host: a", "Host: a"),
        .fields("two Hosts in different case", .badRequest, "Host: a", "hOST: b"),
        .fields("a Host with a space", .badRequest, "Host: a b"),
        .fields("a Host with a path", .badRequest, "Host: a/b"),
        .fields("a Host with a user", .badRequest, "Host: u@a"),
        .fields("a folded field", .badRequest, "Host: a", "X: b", " c"),
        .fields("a field folded with a tab", .badRequest, "Host: a", "X: b", "\tc"),
        .fields("a folded first field", .badRequest, " X: b", "Host: a"),
        .fields("a space before the colon", .badRequest, "Host: a", "X : b"),
        .fields("a tab before the colon", .badRequest, "Host: a", "Content-Length\t: 5"),
        .fields("a space within the name", .badRequest, "Host: a", "X Y: b"),
        .fields("no colon", .badRequest, "Host: a", "X"),
        .fields("no name", .badRequest, "Host: a", ": b"),
        .fields("a name beyond ASCII", .badRequest, "Host: a", "caf\u{e9}: b"),
        .fields("a NUL in a name", .badRequest, "Host: a", "X\0: b"),
        .fields("a NUL in a value", .badRequest, "Host: a", "X: b\0c"),
        .fields("a DEL in a value", .badRequest, "Host: a", "X: b\u{7f}"),
        .fields("a vertical tab in a value", .badRequest, "Host: a", "X: b\u{b}c"),
    ]

    static let bodies: [MalformedRequest] = [
        .fields("two equal lengths", .badRequest, "Host: a", "Content-Length: 5", "Content-Length: 5"),
        .fields("two lengths", .badRequest, "Host: a", "Content-Length: 5", "content-length: 6"),
        .fields("a list of lengths", .badRequest, "Host: a", "Content-Length: 5, 5"),
        .fields("an empty length", .badRequest, "Host: a", "Content-Length:"),
        .fields("a length with a sign", .badRequest, "Host: a", "Content-Length: +5"),
        .fields("a length below zero", .badRequest, "Host: a", "Content-Length: -5"),
        .fields("a hexadecimal length", .badRequest, "Host: a", "Content-Length: 0x5"),
        .fields("a length of 20 digits", .badRequest, "Host: a", "Content-Length: 18446744073709551621"),
        .fields("length and coding", .badRequest, "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"),
        .fields("coding and length", .badRequest, "Host: a", "transfer-encoding: chunked", "Content-Length: 5"),
        .fields(
            "chunked twice", .lengthRequired, "Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        .bytes("chunked in HTTP/1.0", .badRequest, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .fields("an unknown coding", .lengthRequired, "Host: a", "Transfer-Encoding: xchunked"),
        .fields("identity", .lengthRequired, "Host: a", "Transfer-Encoding: identity"),
    ]

    static let sizes: [MalformedRequest] = [
        .line("a target above 8 KiB", .uriTooLong, "GET /" + String(repeating: "a", count: 8_192) + " HTTP/1.1"),
        .fields("a field above 16 KiB", .headTooLarge, "Host: a", "X: " + String(repeating: "b", count: 16_384)),
        .bytes("16 KiB without a line end", .headTooLarge, String(repeating: "A", count: 16_385)),
        .bytes(
            "16 KiB of fields without an end", .headTooLarge,
            "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 3_000)),
    ]

    @Test("each is refused with its status", arguments: table)
    func whole(malformed: MalformedRequest) {
        #expect(status(malformed.text) == malformed.status)
    }

    @Test("each is refused in small pieces too", arguments: table, [1, 2, 3, 7])
    func dripped(malformed: MalformedRequest, chunkBytes: Int) {
        #expect(status(malformed.text, chunkBytes: chunkBytes) == malformed.status)
    }

    @Test("each refusal is a sentence that does not repeat the peer's bytes", arguments: table)
    func sentence(malformed: MalformedRequest) throws {
        do throws(RequestFault) {
            _ = try parse(Array(malformed.text.utf8))
            Issue.record("the request was accepted")
        } catch {
            #expect(error.sentence.count > 20)
            #expect(error.sentence.utf8.allSatisfy { $0 >= 0x20 })
            #expect(error.sentence.count < 120)
        }
    }

    private func status(_ text: String, chunkBytes: Int = .max) -> HTTPStatus? {
        do throws(RequestFault) {
            _ = try parse(Array(text.utf8), chunkBytes: chunkBytes)
            return nil
        } catch {
            return error.status
        }
    }
}
