import Feed
import HTTP
import Measurement
import NIOCore

/// Server-sent events (WHATWG HTML §9.2): one response that does not end, one event per item, with its sequence as id.
///
/// A client that lost items gets an event `gap` with data `oldest=SEQ`. Its id is SEQ − 1, so a browser that reconnects
/// continues with the oldest item kept. After a gap at the start the stream continues; for a subscriber that fell
/// behind it ends. An `EventSource` does not reconnect after any status except 200, so a 410 would leave a page without
/// a feed. 204 means that the feed has ended and that the client has every item.
package enum ServerSentEvents: PushTransport {
    package static let name = "sse"
    package static let otherNames = ["server-sent-events", "eventsource", "event-source", "events"]
    package static let title = "server-sent events"
    package static let colour = "#CC79A7"
    static let path: StaticString = "/events"
    package static let entrance = Entrance.path(path)
    package static let pacing = Pacing.feed
    package static let options = [
        AccelBuffering.key.option, RequestProfile.sessionKey.option, HTTPVersion.key.option, Intermediary.key.option,
        Encryption.key.option,
    ]

    static let mediaType = "text/event-stream"

    /// Prefers `Last-Event-ID`, which a browser sends when it reconnects; its URL still has the first cursor.
    package static func cursor(of request: FeedRequest) throws(RequestFault) -> UInt64? {
        // An `EventSource` without an id may send an empty field (WHATWG HTML §9.2.4).
        guard let text = request.head.value(of: "last-event-id"), !text.isEmpty else { return request.after }
        guard let id = UInt64(text), id < UInt64(Int64.max), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            throw RequestFault(
                .badRequest, "Last-Event-ID is '\(text.prefix(64))'; allowed is the id of the last event received")
        }
        return id
    }

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        try StreamSubscriber(form(settings), after: cursor(of: request), request: request, settings: settings)
    }

    private static func form(_ settings: ServerSettings) -> StreamForm {
        StreamForm(
            contentType: mediaType, preamble: "retry: \(settings.retry.nanoseconds / 1_000_000)\n\n",
            gapNotice: { "id: \($0 - 1)\nevent: \(EventName.gap)\ndata: \(GapNotice.text(oldest: $0))\n\n" },
            beginsAfterGap: true, keepAlive: (settings.keepAlive, ":\n\n"))
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        guard case .items(let after, let through) = message else {
            preconditionFailure("an SSE stream encodes only items")
        }
        var events = ByteBuffer()
        for sequence in after + 1...through { write(window[sequence], into: &events) }
        let framing = BodyFraming(rawValue: context.variant) ?? .chunked
        var buffer = ByteBufferAllocator().buffer(capacity: events.readableBytes + BodyFraming.maximumOverhead)
        framing.write(events.readableBytes, into: &buffer) { $0.writeImmutableBuffer(events) }
        return buffer
    }

    private static func write(_ item: FeedItem, into buffer: inout ByteBuffer) {
        buffer.writeString("id: \(item.sequence)\ndata: ")
        // CR ends a line like LF (§9.2.5), so an item with a CR becomes two data lines, which the client joins with LF.
        if item.text.readableBytesView.contains(0x0d) {
            let lines = item.text.readableBytesView.split(separator: 0x0d, omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() {
                if index > 0 { buffer.writeString("\ndata: ") }
                buffer.writeBytes(line)
            }
        } else {
            buffer.writeImmutableBuffer(item.text)
        }
        buffer.writeString("\n\n")
    }

    package static let client = ClientHalf.exchanges { setup in
        let query = setup.options[AccelBuffering.key].query
        let events = EventStreamReader(itemBytes: setup.base64ItemBytes)
        if setup.dialect.isOwn {
            let resumption = EventResumption(first: setup.cursor, extraQuery: query)
            return StreamListener(setup, content: events, resumption: resumption)
        }
        let resumption = DialectResumption(
            setup, path: ServerSentEvents.path, query: query, accepting: ServerSentEvents.mediaType)
        // With PushLab's cursor, ids are sequences, which are checked.
        if setup.dialect.hasOwnItems, setup.dialect.cursor == .own {
            return StreamListener(setup, content: events, resumption: resumption)
        }
        return StreamListener(setup, content: DialectEvents(setup), resumption: resumption)
    }
}

/// Names of events other than items; an item's event has no name.
enum EventName {
    static let gap = "gap"
}

/// Reconnects like a browser: always the same URL, and `Last-Event-ID` after the first request.
struct EventResumption: StreamResumption {
    let first: UInt64
    let extraQuery: String

    func target(cursor: UInt64) -> String { "\(ServerSentEvents.path)?after=\(first)\(extraQuery)" }

    func fieldLines(cursor: UInt64) -> [String] {
        let accept = "Accept: \(ServerSentEvents.mediaType)"
        return cursor == first ? [accept] : [accept, "Last-Event-ID: \(cursor)"]
    }
}
