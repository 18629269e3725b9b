import Foundation
import Host
import LoadGenerator
import Testing

@testable import Lab

@Suite("The feeder of a third-party server, as a process")
struct FeederTests {
    private static let peer = """
        import socket, sys
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        sys.stdin.read()
        """

    private func sentence(_ feeder: [String]) async throws -> String {
        let peer = try TestPeer()
        let server = peer.server(try peer.python("good", Self.peer), feeder: feeder)
        let fault = await #expect(throws: CaseFault.self) {
            try await server.whileRunning { _ in try await Task.sleep(for: .seconds(30)) }
        }
        #expect(peer.remains == [])
        return fault.map { "\($0)" } ?? ""
    }

    @Test("a feeder that does not start, with its reason")
    func noStart() async throws {
        let failing = try await sentence(["/bin/sh", "-c", "echo 'no feed' >&2; exit 2", "feeder"])
        #expect(failing == "the feeder of the server did not start: no feed")
        let garbled = try await sentence(["/bin/sh", "-c", #"echo '"event":"listening"' >&2; cat"#, "feeder"])
        #expect(garbled == #"the feeder of the server did not start: its address cannot be read: "event":"listening""#)
    }

    @Test("a feeder that ends during the case, with its reason")
    func died() async throws {
        let sentence = try await sentence(TestPeer.shell("sleep 0.1; echo 'no luck' >&2; exit 4"))
        #expect(sentence == "the feeder of the server ended during the case (exit code 4): no luck")
    }

    @Test("items go to a URL if the server takes them there")
    func post() async throws {
        let peer = try TestPeer()
        var program = try peer.python("good", Self.peer)
        program.items = .post(url: "http://127.0.0.1:{port}/publish", type: "text/plain")
        let feeder = TestPeer.shell("echo \"$@\" >\(peer.path("arguments")); cat")
        let path = peer.path("arguments")
        let port = try await peer.server(program, feeder: feeder).whileRunning { server in
            while TextFile.read(path)?.hasSuffix("\n") != true { try await Task.sleep(for: .milliseconds(5)) }
            return server.endpoint.target.port
        }
        #expect(peer.read("arguments") == "--to http://127.0.0.1:\(port)/publish --type text/plain\n")
        #expect(peer.remains == [])
    }
}
