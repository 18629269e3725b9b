import WireAccounting

/// Decodes the content of a stream's body, from bytes split at any positions.
protocol StreamContent: Sendable {
    /// Counts the bytes and calls `events` for each item or notice that they complete.
    mutating func read(_ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void)

    /// The body is complete, or if ``endsItemsWithChunks`` one of its chunks is. Calls `events` for an item that ends
    /// with it.
    mutating func endItem(events: (ListenerEvent) -> Void)

    /// Whether each chunk of the chunked coding is an item.
    var endsItemsWithChunks: Bool { get }

    /// Whether an item is incomplete.
    var isWithinItem: Bool { get }

    /// Whether that item exceeds the size limit, or the rest of the body has no meaning for another reported reason.
    var isEndless: Bool { get }

    /// The media type that a response must have; `nil` accepts any.
    static var mediaType: String? { get }

    /// How long clients should wait before they reconnect; `nil` if the server did not specify it.
    var reconnectionTime: Duration? { get }

    /// Id of the last event, if ids can be any text; `nil` without one.
    var lastEventID: String? { get }
}

extension StreamContent {
    mutating func endItem(events: (ListenerEvent) -> Void) {}
    var endsItemsWithChunks: Bool { false }
    var lastEventID: String? { nil }
}

/// The requests of a streaming client that reconnects.
protocol StreamResumption: Sendable {
    func target(cursor: UInt64) -> String
    func fieldLines(cursor: UInt64) -> [String]

    /// The headers of a response have arrived.
    mutating func responseBegan(_ coding: ResponseCoding)

    /// The response has ended, or its connection failed.
    ///
    /// - Parameters:
    ///   - lastEventID: The id of its last event, if ids can be any text; `nil` without one.
    ///   - hadItem: Whether it had an item.
    mutating func responseEnded(lastEventID: String?, hadItem: Bool)
}

extension StreamResumption {
    mutating func responseBegan(_ coding: ResponseCoding) {}
    mutating func responseEnded(lastEventID: String?, hadItem: Bool) {}
}

/// What the status of a stream's response means.
struct StreamStatuses: Sendable {
    enum Meaning {
        case stream
        /// The feed has ended and the client has every item, so it does not reconnect.
        case end
        /// There is no item now.
        case nothing
        /// A gap notice of PushLab's server, or an error.
        case refusal
        case fault
    }

    private let isOwn: Bool
    private let reportsGaps: Bool
    private let isEventStream: Bool

    init(_ dialect: ServerDialect, isEventStream: Bool) {
        isOwn = dialect.isOwn
        reportsGaps = dialect.cursor == .own
        self.isEventStream = isEventStream
    }

    func meaning(of status: Int) -> Meaning {
        switch status {
        case 200: return .stream
        // After 204 an `EventSource` does not reconnect, with any server (WHATWG HTML §9.2.3).
        case 204 where isOwn || isEventStream: return .end
        default:
            if !isOwn, DialectBody.isEmpty(status) { return .nothing }
            return reportsGaps ? .refusal : .fault
        }
    }
}
