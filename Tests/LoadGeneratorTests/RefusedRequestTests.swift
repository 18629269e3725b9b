import Host
import Measurement
import Testing
import Transports

@testable import LoadGenerator

@Suite("Clients whose requests are refused", .timeLimit(.minutes(1)))
struct RefusedRequestTests {
    @Test("a redirect is not followed, and its address is named", arguments: ["short-poll", "sse", "websocket"])
    func redirect(transport: String) async throws {
        let faults = try await faults(
            "HTTP/1.1 302 Found\r\nLocation: http://h:9/feed\r\nContent-Length: 0\r\n\r\n", transport)
        #expect(faults.count == 1)
        #expect(
            faults.first?.hasSuffix(
                "the server answered 302 and redirects to 'http://h:9/feed'; redirects are not followed, so give that "
                    + "address") == true, "\(faults)")
    }

    @Test("a refusal without a text is a whole sentence", arguments: ["short-poll", "sse"])
    func withoutText(transport: String) async throws {
        let faults = try await faults("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", transport)
        #expect(faults == ["the server answered 403"])
    }

    private func faults(_ answer: String, _ transport: String) async throws -> [String] {
        let server = try CannedHTTP(answer: answer)
        let now = MonotonicClock.now()
        let type = try #require(TransportRegistry.standard.push(named: transport))
        let plan = LoadPlan(
            target: LoadTarget(port: server.port), transport: transport, options: type.defaultOptions, clients: 1,
            times: LoadTimes(start: now - .seconds(1), windowStart: now, windowEnd: now + .milliseconds(1_100)))
        return try await LoadWorker.run(plan) { nil }.faults
    }
}
