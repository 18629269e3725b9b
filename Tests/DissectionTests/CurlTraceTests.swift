import Testing

@testable import Dissection

@Suite("The output of curl -v")
struct CurlTraceTests {
    private func messages(_ text: String) -> String {
        String(decoding: CurlTrace.messages(in: Array(text.utf8)), as: UTF8.self)
    }

    @Test("marks and lines about the connection are removed, a body stays")
    func trace() {
        let trace = """
            *   Trying 127.0.0.1:8080...
            * Connected to 127.0.0.1 (127.0.0.1) port 8080 (#0)
            > GET /poll HTTP/1.1
            > Host: a
            >\u{20}
            < HTTP/1.1 200 OK\r
            < Content-Length: 3\r
            <\u{20}\r
            { [3 bytes data]
            abc
            * Connection #0 to host 127.0.0.1 left intact
            """
        #expect(
            messages(trace) == "GET /poll HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
    }

    @Test("any other text stays as it is")
    func others() {
        for text in ["", "GET / HTTP/1.1\nHost: a\n\n> quoted", "* only a note", "HTTP/1.1 200 OK\n\n> quoted"] {
            #expect(messages(text) == text)
        }
    }
}
