import HTTP
import NIOCore
import NIOHPACK
import WebSocketProtocol
import WireAccounting

/// The streams of an HTTP/2 connection: their header fields, decompressed, and their content.
struct HTTP2Streams {
    private struct Stream {
        var path = ""
        var isHEAD = false
        var isWebSocket = false
        var content: ContentReader?
        var frames: [Direction: FrameStream] = [:]
        // Bytes of an incomplete WebSocket header, counted as payload until it is complete.
        var held: [Direction: [UInt8]] = [:]
    }

    /// The frames that carry one set of header fields: HEADERS, then CONTINUATION until END_HEADERS.
    private struct FieldBlock {
        var bytes: [UInt8] = []
        var frames: [(mark: ByteSink.Mark, bytes: Int)] = []

        /// Frames without content must not fill the memory either.
        var isTooLong: Bool { bytes.count >= HTTP2Streams.longestBlock || frames.count >= HTTP2Streams.mostFrames }
    }

    private static let mostStreams = 1_000
    private static let longestBlock = 64 << 10
    private static let mostFrames = 1_000
    /// A table larger than the sender's holds entries that the sender no longer refers to, which does no harm.
    private static let tableBytes = 64 << 10

    private(set) var firstTarget: String?
    private var streams: [Int: Stream] = [:]
    private var decoderUp = HPACKDecoder(allocator: ByteBufferAllocator(), maxDynamicTableSize: tableBytes)
    private var decoderDown = HPACKDecoder(allocator: ByteBufferAllocator(), maxDynamicTableSize: tableBytes)
    private var blockUp = FieldBlock()
    private var blockDown = FieldBlock()
    private var isBroken: Set<Direction> = []

    func opensWebSocket(_ stream: Int) -> Bool { streams[stream]?.isWebSocket == true }

    /// Reads a part of a frame's payload.
    ///
    /// - Returns: The number of bytes used.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer, of part: inout HTTP2FramePart, _ direction: Direction, _ sink: inout ByteSink
    ) -> Int {
        guard part.isData else {
            sink.book(bytes, part.layer, direction)
            if part.isFields, part.block.count < Self.longestBlock { part.block += bytes }
            return bytes.count
        }
        guard let padding = part.padding else {
            part.padding = min(Int(bytes[0]), part.missing - 1)
            sink.book(UnsafeRawBufferPointer(rebasing: bytes[..<1]), .framing, direction)
            return 1
        }
        let count = min(bytes.count, part.missing - padding)
        guard count > 0 else {
            sink.book(bytes, .framing, direction)
            return bytes.count
        }
        content(UnsafeRawBufferPointer(rebasing: bytes[..<count]), part.stream, direction, &sink)
        return count
    }

    mutating func frameEnded(_ part: HTTP2FramePart, _ direction: Direction, _ sink: inout ByteSink) {
        if part.isFields { fieldsEnded(part, direction, &sink) }
        sink.end(direction)
        if part.type == 3 || part.endsStream && direction == .down { streams[part.stream] = nil }
    }

    // MARK: Content

    private mutating func content(
        _ bytes: UnsafeRawBufferPointer, _ number: Int, _ direction: Direction, _ sink: inout ByteSink
    ) {
        guard var stream = streams[number] else { return sink.book(bytes, .payload, direction) }
        defer { streams[number] = stream }
        if stream.isWebSocket {
            webSocket(bytes, &stream, direction, &sink)
        } else if direction == .down, var content = stream.content {
            content.read(bytes, direction, &sink)
            stream.content = content
        } else {
            sink.book(bytes, .payload, direction)
        }
    }

    private func webSocket(
        _ bytes: UnsafeRawBufferPointer, _ stream: inout Stream, _ direction: Direction, _ sink: inout ByteSink
    ) {
        guard var frames = stream.frames[direction] else { return sink.book(bytes, .handshake, direction) }
        let held = stream.held[direction] ?? []
        sink.count(-held.count, .payload, direction)
        let all = held + Array(bytes)
        var used = 0
        all.withUnsafeBytes { raw in
            while used < raw.count {
                let count = frames.read(UnsafeRawBufferPointer(rebasing: raw[used...]), direction, &sink)
                if count == 0 { break }
                used += count
            }
            sink.count(raw.count - used, .payload, direction)
        }
        stream.held[direction] = Array(all[used...])
        stream.frames[direction] = frames
    }

    // MARK: Header fields

    private mutating func fieldsEnded(_ part: HTTP2FramePart, _ direction: Direction, _ sink: inout ByteSink) {
        var block = part.block[...]
        if part.type == 1 {
            if part.flags & 0x08 != 0, let padding = block.popFirst() { block = block.dropLast(Int(padding)) }
            if part.flags & 0x20 != 0 { block = block.dropFirst(5) }
        }
        var whole = direction == .up ? blockUp : blockDown
        whole.bytes += block
        whole.frames.append((part.mark, part.length + HTTP2FramePart.headerBytes))
        let rest = part.endsFields || whole.isTooLong ? FieldBlock() : whole
        if direction == .up { blockUp = rest } else { blockDown = rest }
        guard !isBroken.contains(direction) else { return }
        if whole.isTooLong {
            isBroken.insert(direction)
            return sink.fault("the header fields of stream \(part.stream) are longer than 64 KiB", direction)
        }
        guard part.endsFields else { return }
        var buffer = ByteBuffer(bytes: whole.bytes)
        let fields =
            direction == .up
            ? try? decoderUp.decodeHeaders(from: &buffer) : try? decoderDown.decodeHeaders(from: &buffer)
        guard let fields else {
            isBroken.insert(direction)
            return sink.fault("the header fields of stream \(part.stream) cannot be decompressed", direction)
        }
        direction == .up
            ? request(fields, stream: part.stream, in: whole.frames, &sink) : response(fields, part, &sink)
    }

    private mutating func request(
        _ fields: HPACKHeaders, stream number: Int, in frames: [(mark: ByteSink.Mark, bytes: Int)],
        _ sink: inout ByteSink
    ) {
        guard let path = fields[":path"].first else { return }
        guard streams.count < Self.mostStreams else {
            let reason = "more than \(Self.mostStreams) requests wait for a response"
            return sink.fault("\(reason), so the one on stream \(number) is not followed", .up)
        }
        sink.count(\.requests)
        if firstTarget == nil { firstTarget = path }
        var stream = Stream()
        stream.path = String(path.prefix { $0 != "?" })
        stream.isHEAD = fields[":method"].first == "HEAD"
        stream.isWebSocket = fields[":protocol"].first == "websocket"
        streams[number] = stream
        guard stream.isWebSocket else { return }
        // Only now is it known that the frames open a WebSocket, as the handshake of HTTP/1.1 does.
        for frame in frames { sink.move(frame.bytes, from: .httpHead, to: .handshake, at: frame.mark, .up) }
    }

    private mutating func response(_ fields: HPACKHeaders, _ part: HTTP2FramePart, _ sink: inout ByteSink) {
        guard let status = fields[":status"].first.flatMap({ Int($0) }), status >= 200,
            var stream = streams[part.stream]
        else { return }
        sink.count(\.responses)
        let plain = HeaderFields(fields.map { ($0.name, $0.value) })
        if stream.isWebSocket, status == 200 {
            let deflate = DeflateParameters(agreedIn: plain)
            let inflates = sink.limits.inflates
            stream.frames = [
                .up: FrameStream(fromClient: true, deflate: deflate, inflates: inflates),
                .down: FrameStream(fromClient: false, deflate: deflate, inflates: inflates),
            ]
        }
        stream.content = ContentReader(
            of: ResponseBody(status: status, fields: plain, path: stream.path, isHandshake: stream.isWebSocket))
        streams[part.stream] = stream
    }
}
