import HTTP
import NIOCore
import Testing

@Suite("Responses as HTTP/1.1 writes them")
struct HTTPResponseTests {
    @Test("a refusal closes and says why")
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
