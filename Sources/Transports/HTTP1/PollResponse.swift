import Codecs
import Feed
import NIOCore

/// The responses that short and long polling share.
///
///     200  the items, each with a line end;  Last-Sequence: the newest of them
///     204  nothing after the cursor;  or 200 with an empty body, or 304, as the form says
///     410  items after the cursor are lost;  Oldest-Sequence: where the feed begins now
package enum PollResponse {
    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, form: PollForm = [], context: EncodingContext
    ) -> ByteBuffer {
        switch message {
        case .items(let after, let through): items(after: after, through: through, window, form, context)
        case .nothing(let newest): nothing(newest: newest, form, context)
        case .gap(let oldest): gap(oldest: oldest, context)
        }
    }

    private static func items(
        after: UInt64, through: UInt64, _ window: FeedWindow, _ form: PollForm, _ context: EncodingContext
    ) -> ByteBuffer {
        let sequences = after + 1...through
        let length = sequences.reduce(0) { $0 + window[$1].payloadBytes + 1 }
        if form.contains(.gzip), let response = compressed(sequences, length, window, form, context) { return response }
        var buffer = ByteBufferAllocator().buffer(capacity: length + 256)
        ResponseHead.write(
            .ok, contentType: contentType, contentLength: length, fields: fields(newest: through, form),
            context: context, into: &buffer)
        write(sequences, of: window, into: &buffer)
        return buffer
    }

    /// - Returns: `nil` if it would be no smaller.
    private static func compressed(
        _ sequences: ClosedRange<UInt64>, _ length: Int, _ window: FeedWindow, _ form: PollForm,
        _ context: EncodingContext
    ) -> ByteBuffer? {
        var plain = ByteBufferAllocator().buffer(capacity: length)
        write(sequences, of: window, into: &plain)
        // zlib's own default: a server that compresses once for all can afford it.
        let body = DeflateStream.compress(plain, .gzip, level: 6)
        guard body.readableBytes < length else { return nil }
        let fields = fields(newest: sequences.upperBound, form) + [ResponseField("Content-Encoding", "gzip")]
        return ResponseHead.encode(
            HTTPResponse(.ok, contentType: contentType, fields: fields, body: .whole(body)), context: context)
    }

    private static func write(_ sequences: ClosedRange<UInt64>, of window: FeedWindow, into buffer: inout ByteBuffer) {
        for sequence in sequences {
            buffer.writeImmutableBuffer(window[sequence].text)
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
    }

    private static func nothing(newest: UInt64, _ form: PollForm, _ context: EncodingContext) -> ByteBuffer {
        let fields = fields(newest: newest, form)
        let response: HTTPResponse
        if form.contains(.conditional) {
            response = HTTPResponse(.notModified, fields: fields)
        } else if form.contains(.full) {
            response = HTTPResponse(.ok, contentType: contentType, fields: fields, body: .whole(ByteBuffer()))
        } else {
            response = HTTPResponse(.noContent, fields: fields)
        }
        return ResponseHead.encode(response, context: context)
    }

    private static func gap(oldest: UInt64, _ context: EncodingContext) -> ByteBuffer {
        ResponseHead.text(
            .gone, GapNotice.text(oldest: oldest) + "\n", fields: [ResponseField("Oldest-Sequence", "\(oldest)")],
            context: context)
    }

    private static func fields(newest: UInt64, _ form: PollForm) -> [ResponseField] {
        let fields = [ResponseField("Cache-Control", "no-store"), ResponseField("Last-Sequence", "\(newest)")]
        return form.contains(.conditional) ? fields + [ResponseField("ETag", EntityTag.text(newest))] : fields
    }

    private static let contentType = "text/plain; charset=utf-8"
}

/// How a client is told that items are lost: the body of a 410, the reason of a WebSocket close 4410.
package enum GapNotice {
    package static func text(oldest: UInt64) -> String {
        "oldest=\(oldest)"
    }

    /// - Returns: The oldest sequence still kept, or `nil` if this is no gap notice.
    package static func oldest(in text: some StringProtocol) -> UInt64? {
        guard text.hasPrefix("oldest="),
            let oldest = UInt64(text.dropFirst("oldest=".count).prefix { $0.isNumber }),
            oldest > 0, oldest <= ItemLimits.highestSequence
        else { return nil }
        return oldest
    }
}
