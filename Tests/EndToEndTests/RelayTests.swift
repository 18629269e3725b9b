import Foundation
import Glibc
import Testing

@Suite("pushlab relay", .timeLimit(.minutes(1)))
struct RelayTests {
    private struct Address: Decodable {
        let event: String
        let host: String
        let port: Int
        let pid: Int32
    }

    private static func address(of program: Tool.Running) throws -> Address {
        try JSONDecoder().decode(Address.self, from: Data(program.firstLine.utf8))
    }

    @Test(
        "it prints where it listens, passes bytes, and prints what it did on Ctrl-C and SIGTERM",
        arguments: [SIGINT, SIGTERM])
    func passing(signal: Int32) throws {
        let server = try Tool.start("pushlab-server")
        defer {
            server.signal(SIGTERM)
            _ = server.wait()
        }
        let target = "127.0.0.1:\(try Self.address(of: server).port)"
        let relay = try Tool.start(
            "pushlab", "relay", "--listen", "127.0.0.1:0", "--to", target, "--rtt", "40ms", "--jitter", "1ms")
        let address = try Self.address(of: relay)
        #expect((address.event, address.host) == ("listening", "127.0.0.1"))
        #expect(address.pid == relay.process.processIdentifier)
        let request = #"exec 3<>/dev/tcp/127.0.0.1/"$1"; printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3; cat <&3"#
        let began = Date()
        #expect(try Tool.shell(request, "\(address.port)").output.contains("200 OK"))
        #expect(Date().timeIntervalSince(began) >= 0.08, "the set-up and the request take a round trip each")
        let second = try Tool.pushlab("relay", "--listen", "127.0.0.1:\(address.port)", "--to", target)
        #expect(second.code == 1)
        #expect(second.complaint.contains("cannot listen on 127.0.0.1:\(address.port): the port is in use; choose"))
        relay.signal(signal)
        let ending = relay.wait()
        #expect(ending.code == 0)
        #expect(ending.complaint.isEmpty)
        #expect(ending.output.contains("connections: 1\n"))
        #expect(ending.output.contains("bytes: 25 up, "))
        #expect(ending.output.contains("delay added by the relay itself: p50 "))
    }

    @Test("a target that ends while the relay runs: one sentence")
    func targetEnds() throws {
        let server = try Tool.start("pushlab-server")
        let port = try Self.address(of: server).port
        let relay = try Tool.start("pushlab", "relay", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:\(port)")
        let address = try Self.address(of: relay)
        server.signal(SIGTERM)
        #expect(server.wait().code == 0)
        for _ in 1...2 {
            _ = try Tool.shell(#"exec 3<>/dev/tcp/127.0.0.1/"$1"; cat <&3"#, "\(address.port)")
        }
        relay.signal(SIGINT)
        let ending = relay.wait()
        #expect(ending.code == 0)
        #expect(ending.complaint == "the target 127.0.0.1:\(port) refuses connections: no server listens there\n")
        #expect(ending.output.contains("refused by the target: 2\n"))
    }

    @Test("a target that does not answer at the start")
    func noTarget() throws {
        let ending = try Tool.pushlab("relay", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:1")
        #expect(ending.code == 1)
        #expect(
            ending.complaint == "the target 127.0.0.1:1 refuses connections: no server listens there; start it first\n")
    }
}
