/// What a short poll wants to hear when there is nothing new.
enum EmptyAnswer: String, CaseIterable, Sendable {
    /// 204.
    case noContent = "no-content"
    /// 200 with an empty body.
    case full
    /// 304, by `If-None-Match` (RFC 9110 §13.1.2).
    case conditional

    static let option = TransportOption(
        name: "empty", kind: .choice(allCases.map(\.rawValue)), defaultValue: .choice(noContent.rawValue),
        summary: "the answer when nothing is new: 204, 200 with an empty body, or 304 to an If-None-Match")

    init(_ options: TransportOptions) {
        self = options.choice(Self.option.name).flatMap(Self.init) ?? .noContent
    }

    /// The part of the query that asks for it.
    var query: String { self == .full ? "&empty=full" : "" }
}
