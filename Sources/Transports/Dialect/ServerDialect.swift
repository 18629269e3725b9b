/// How a server carries the feed with one transport, where it differs from PushLab's own server.
///
/// Each field is `nil`, empty or `own` for what PushLab's server does, so `ServerDialect()` is its dialect.
package struct ServerDialect: Codable, Sendable, Hashable {
    /// Path and query of each request, without a cursor; `nil` for the transport's own path.
    package var target: String?
    /// Header fields of each request or opening handshake, in addition to the transport's own. A field replaces the
    /// transport's field of the same name.
    package var fields: [HeaderLine] = []
    /// What a WebSocket client offers as subprotocol.
    package var subprotocol = SubprotocolOffer.own
    /// Where an item ends.
    package var boundary = ItemBoundary.own
    /// How sequence and time stand in an item.
    package var form = ItemForm.own
    /// How a client says which items it has.
    package var cursor = CursorForm.own
    /// Whether a response carries one item although more are there. A client that polls then asks again at once, until
    /// the server has nothing.
    package var answersOneByOne = false

    package init() {}

    /// Whether a client that polls gets each item: its requests say which items it has, or each response has one item
    /// of a queue. Otherwise it gets what is current.
    package var pollsEachItem: Bool { cursor == .own || answersOneByOne }

    /// Whether the server is like PushLab's own.
    package var isOwn: Bool { self == ServerDialect() }

    /// A field of an HTTP header.
    package struct HeaderLine: Codable, Sendable, Hashable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// The line for libcurl. With a colon and no value, libcurl would omit the field.
        var line: String { value.isEmpty ? "\(name);" : "\(name): \(value)" }
    }
}

/// What a WebSocket client offers as subprotocol (RFC 6455 §1.9).
package enum SubprotocolOffer: Codable, Sendable, Hashable {
    /// PushLab's subprotocol, which the server must agree to.
    case own
    /// None.
    case none
    /// This name, which the server must agree to.
    case named(String)
}

/// Where one item ends and the next begins.
package enum ItemBoundary: String, Codable, Sendable, Hashable, CaseIterable {
    /// As PushLab's server: a line for polls and streams, an event for SSE, a message for WebSocket.
    case own
    /// Each line is an item, except empty lines. The last line of a body needs no line end.
    case line
    /// The whole body of a response, or the whole message of a WebSocket, is one item.
    case body
    /// Each chunk of the chunked coding is an item (RFC 9112 §7.1). Only with HTTP/1.1 and a stream.
    case chunk
    /// A body or message is a JSON array (RFC 8259 §5), and each of its elements an item.
    case jsonArray = "json-array"
}

/// How a client says which items it has.
package enum CursorForm: String, Codable, Sendable, Hashable, CaseIterable {
    /// As PushLab's server: `after=SEQ` in the query, and `Last-Event-ID` with SSE.
    case own
    /// The validators of the last response: `If-None-Match` and `If-Modified-Since` (RFC 9110 §13.1).
    case validators
    /// `Last-Event-ID` with the id of the last event, of any kind (WHATWG HTML §9.2.4). Only with SSE.
    case lastEventID = "last-event-id"
    /// Not at all: a client receives what the server sends from its request on.
    case none
}

/// How sequence and time stand in an item.
package enum ItemForm: Codable, Sendable, Hashable {
    /// `SEQUENCE,DUE,DATA`, see `ItemText`.
    case own
    /// Anything else.
    case foreign(ForeignForm)
}

/// Where an item of another format has its sequence and the time at which it was sent.
package struct ForeignForm: Codable, Sendable, Hashable {
    /// `nil` if items have no sequence: then lost and repeated items cannot be known.
    package var sequence: ItemFieldPath?
    /// `nil` if items have no time: then delays cannot be known.
    package var sentAt: ItemFieldPath?
    /// The unit of that time, which counts from 1970 (UTC).
    package var unit: TimeUnit

    package init(sequence: ItemFieldPath? = nil, sentAt: ItemFieldPath? = nil, unit: TimeUnit = .milliseconds) {
        self.sequence = sequence
        self.sentAt = sentAt
        self.unit = unit
    }

    package enum TimeUnit: String, Codable, Sendable, Hashable, CaseIterable {
        case seconds = "s"
        case milliseconds = "ms"
        case microseconds = "us"
        case nanoseconds = "ns"

        /// The exact number of nanoseconds of one unit.
        package var nanoseconds: Int64 {
            switch self {
            case .seconds: 1_000_000_000
            case .milliseconds: 1_000_000
            case .microseconds: 1_000
            case .nanoseconds: 1
            }
        }
    }
}

/// Where a number stands in an item.
package enum ItemFieldPath: Codable, Sendable, Hashable {
    /// The first capture group of a regular expression.
    case pattern(String)
    /// A value of a JSON text, by its JSON Pointer (RFC 6901): `/meta/seq`.
    case pointer(String)

    /// A text that starts with `/` is a JSON Pointer, any other a regular expression.
    package init(_ text: String) {
        self = text.hasPrefix("/") ? .pointer(text) : .pattern(text)
    }
}
