import ConnectionEnds
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import Testing

/// A stream end that returns fixed results.
private struct ScriptedEnd: HTTP2StreamEnd {
    var peerHasEnded = false
    var needsNoMore = false
    var request: [(name: String, value: String)]?
    var outcome = HTTP2StreamOutcome()
    var parts = HTTP2StreamParts(nil)

    func opened() -> [(name: String, value: String)]? { request }
    func fieldsArrived(_ fields: [(name: String, value: String)], endsStream: Bool) -> HTTP2StreamOutcome { outcome }
    func contentArrived(_ bytes: ByteBuffer, endsStream: Bool) -> HTTP2StreamOutcome { outcome }
    func written(_ bytes: ByteBuffer) -> HTTP2StreamParts { parts }
}

private final class Connection: HTTP2StreamOwner {
    var ended = 0
    var resets = 0
    var delivered = 0

    func streamEnded() { ended += 1 }
    func streamWasReset() { resets += 1 }
    func contentDelivered(_ count: Int) { delivered += count }
}

@Suite("An HTTP/2 stream, presented as a connection")
struct HTTP2StreamHandlerTests {
    private let connection = Connection()

    @Test("a request is sent as soon as the stream is open")
    func request() throws {
        let channel = try channel(ScriptedEnd(request: [(":method", "CONNECT"), ("origin", "a")]))
        let frame = try #require(try channel.readOutbound(as: HTTP2Frame.FramePayload.self))
        guard case .headers(let headers) = frame else { throw UnexpectedFrame() }
        #expect(headers.headers == HPACKHeaders([(":method", "CONNECT"), ("origin", "a")]))
        #expect(!headers.endStream)
    }

    @Test("each part of a write is a frame, and the promise waits for the last")
    func parts() throws {
        let parts = HTTP2StreamParts(
            .fields([(":status", "200")], endsStream: false),
            [.content(ByteBuffer(string: "a"), endsStream: false), .content(ByteBuffer(string: "b"), endsStream: true)])
        let channel = try channel(ScriptedEnd(parts: parts))
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.writeAndFlush(ByteBuffer(string: "anything"), promise: promise)
        try promise.futureResult.wait()
        #expect(try kinds(sentOn: channel) == ["HEADERS", "DATA 1", "DATA 1 END_STREAM"])
        // The output has ended: no further END_STREAM.
        channel.close(mode: .output, promise: nil)
        #expect(try kinds(sentOn: channel) == [])
    }

    @Test("a write that sends nothing succeeds")
    func nothing() throws {
        let channel = try channel(ScriptedEnd())
        try channel.writeAndFlush(ByteBuffer()).wait()
        #expect(try kinds(sentOn: channel) == [])
    }

    @Test("received content is passed up, and reported to the connection")
    func arrivals() throws {
        let outcome = HTTP2StreamOutcome(bytes: ByteBuffer(string: "abc"), then: .reset(0xb))
        let channel = try channel(ScriptedEnd(outcome: outcome))
        try channel.writeInbound(HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(ByteBuffer(string: "xyz")))))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "abc"))
        #expect((connection.delivered, connection.resets) == (3, 1))
        #expect(try kinds(sentOn: channel) == ["RST_STREAM 11"])
    }

    @Test("an orderly end is END_STREAM both ways, an early response ends with NO_ERROR, all else is a break")
    func closing() throws {
        let orderly = try channel(ScriptedEnd(peerHasEnded: true))
        orderly.close(promise: nil)
        #expect(try kinds(sentOn: orderly) == ["DATA 0 END_STREAM"])
        #expect(orderly.isActive)
        let early = try channel(ScriptedEnd(needsNoMore: true))
        early.close(promise: nil)
        #expect(try kinds(sentOn: early) == ["RST_STREAM 0"])
        let broken = try channel(ScriptedEnd())
        broken.close(promise: nil)
        #expect(try kinds(sentOn: broken) == [])
        #expect(!broken.isActive)
    }

    @Test("each counted end is reported to the connection")
    func ends() throws {
        for isCounted in [true, false] {
            _ = try channel(ScriptedEnd(), isCounted: isCounted).finish()
        }
        #expect(connection.ended == 1)
    }

    private struct UnexpectedFrame: Error {}

    private func channel(_ end: ScriptedEnd, isCounted: Bool = true) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(
            HTTP2StreamHandler(end, on: connection, isCounted: isCounted))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func kinds(sentOn channel: EmbeddedChannel) throws -> [String] {
        var kinds: [String] = []
        while let frame = try channel.readOutbound(as: HTTP2Frame.FramePayload.self) {
            switch frame {
            case .headers: kinds.append("HEADERS")
            case .data(let data): kinds.append("DATA \(data.data.readableBytes)\(data.endStream ? " END_STREAM" : "")")
            case .rstStream(let code): kinds.append("RST_STREAM \(code.networkCode)")
            default: throw UnexpectedFrame()
            }
        }
        return kinds
    }
}
