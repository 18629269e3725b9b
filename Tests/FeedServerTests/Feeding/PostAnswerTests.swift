import NIOCore
import Testing

@testable import FeedServer

@Suite("The answer to a POST")
struct PostAnswerTests {
    /// Reads the bytes in pieces; `nil` if they are not HTTP.
    private static func read(_ text: String, pieceBytes: Int, ends: Bool = false) -> PostAnswer? {
        var answer = PostAnswer()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            guard answer.take(ByteBuffer(bytes: rest.prefix(pieceBytes))) else { return nil }
            rest = rest.dropFirst(pieceBytes)
        }
        if ends { _ = answer.connectionEnded() }
        return answer
    }

    @Test(
        "status, first line, and whether the connection stays",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", true),
            ("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n7\n", 201, "7", true),
            ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200,
                "abcde", true
            ),
            (
                "HTTP/1.1 404 Not Found\r\nContent-Length: 11\r\nConnection: close\r\n\r\nno\tsuch\nxyz", 404,
                "no?such", false
            ),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", true),
            ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false),
        ] as [(String, Int, String, Bool)])
    func answers(text: String, status: Int, line: String, keeps: Bool) throws {
        for pieceBytes in [1, 7, 10_000] {
            let answer = try #require(Self.read(text, pieceBytes: pieceBytes))
            #expect(answer.isComplete)
            #expect(answer.status == status)
            #expect(answer.firstLine == line)
            #expect(answer.keepsConnection == keeps)
            #expect(answer.isSuccess == (status < 300))
        }
    }

    @Test("without a length the body ends with the connection")
    func untilClose() throws {
        let text = "HTTP/1.1 500 Oops\r\n\r\nwent wrong\nmore"
        #expect(try #require(Self.read(text, pieceBytes: 5)).isComplete == false)
        let answer = try #require(Self.read(text, pieceBytes: 5, ends: true))
        #expect(answer.isComplete)
        #expect(!answer.keepsConnection)
        #expect(answer.firstLine == "went wrong")
    }

    @Test(
        "an answer that is cut is not complete",
        arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"])
    func cut(text: String) throws {
        let answer = try #require(Self.read(text, pieceBytes: 4, ends: true))
        #expect(!answer.isComplete)
        #expect(answer.hasBegun == !text.isEmpty)
    }

    @Test(
        "what is not HTTP, or more than one answer, is refused",
        arguments: [
            "SSH-2.0-x\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        ])
    func refused(text: String) {
        #expect(Self.read(text, pieceBytes: 10_000) == nil)
    }

    @Test("only the beginning of a long body is kept")
    func long() throws {
        let body = String(repeating: "x", count: 1_000)
        let answer = try #require(
            Self.read("HTTP/1.1 400 No\r\nContent-Length: 1000\r\n\r\n\(body)", pieceBytes: 100))
        #expect(answer.firstLine == String(repeating: "x", count: 256))
    }

    @Test("the request has the item as it is, and the host with brackets around an IPv6 address")
    func request() {
        let target = PostTarget(host: "::1", port: 80, target: "/publish?a=b")
        #expect(
            String(decoding: target.request(ByteBuffer(string: "1,z,a"), contentType: "text/plain"), as: UTF8.self)
                == "POST /publish?a=b HTTP/1.1\r\nHost: [::1]:80\r\nContent-Type: text/plain\r\n"
                + "Content-Length: 5\r\n\r\n1,z,a")
    }
}
