/// Whether a polling client keeps its connection from one request to the next.
package enum PollConnection: String, OptionWord {
    case keepAlive = "keep-alive"
    /// A new one each time; the client says `Connection: close` (RFC 9112 §9.6).
    case new

    package static let key = OptionKey<PollConnection>(
        "connection", default: .keepAlive,
        "Whether a client keeps its connection or opens a new one for each request.")

    var fieldLines: [String] { self == .new ? ["Connection: close"] : [] }
}
