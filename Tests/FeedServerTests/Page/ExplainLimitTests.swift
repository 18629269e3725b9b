import HTTP
import NIOCore
import NIOPosix
import Testing

@testable import FeedServer

@Suite("Explanations at a time")
struct ExplainLimitTests {
    @Test("two texts are explained at a time; a further one is refused until one of them is answered")
    func limit() async throws {
        let request = "POST /explain/frames HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
        let head = try requestHead(request)
        guard case .page(let page)? = try ExplainPages().route("frames", try #require(head)) else {
            Issue.record("the path has no page")
            return
        }
        let body = ByteBuffer(string: "81 00")
        let answers = [try page.answer(body), try page.answer(body)]
        let refusal = #expect(throws: RequestFault.self) { _ = try page.answer(body) }
        #expect(refusal?.status == .serviceUnavailable)
        #expect(refusal?.sentence == "the server explains 2 texts at a time; try again in a second")
        for answer in answers {
            let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
            let response = try await answer(ResponseContext(date: ""), eventLoop).get()
            #expect(String(buffer: response).hasPrefix("HTTP/1.1 200 "))
        }
        _ = try page.answer(body)
    }
}
