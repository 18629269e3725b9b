import Foundation
import Glibc
import Testing

/// Each test reads the resident memory of a server process. Sizes are small, so each test takes a few seconds.
@Suite("Memory limits in bytes", .timeLimit(.minutes(1)))
struct MemoryTests {
    private static let mebibyte = 1 << 20

    @Test("the history is limited in bytes, not in items")
    func history() throws {
        let server = try MeasuredServer(
            "--rate", "100/s", "--payload", "1MiB", "--history-bytes", "16MiB")
        defer { server.stop() }
        let before = try server.residentBytes()
        try server.waitFor { ($0["newest"] as? Int ?? 0) >= 150 }
        let status = try server.status()
        let newest = try #require(status["newest"] as? Int)
        let oldest = try #require(status["oldest"] as? Int)
        #expect((4...16).contains(newest - oldest + 1))
        #expect(try server.residentBytes() - before < 48 * Self.mebibyte)
    }

    @Test("standard input: a line that is too long is not stored")
    func standardInput() throws {
        let scratch = try Scratch()
        let script = """
            { head -c 60000000 /dev/zero | tr '\\0' a; echo; echo short; head -c 2000000 /dev/zero | tr '\\0' b; echo
              printf 'caf\\351\\n'; echo last; } | exec "$1" --feed stdin --no-page > "$2/said" 2> "$2/complaints"
            """
        let shell = try Tool.Running(
            "/bin/bash", ["-c", script, "bash", Tool.path("pushlab-server"), scratch.folder.path], folder: nil)
        var said = ""
        for _ in 0..<200 where !said.hasSuffix("\n") {
            said = scratch.read("said") ?? ""
            usleep(20_000)
        }
        let server = try MeasuredServer(announcement: said)
        try server.waitFor { ($0["newest"] as? Int ?? 0) >= 2 }
        let status = try server.status()
        #expect(status["newest"] as? Int == 2)
        #expect(status["refused_items"] as? Int == 3)
        #expect(try #require(status["rss_peak_bytes"] as? Int) < 50 * Self.mebibyte)
        kill(server.pid, SIGTERM)
        _ = shell.wait()
        #expect(
            scratch.read("complaints") == """
                stdin:1: the line has 60000000 B; allowed up to 1048576 B; the line is skipped
                stdin:3: the line has 2000000 B; allowed up to 1048576 B; the line is skipped
                stdin:4: the line is not UTF-8 (byte 4); an item is UTF-8 text; the line is skipped

                """)
    }

    @Test("incomplete messages share one budget; connections that exceed it are closed")
    func unfinishedMessages() throws {
        let server = try MeasuredServer("--message-memory", "8MiB")
        defer { server.stop() }
        let before = try server.residentBytes()
        var connections: [LoopbackSocket] = []
        for _ in 0..<40 {
            let connection = try LoopbackSocket(port: server.port)
            try connection.openWebSocket("/echo")
            // A binary frame of 1 MiB without its last byte; the masking key is 0.
            connection.send([0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0])
            connection.send([UInt8](repeating: 0, count: Self.mebibyte - 1))
            connections.append(connection)
        }
        // Eight of these messages fit into the budget.
        for _ in 0..<500 where connections.count(where: \.hasInput) < 32 { usleep(20_000) }
        let closed = connections.filter(\.hasInput)
        #expect(closed.count == 32)
        #expect(closed.allSatisfy { $0.readsClose(within: .seconds(1)) == 1_009 })
        #expect(try server.residentBytes() - before < 32 * Self.mebibyte)
        // Clients with complete messages are not affected.
        let other = try LoopbackSocket(port: server.port)
        try other.openWebSocket("/echo")
        other.send([0x82, 0x81, 0, 0, 0, 0, 0x61])
        #expect(try other.read(3) == [0x82, 1, 0x61])
    }

    @Test("a message that is not complete in time closes its connection")
    func lateMessage() throws {
        let server = try MeasuredServer("--message-timeout", "200ms")
        defer { server.stop() }
        let connection = try LoopbackSocket(port: server.port)
        try connection.openWebSocket("/echo")
        connection.send([0x82, 0x82, 0, 0, 0, 0, 0x61])
        #expect(connection.readsClose(within: .seconds(4)) == 1_008)
    }

    @Test("compression contexts share one budget")
    func compressionContexts() throws {
        let server = try MeasuredServer("--deflate-memory", "1MiB", "--rate", "50/s")
        defer { server.stop() }
        let before = try server.residentBytes()
        var connections: [LoopbackSocket] = []
        var withContext = 0
        for _ in 0..<60 {
            let connection = try LoopbackSocket(port: server.port)
            let head = try connection.openWebSocket("/ws", "Sec-WebSocket-Extensions: permessage-deflate")
            #expect(head.contains("permessage-deflate"))
            if !head.contains("server_no_context_takeover") { withContext += 1 }
            connections.append(connection)
        }
        #expect(withContext == 3)
        try server.waitFor { ($0["deliveries"] as? Int ?? 0) >= 600 }
        #expect(try server.residentBytes() - before < 6 * Self.mebibyte)
        withExtendedLifetime(connections) {}
    }
}
