import HTTP
import NIOCore
import Testing

@Suite("Responses encoded as HTTP/1.1")
struct HTTPResponseTests {
    @Test("a refusal has a reason and closes the connection")
    func refusal() {
        let fault = RequestFault(.methodNotAllowed, "only GET is allowed here", fields: [ResponseField("Allow", "GET")])
        let context = ResponseContext(date: "D", closing: true)
        let expected =
            "HTTP/1.1 405 Method Not Allowed\r\nDate: D\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: 25\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nAllow: GET\r\n"
            + "Connection: close\r\n\r\nonly GET is allowed here\n"
        #expect(String(buffer: HTTPResponse.refusal(fault, context: context)) == expected)
    }
}

@Suite("The Date header, RFC 9110 §5.6.7")
struct HTTPDateTests {
    @Test(
        "known instants",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
            (1_735_689_600, "Wed, 01 Jan 2025 00:00:00 GMT"),
            (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] as [(Int64, String)])
    func known(seconds: Int64, text: String) {
        #expect(HTTPDate.text(unixSeconds: seconds) == text)
    }
}
