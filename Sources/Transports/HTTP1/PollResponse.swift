import Feed
import NIOCore

/// The responses that short and long polling share.
///
///     200  the items, each with a line end;  Last-Sequence: the newest of them
///     204  nothing after the cursor
///     410  items after the cursor are lost;  Oldest-Sequence: where the feed begins now
package enum PollResponse {
    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        switch message {
        case .items(let after, let through): items(after: after, through: through, window, context)
        case .nothing(let newest): nothing(newest: newest, context)
        case .gap(let oldest): gap(oldest: oldest, context)
        }
    }

    private static func items(
        after: UInt64, through: UInt64, _ window: FeedWindow, _ context: EncodingContext
    ) -> ByteBuffer {
        let sequences = after + 1...through
        let length = sequences.reduce(0) { $0 + window[$1].payloadBytes + 1 }
        var buffer = ByteBufferAllocator().buffer(capacity: length + 256)
        ResponseHead.write(
            .ok, contentType: "text/plain; charset=utf-8", contentLength: length,
            fields: [noStore, ResponseField("Last-Sequence", "\(through)")], context: context, into: &buffer)
        for sequence in sequences {
            buffer.writeImmutableBuffer(window[sequence].text)
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        return buffer
    }

    private static func nothing(newest: UInt64, _ context: EncodingContext) -> ByteBuffer {
        var buffer = ByteBuffer()
        ResponseHead.write(
            .noContent, contentLength: nil, fields: [noStore, ResponseField("Last-Sequence", "\(newest)")],
            context: context, into: &buffer)
        return buffer
    }

    private static func gap(oldest: UInt64, _ context: EncodingContext) -> ByteBuffer {
        ResponseHead.text(
            .gone, GapNotice.text(oldest: oldest) + "\n", fields: [ResponseField("Oldest-Sequence", "\(oldest)")],
            context: context)
    }

    private static let noStore = ResponseField("Cache-Control", "no-store")
}

/// How a client is told that items are lost: the body of a 410, the reason of a WebSocket close 4410.
package enum GapNotice {
    package static func text(oldest: UInt64) -> String {
        "oldest=\(oldest)"
    }

    /// - Returns: The oldest sequence still kept, or `nil` if this is no gap notice.
    package static func oldest(in text: some StringProtocol) -> UInt64? {
        guard text.hasPrefix("oldest=") else { return nil }
        return UInt64(text.dropFirst("oldest=".count).prefix { $0.isNumber })
    }
}
