import FeedServer
import Glibc
import Host
import Measurement
import NIOCore
import Testing
import WireAccounting

@Suite("HTTP/2 clients that break the protocol, or fall silent", .timeLimit(.minutes(1)))
struct HTTP2WireTests {
    /// An invalid frame, sent after a valid beginning of a connection.
    struct BrokenFrame: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]

        // Length, type, flags, stream (RFC 9113 §4.1).
        static let all = [
            BrokenFrame(testDescription: "DATA on stream 0", bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0]),
            BrokenFrame(testDescription: "HEADERS on an even stream", bytes: [0, 0, 1, 1, 5, 0, 0, 0, 2, 0x82]),
            BrokenFrame(
                testDescription: "a PING of 7 bytes", bytes: [0, 0, 7, 6, 0, 0, 0, 0, 0] + [1, 2, 3, 4, 5, 6, 7]),
            BrokenFrame(testDescription: "a frame above 16,384 B", bytes: [0, 0x40, 1, 0, 0, 0, 0, 0, 1]),
            BrokenFrame(testDescription: "a field block that is not HPACK", bytes: [0, 0, 1, 1, 5, 0, 0, 0, 1, 0xff]),
            BrokenFrame(testDescription: "PUSH_PROMISE from a client", bytes: [0, 0, 4, 5, 4, 0, 0, 0, 1, 0, 0, 0, 2]),
            BrokenFrame(
                testDescription: "a window above its limit", bytes: [0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7f, 255, 255, 255]),
        ]
    }

    private static let opening = Array(HTTP2FrameTally.preface.utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

    @Test("a protocol error is answered with GOAWAY, and the connection ends", arguments: BrokenFrame.all)
    func broken(frame: BrokenFrame) async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port, patience: .seconds(3))
                try connection.send(Self.opening + frame.bytes)
                var tally = HTTP2FrameTally()
                while let bytes = try? connection.readAvailable() { bytes.withUnsafeBytes { tally.passed($0) } }
                #expect(tally.hasSentGoAway)
                #expect(connection.readToEnd().end != .silent)
            }
        }
    }

    @Test("responses to requests that arrive together are one write")
    func together() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                let client = try HTTP2Client(port: port)
                #expect(try client.exchange("GET", "/healthz", stream: 1).text == "ready\n")
                try client.send([3, 5, 7].flatMap { HTTP2Client.request("GET", "/healthz", stream: $0) })
                // What one write has sent arrives in one read.
                var bytes = ByteBuffer(bytes: try client.connection.readAvailable())
                var frames: [UInt8] = []
                while let length = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self).map({ Int($0 >> 8) }),
                    let frame = bytes.readSlice(length: 9 + length)
                {
                    frames += frame.getBytes(at: frame.readerIndex + 3, length: 1) ?? []
                }
                #expect(frames == [1, 0, 1, 0, 1, 0], "HEADERS and DATA of each")
            }
        }
    }

    @Test("a connection without a stream gets GOAWAY, and is dropped if its client does not close")
    func silent() async throws {
        try await withServer {
            $0.idleTimeout = .seconds(1)
        } running: { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port, patience: .seconds(4))
                let began = MonotonicClock.now()
                try connection.send(Self.opening)
                var tally = HTTP2FrameTally()
                while let bytes = try? connection.readAvailable() { bytes.withUnsafeBytes { tally.passed($0) } }
                #expect(tally.hasSentGoAway)
                // Our half stays open; the server closes its socket, so further bytes are answered with a reset.
                var isDropped = false
                while !isDropped, MonotonicClock.now() - began < .seconds(15) {
                    usleep(100_000)
                    do { try connection.send([0, 0, 0, 4, 1, 0, 0, 0, 0]) } catch { isDropped = true }
                }
                #expect(isDropped)
                #expect(MonotonicClock.now() - began < .seconds(10))
            }
        }
    }
}
