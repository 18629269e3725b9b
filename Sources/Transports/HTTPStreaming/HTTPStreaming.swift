import Feed
import HTTP
import Measurement
import NIOCore
import WireAccounting

/// HTTP streaming (Comet; RFC 6202 §3): one response that does not end, with one line per item and one chunk per write.
///
/// A client whose cursor is too old gets 410, as for a poll. A client that falls behind later gets a last line,
/// `oldest=SEQ`; it has no comma, so it cannot be confused with an item. Then the stream ends.
package enum HTTPStreaming: PushTransport {
    package static let name = "http-stream"
    package static let otherNames = ["stream", "streaming", "http-streaming", "chunked"]
    package static let title = "HTTP streaming"
    package static let colour = "#009E73"
    static let path: StaticString = "/stream"
    package static let entrance = Entrance.path(path)
    package static let pacing = Pacing.feed
    package static let options = [
        AccelBuffering.key.option, RequestProfile.sessionKey.option, HTTPVersion.key.option, Intermediary.key.option,
        Encryption.key.option,
    ]

    private static let form = StreamForm(
        contentType: "text/plain; charset=utf-8", gapNotice: { GapNotice.text(oldest: $0) + "\n" })

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        try StreamSubscriber(form, after: request.after, request: request, settings: settings)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        guard case .items(let after, let through) = message else {
            return PollResponse.encode(message, from: window, context: context)
        }
        let sequences = after + 1...through
        let length = sequences.reduce(0) { $0 + window[$1].payloadBytes + 1 }
        var buffer = ByteBufferAllocator().buffer(capacity: length + BodyFraming.maximumOverhead)
        let framing = BodyFraming(rawValue: context.variant) ?? .chunked
        framing.write(length, into: &buffer) { buffer in
            for sequence in sequences {
                buffer.writeImmutableBuffer(window[sequence].text)
                buffer.writeInteger(UInt8(ascii: "\n"))
            }
        }
        return buffer
    }

    package static let client = ClientHalf.exchanges { setup in
        let query = setup.options[AccelBuffering.key].query
        let items = LineStream(itemBytes: setup.base64ItemBytes)
        if setup.dialect.isOwn {
            return StreamListener(setup, content: items, resumption: QueryResumption(extraQuery: query))
        }
        let resumption = DialectResumption(setup, path: HTTPStreaming.path, query: query)
        if setup.dialect.hasOwnItems {
            return StreamListener(setup, content: items, resumption: resumption)
        }
        return StreamListener(setup, content: DialectLines(setup), resumption: resumption)
    }
}

/// One item per line, and a gap notice at the end if the subscriber was too slow.
struct LineStream: StreamContent {
    private var items: LineItemReader
    let reconnectionTime: Duration? = nil

    init(itemBytes: Int?) {
        items = LineItemReader(takesNotices: true, itemBytes: itemBytes)
    }

    static let mediaType: String? = nil

    var isWithinItem: Bool { items.isWithinItem }
    var isEndless: Bool { items.isEndless }

    mutating func read(
        _ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        items.read(bytes, ledger: &ledger, events: events)
    }
}

/// Sends the current cursor in the query of each request.
struct QueryResumption: StreamResumption {
    let extraQuery: String

    func target(cursor: UInt64) -> String { "\(HTTPStreaming.path)?after=\(cursor)\(extraQuery)" }
    func fieldLines(cursor: UInt64) -> [String] { [] }
}
