import HTTP
import Testing

@testable import Transports

@Suite("Host names under which the server answers: DNS rebinding")
struct HostPolicyTests {
    @Test(
        "IP addresses, localhost, the server's host and allowed names pass, in any case and with any port",
        arguments: [
            "127.0.0.1", "127.0.0.1:8080", "192.0.2.1", "[::1]", "[::1]:8080", "localhost", "LocalHost:8080",
            "localhost.",
            "lab.example", "Lab.Example.:443", "own.example:1", "",
        ])
    func known(host: String) throws {
        let policy = try HostPolicy(serverHost: "own.example", allowed: ["LAB.example"])
        try policy.check(try head(host))
    }

    @Test(
        "other names are refused with 421",
        arguments: [
            "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "evil.localhost",
            "lab.example.evil", "xlab.example", "lab.exampl", "0x7f.1", "[::1", "a", "localhost..", ":8080",
        ])
    func unknown(host: String) throws {
        let policy = try HostPolicy(serverHost: "127.0.0.1", allowed: ["lab.example"])
        let head = try head(host)
        let fault = #expect(throws: RequestFault.self) { try policy.check(head) }
        #expect(fault?.status == .misdirectedRequest)
        #expect(fault?.sentence.hasPrefix("the Host '\(host)' is not a name of this server") == true)
    }

    @Test("HTTP/1.0 does not require Host")
    func http10() throws {
        try HostPolicy().check(try parseOne(request("GET / HTTP/1.0")))
    }

    @Test(
        "text that is not a host name cannot be allowed",
        arguments: [
            "", "*", "*.example", "http://lab.example", "lab.example:80", "lab.example/", "a b", "bücher.example",
        ])
    func refused(name: String) {
        #expect(throws: HostNameFault.self) { try HostPolicy(allowed: [name]) }
    }

    private func head(_ host: String) throws -> RequestHead {
        try parseOne(request("GET /poll HTTP/1.1", "Host: \(host)"))
    }
}
