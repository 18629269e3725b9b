import Foundation
import Glibc
import Testing

@Suite("Allowed origins and hosts, with curl over HTTP/1.1 and HTTP/2", .timeLimit(.minutes(1)))
struct AccessTests {
    @Test(
        "requests with an unknown host get 421",
        arguments: ["--http1.1", "--http2-prior-knowledge"])
    func hosts(version: String) throws {
        let server = try MeasuredServer("--allow-host", "Lab.Example")
        defer { server.stop() }
        #expect(try status(server, version, "/stats", "Host: evil.example") == "421")
        #expect(try status(server, version, "/poll", "Host: evil.example:\(server.port)") == "421")
        for host in ["127.0.0.1:\(server.port)", "localhost", "lab.example:8080", "[::1]:1"] {
            #expect(try status(server, version, "/healthz", "Host: \(host)") == "200", "\(host)")
        }
    }

    @Test(
        "pages of an allowed origin can read polls and preflights",
        arguments: ["--http1.1", "--http2-prior-knowledge"])
    func pages(version: String) throws {
        let server = try MeasuredServer("--allow-origin", "HTTPS://Lab.Example:443/", "--feed", "stdin")
        defer { server.stop() }
        let poll = try head(server, version, "/poll", "Origin: https://lab.example")
        #expect(poll.contains("access-control-allow-origin: https://lab.example\n"), "\(poll)")
        #expect(poll.contains("access-control-expose-headers: last-sequence, oldest-sequence, etag\n"))
        let preflight = try head(
            server, version, "/events", "Origin: https://lab.example", "-X", "OPTIONS", "-H",
            "Access-Control-Request-Method: GET")
        #expect(preflight.contains(" 204"))
        #expect(preflight.contains("access-control-allow-headers: last-event-id, if-none-match, authorization"))
        #expect(try !head(server, version, "/poll", "Origin: https://evil.example").contains("access-control"))
        #expect(try !head(server, version, "/poll", "X-Nothing: 1").contains("access-control"))
        #expect(try status(server, version, "/echo", "Origin: https://evil.example", "-d", "hi") == "403")
        #expect(try status(server, version, "/echo", "Origin: https://lab.example", "-d", "hi") == "200")
    }

    private func status(
        _ server: MeasuredServer, _ version: String, _ path: String, _ field: String, _ more: String...
    ) throws -> String {
        try curl(server, version, path, field, ["-o", "/dev/null", "-w", "%{http_code}"] + more)
    }

    /// The response headers in lower case, as in HTTP/2.
    private func head(
        _ server: MeasuredServer, _ version: String, _ path: String, _ field: String, _ more: String...
    ) throws -> String {
        try curl(server, version, path, field, ["-D", "-", "-o", "/dev/null"] + more).lowercased()
            .replacingOccurrences(of: "\r\n", with: "\n")
    }

    private func curl(
        _ server: MeasuredServer, _ version: String, _ path: String, _ field: String, _ more: [String]
    ) throws -> String {
        let arguments = ["-s", version, "-H", field] + more + ["http://127.0.0.1:\(server.port)\(path)"]
        return try Tool.Running("/usr/bin/curl", arguments, folder: nil).wait().output
    }
}
