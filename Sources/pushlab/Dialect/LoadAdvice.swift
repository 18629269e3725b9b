import ResultFiles
import Transports

/// What to try next if a server refused the clients of `load`, sent nothing, or sent something else than its items.
struct LoadAdvice {
    private let options: DialectOptions

    init(on options: DialectOptions) {
        self.options = options
    }

    // The first sign that is in the reason counts.
    private static let rules: [(sign: String, advice: String)] = [
        ("answered 404", "the server has nothing at this path; give the path of its feed: --path /PATH"),
        ("answered 401", credentials), ("answered 403", credentials),
        ("answered 405", "the server accepts no GET at this path; give the path of its feed: --path /PATH"),
        ("answered 429", fewer), ("answered 503", fewer),
        ("answered 400", otherRequest), ("answered 426", otherRequest),
        ("did not open a WebSocket", "there is no WebSocket at this path; give the path of the feed: --path /PATH"),
        ("chose no subprotocol", "the server has no subprotocol of this name; try --subprotocol none"),
        ("chose the subprotocol", "the server chose a subprotocol by itself; offer it by --subprotocol NAME"),
        ("does not support the subprotocol", "the server has no subprotocol of this name; try --subprotocol none"),
        ("no client received a response", noAnswer), ("no client completed the handshake", noAnswer),
        ("that is not an item", otherItems), ("is not an item;", otherItems),
        ("sent an item without a", otherField), ("sent an item with a wrong", otherField),
        ("that is not a JSON array", "if a whole response or message is one item: --items body"),
        ("ends inside an item", "if a whole response or message is one item, without a line end: --items body"),
        ("browsers accept only text/event-stream", "if this is no SSE stream: --transport http-stream"),
    ]

    private static let credentials =
        "the server refuses this client; if it needs credentials or an origin: --bearer-file FILE, --cookie TEXT or "
        + "--header 'Origin: https://HOST'"
    private static let fewer = "the server accepts no further clients or requests; try fewer --clients"
    private static let noAnswer =
        "the server accepts connections, but answers nothing at this path; check --transport and --path"
    private static let otherRequest =
        "the server expects another request at this path; check --transport, --path, --query and --subprotocol"
    private static let otherField = "compare --sequence, --sent-at and --sent-unit with the item in this sentence"
    private static let otherItems =
        "the items have another format than PushLab's; if they have a sequence or a time: --sequence and --sent-at, "
        + "otherwise --unknown-items"

    // A row has the version of a server only if it is PushLab's.
    private static func adviceOnTransport(of row: SummaryRow) -> String? {
        let registry = TransportRegistry.standard
        guard row.serverVersion != nil, registry.push(named: row.transport) == nil else { return nil }
        return "pushlab-server does not have the transport \(row.transport); "
            + "it has \(registry.push.map { $0.name }.joined(separator: ", "))"
    }

    /// - Parameter row: What was measured.
    /// - Returns: One sentence; `nil` if there is nothing to advise.
    func sentence(about row: SummaryRow) -> String? {
        if let reason = row.invalidReason {
            if let advice = Self.adviceOnTransport(of: row) { return advice }
            return Self.rules.first { reason.contains($0.sign) }?.advice
        }
        // A server that reports its feed says what it published.
        guard row.delivered == 0, row.published == nil else { return nil }
        let checked = options.path == nil ? "--path" : "--path, --query, --header and --subprotocol"
        return "no client received an item; if the feed was not silent, check \(checked)"
    }
}
