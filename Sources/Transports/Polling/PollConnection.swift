/// Whether a polling client keeps its connection from one request to the next.
enum PollConnection: String, CaseIterable, Sendable {
    case keepAlive = "keep-alive"
    /// A new one each time; the client says `Connection: close` (RFC 9112 §9.6).
    case new

    static let option = TransportOption(
        name: "connection", kind: .choice(allCases.map(\.rawValue)), defaultValue: .choice(keepAlive.rawValue),
        summary: "whether a client keeps its connection or makes a new one for each request")

    init(_ options: TransportOptions) {
        self = options.choice(Self.option.name).flatMap(Self.init) ?? .keepAlive
    }

    var fieldLines: [String] { self == .new ? ["Connection: close"] : [] }
}
