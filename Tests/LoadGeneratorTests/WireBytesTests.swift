import Foundation
import Glibc
import Host
import Measurement
import Testing
import Transports

@testable import LoadGenerator

@Suite("Requests that libcurl sends", .timeLimit(.minutes(1)))
struct WireBytesTests {
    @Test("the request of the article, byte for byte: 716 B")
    func quantum2009() async throws {
        let request = try await firstRequest(["headers": .choice("quantum2009")])
        #expect(request.utf8.count == 716)
        #expect(
            request == """
                GET /PollingStock//PollingStock HTTP/1.1\r
                Host: localhost:8080\r
                User-Agent: Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.1.5) Gecko/20091102 Firefox/3.5.5\r
                Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
                Accept-Language: en-us\r
                Accept-Encoding: gzip,deflate\r
                Accept-Charset: ISO-8859-1,utf-8;q=0.7,*;q=0.7\r
                Keep-Alive: 300\r
                Connection: keep-alive\r
                Referer: http://www.example.com/PollingStock/\r
                Cookie: showInheritedConstant=false; showInheritedProtectedConstant=false; \
                showInheritedProperty=false; showInheritedProtectedProperty=false; showInheritedMethod=false; \
                showInheritedProtectedMethod=false; showInheritedEvent=false; showInheritedStyle=false; \
                showInheritedEffect=false\r
                \r

                """)
    }

    @Test("a browser's request has its fields in the browser's order")
    func modernBrowser() async throws {
        let request = try await firstRequest(["headers": .choice("modern-browser")])
        let lines = request.components(separatedBy: "\r\n")
        #expect(lines[0] == "GET /poll?after=0 HTTP/1.1")
        #expect(
            lines.dropFirst().compactMap { $0.split(separator: ":").first } == [
                "Host", "Connection", "sec-ch-ua-platform", "User-Agent", "sec-ch-ua", "sec-ch-ua-mobile", "Accept",
                "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Referer", "Accept-Encoding", "Accept-Language",
            ])
    }

    @Test("the minimal request has only libcurl's default fields")
    func minimal() async throws {
        let request = try await firstRequest([:])
        let lines = request.components(separatedBy: "\r\n")
        #expect(lines.count == 5)
        #expect(lines[0] == "GET /poll?after=0 HTTP/1.1")
        #expect(lines[1].hasPrefix("Host: 127.0.0.1:"))
        #expect(lines[2] == "Accept: */*")
    }

    private func firstRequest(_ options: [String: TransportOptionValue]) async throws -> String {
        let server = try CapturingServer()
        let now = MonotonicClock.now()
        let plan = LoadPlan(
            target: LoadTarget(port: server.port), transport: ShortPolling.name,
            options: try ShortPolling.checkedOptions(options), clients: 1,
            times: LoadTimes(start: now, windowStart: now, windowEnd: now + .milliseconds(1_100)))
        async let record = LoadWorker.run(plan) { nil }
        let request = try await server.firstRequest()
        _ = try await record
        return request
    }
}

/// Accepts one connection, stores the headers of its first request, and answers with 204.
private final class CapturingServer: Sendable {
    struct Failure: Error { let what: String }

    let port: Int
    private let listening: Int32

    init() throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, length) == 0 && listen(listening, 4) == 0
                    && getsockname(listening, $0, &length) == 0
            }
        }
        if !isListening { throw Failure(what: "listen: \(String(cString: strerror(errno)))") }
        self.listening = listening
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(listening) }

    // On a separate thread, because the tests share a small thread pool, which the client needs.
    func firstRequest() async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try self.readRequest() }) }
        }
    }

    private func readRequest() throws -> String {
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(listening, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let connection = accept(listening, nil, nil)
        if connection < 0 { throw Failure(what: "no client connected") }
        defer { close(connection) }
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let count = recv(connection, &bytes, bytes.count, 0)
            if count <= 0 { throw Failure(what: "the request is incomplete: \(head)") }
            head += String(decoding: bytes[..<count], as: UTF8.self)
        }
        let answer = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
        _ = answer.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        return head
    }
}
