/// What a short poll wants to hear when there is nothing new.
enum EmptyAnswer: String, OptionWord {
    /// 204.
    case noContent = "no-content"
    /// 200 with an empty body.
    case full
    /// 304, by `If-None-Match` (RFC 9110 §13.1.2).
    case conditional

    static let key = OptionKey<EmptyAnswer>(
        "empty", default: .noContent,
        "The answer when nothing is new: 204, 200 with an empty body, or 304 by `ETag` and `If-None-Match`.")

    /// The part of the query that asks for it.
    var query: String { self == .full ? "&empty=full" : "" }
}
