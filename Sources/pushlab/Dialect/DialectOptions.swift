import ArgumentParser
import Arguments
import Transports

/// How `load` asks a third-party server for its feed, and what the server's items look like.
struct DialectOptions: ParsableArguments {
    // Texts that may have secrets are read without a transform, since the error of a transform shows the text.
    @Option(
        help: ArgumentHelp(
            "Path of each request, with or without a query, instead of the transport's path.", valueName: "path"))
    var path: String?

    @Option(help: ArgumentHelp("Add this to the query of each request: room=1&lang=en.", valueName: "query"))
    var query: String?

    @Option(
        name: .customLong("header"),
        help: ArgumentHelp(
            "Send this header field with each request; it replaces the client's field of this name. Can be repeated.",
            valueName: "field: text"))
    var headers: [String] = []

    @Option(
        help: ArgumentHelp(
            "Send this cookie. Other users of the machine see command lines (ps); result files do not have it.",
            valueName: "text"))
    var cookie: String?

    @Option(
        help: ArgumentHelp(
            "Send the token on the first line of this file: Authorization: Bearer TOKEN.", valueName: "file"))
    var bearerFile: String?

    @Option(
        help: ArgumentHelp(
            "WebSocket subprotocol that clients offer and the server must agree to: own (PushLab's), none or a name.",
            valueName: "name"),
        transform: Self.subprotocolOffer)
    var subprotocol: SubprotocolOffer?

    @Option(
        help: ArgumentHelp(
            """
            What one item is: own (a line; with SSE an event; with WebSocket a message), line, body (a whole response \
            or message), chunk (of the chunked coding), json-array (each element is an item). (default: own)
            """, valueName: "form"),
        transform: ArgumentReading.choice)
    var items: ItemBoundary?

    @Option(
        help: ArgumentHelp(
            """
            How clients say which items they have: own (after=SEQ), validators (ETag and Last-Modified), \
            last-event-id, none.
            """, valueName: "form"),
        transform: ArgumentReading.choice)
    var cursor: CursorForm?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Where an item has its sequence, a number that grows by 1 per item and is the same for all clients: a \
            regular expression whose first group is the number, or a JSON Pointer such as /meta/seq.
            """, valueName: "regex|/pointer"))
    var sequence: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Where an item has the time at which it was sent, counted from 1970 (UTC). Delays count from it, so the \
            clocks of sender and clients must agree.
            """, valueName: "regex|/pointer"))
    var sentAt: String?

    @Option(
        help: ArgumentHelp("Unit of --sent-at: s, ms, us, ns. (default: ms)", valueName: "unit"),
        transform: ArgumentReading.choice)
    var sentUnit: ForeignForm.TimeUnit?

    @Flag(help: "Poll again at once after an item: the server puts one item into a response although it has more.")
    var oneByOne = false

    @Flag(help: "Items have neither sequence nor time: measure arrivals, the gaps between them, bytes and errors.")
    var unknownItems = false

    /// For the description of a command that has these options.
    static let discussion = """
        Any other server: --path, --query, --header, --cookie and --bearer-file say how to ask for its feed. \
        --sequence, --sent-at or --unknown-items say what its items have instead of SEQUENCE,DUE,DATA. What cannot be \
        known then stays empty: without a sequence, lost and repeated items; without a time, delays. With any option \
        from --path to --unknown-items except --query, --header, --cookie and --bearer-file, clients offer no \
        subprotocol and send no cursor, unless --subprotocol and --cursor ask for it. For PushLab's own server at \
        another path: --path PATH --subprotocol own --cursor own.
        """

    func validate() throws {
        _ = try target(of: nil)
        _ = try fields()
        _ = try form()
    }

    /// The names of the given options, in the order of the help.
    var given: [String] {
        let all: [(String, Bool)] = [
            ("--path", path != nil), ("--query", query != nil), ("--header", !headers.isEmpty),
            ("--cookie", cookie != nil), ("--bearer-file", bearerFile != nil), ("--subprotocol", subprotocol != nil),
            ("--items", items != nil), ("--cursor", cursor != nil), ("--sequence", sequence != nil),
            ("--sent-at", sentAt != nil), ("--sent-unit", sentUnit != nil), ("--one-by-one", oneByOne),
            ("--unknown-items", unknownItems),
        ]
        return all.filter(\.1).map(\.0)
    }

    // These only add to the requests of a client of PushLab's server.
    private static let additions = ["--query", "--header", "--cookie", "--bearer-file"]

    /// The first option that says that the server is not PushLab's; `nil` without one.
    var thirdPartyOption: String? { given.first { !Self.additions.contains($0) } }

    /// - Parameters:
    ///   - transport: The transport that is measured.
    ///   - options: Its options.
    /// - Returns: PushLab's own dialect without any of the options.
    /// - Throws: `ValidationError` for a value that is not allowed, or not with this transport.
    func dialect(of transport: any PushTransport.Type, _ options: TransportOptions) throws -> ServerDialect {
        try DialectScope(transport).check(self, options)
        var dialect = ServerDialect()
        dialect.target = try target(of: transport)
        dialect.fields = try fields()
        if thirdPartyOption != nil { (dialect.subprotocol, dialect.cursor) = (.none, .none) }
        if let subprotocol { dialect.subprotocol = subprotocol }
        if let cursor { dialect.cursor = cursor }
        dialect.boundary = items ?? .own
        dialect.form = try form()
        dialect.answersOneByOne = oneByOne
        return dialect
    }
}
