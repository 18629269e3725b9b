/// The requests of a streaming client to a server with another dialect.
struct DialectResumption: StreamResumption {
    private let requestTarget: RequestTarget
    private let constantLines: [String]
    private let form: CursorForm
    // Whether the client is an `EventSource`: its URL keeps the first cursor, and a field has the newest.
    private let isEventStream: Bool
    private let first: UInt64
    private let sendsID: Bool
    private var lastEventID: String?
    private var validators: ValidatorCursor?

    /// - Parameters:
    ///   - setup: Has the dialect.
    ///   - path: The transport's own path.
    ///   - query: What the transport adds to its own query.
    ///   - mediaType: The media type of an SSE stream; `nil` for other streams.
    init(_ setup: ListenerSetup, path: StaticString, query: String, accepting mediaType: String? = nil) {
        let dialect = setup.dialect
        requestTarget = RequestTarget(dialect, path: path, query: query)
        constantLines = dialect.kept(mediaType.map { ["Accept: \($0)"] } ?? [])
        form = dialect.cursor
        isEventStream = mediaType != nil
        first = setup.cursor
        sendsID = isEventStream && !dialect.hasField(Self.fieldName)
        validators = ValidatorCursor(dialect)
    }

    private static let fieldName = "Last-Event-ID"

    func target(cursor: UInt64) -> String { requestTarget.text(after: isEventStream ? first : cursor) }

    func fieldLines(cursor: UInt64) -> [String] {
        switch form {
        case .own:
            return sendsID && cursor != first ? constantLines + ["\(Self.fieldName): \(cursor)"] : constantLines
        case .lastEventID:
            guard sendsID, let lastEventID, !lastEventID.isEmpty else { return constantLines }
            return constantLines + ["\(Self.fieldName): \(lastEventID)"]
        case .validators: return constantLines + (validators?.fieldLines ?? [])
        case .none: return constantLines
        }
    }

    mutating func responseBegan(_ coding: ResponseCoding) {
        validators?.responseBegan(coding)
    }

    mutating func responseEnded(lastEventID: String?, hadItem: Bool) {
        // A stream without an event leaves the id as it was.
        if let lastEventID { self.lastEventID = lastEventID }
        if hadItem { _ = validators?.responseHadItem() }
        validators?.begin()
    }
}
