import Codecs
import Feed
import HTTP
import NIOCore

/// The responses of short and long polling.
///
///     200  the items, each with a line end;  Last-Sequence: the newest of them
///     204  no item after the cursor;  or 200 with an empty body, or 304, depending on the form
///     410  items after the cursor are lost;  Oldest-Sequence: the oldest item kept
enum PollResponse {
    static func encode(
        _ message: FeedMessage, from window: FeedWindow, form: PollForm = [], context: EncodingContext
    ) -> ByteBuffer {
        switch message {
        case .items(let after, let through): items(after: after, through: through, window, form, context.response)
        case .nothing(let newest): nothing(newest: newest, form, context.response)
        case .gap(let oldest): gap(oldest: oldest, context.response)
        }
    }

    private static func items(
        after: UInt64, through: UInt64, _ window: FeedWindow, _ form: PollForm, _ context: ResponseContext
    ) -> ByteBuffer {
        let sequences = after + 1...through
        let length = sequences.reduce(0) { $0 + window[$1].payloadBytes + 1 }
        if form.contains(.gzip), let response = compressed(sequences, length, window, form, context) { return response }
        var buffer = ByteBufferAllocator().buffer(capacity: length + 256)
        HTTPResponse.writeHead(
            .ok, contentType: contentType, contentLength: length, fields: fields(newest: through, form),
            context: context, into: &buffer)
        write(sequences, of: window, into: &buffer)
        return buffer
    }

    /// - Returns: `nil` if compression does not make the body smaller.
    private static func compressed(
        _ sequences: ClosedRange<UInt64>, _ length: Int, _ window: FeedWindow, _ form: PollForm,
        _ context: ResponseContext
    ) -> ByteBuffer? {
        var plain = ByteBufferAllocator().buffer(capacity: length)
        write(sequences, of: window, into: &plain)
        // zlib's default level: affordable because the server compresses once for all clients.
        let body = DeflateStream.compress(plain, .gzip, level: 6)
        guard body.readableBytes < length else { return nil }
        let fields = fields(newest: sequences.upperBound, form) + [ResponseField("Content-Encoding", "gzip")]
        return HTTPResponse(.ok, contentType: contentType, fields: fields, body: .whole(body)).encoded(context)
    }

    private static func write(_ sequences: ClosedRange<UInt64>, of window: FeedWindow, into buffer: inout ByteBuffer) {
        for sequence in sequences {
            buffer.writeImmutableBuffer(window[sequence].text)
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
    }

    private static func nothing(newest: UInt64, _ form: PollForm, _ context: ResponseContext) -> ByteBuffer {
        let fields = fields(newest: newest, form)
        let response: HTTPResponse
        if form.contains(.conditional) {
            response = HTTPResponse(.notModified, fields: fields)
        } else if form.contains(.full) {
            response = HTTPResponse(.ok, contentType: contentType, fields: fields, body: .whole(ByteBuffer()))
        } else {
            response = HTTPResponse(.noContent, fields: fields)
        }
        return response.encoded(context)
    }

    private static func gap(oldest: UInt64, _ context: ResponseContext) -> ByteBuffer {
        HTTPResponse.text(
            .gone, GapNotice.text(oldest: oldest) + "\n", fields: [ResponseField("Oldest-Sequence", "\(oldest)")],
            context: context)
    }

    private static func fields(newest: UInt64, _ form: PollForm) -> [ResponseField] {
        let fields = [ResponseField("Cache-Control", "no-store"), ResponseField("Last-Sequence", "\(newest)")]
        return form.contains(.conditional) ? fields + [ResponseField("ETag", EntityTag.text(newest))] : fields
    }

    private static let contentType = "text/plain; charset=utf-8"
}

/// The form of the response that a poll requests; the raw value is the encoding's variant.
struct PollForm: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// A response without items is 200 with an empty body, not 204.
    static let full = PollForm(rawValue: 1 << 0)
    /// Responses have an entity tag, the sequence of the newest item; without new items they are 304.
    static let conditional = PollForm(rawValue: 1 << 1)
    /// Bodies are compressed if that makes them smaller.
    static let gzip = PollForm(rawValue: 1 << 2)
    /// The response of the server of 2009, see ``Quantum2009``.
    static let quantum2009 = PollForm(rawValue: 1 << 3)
}

/// Entity tags (RFC 9110 §8.8.3): the sequence of the newest item, in quotes.
enum EntityTag {
    static func text(_ sequence: UInt64) -> String { "\"\(sequence)\"" }

    /// Whether an `If-None-Match` value names this sequence. Uses the weak comparison that §13.1.2 requires.
    static func list(_ value: String, names sequence: UInt64) -> Bool {
        let wanted = text(sequence)
        return value.listElements().contains { $0 == "*" || $0 == wanted || $0 == "W/" + wanted }
    }
}
