/// The options that streams over HTTP share.
enum StreamOption {
    static let buffering = TransportOption(
        name: StreamFields.buffering, kind: .choice([unsaid, "no", "yes"]), defaultValue: .choice(unsaid),
        summary: "what the server's X-Accel-Buffering field tells nginx in between; unsaid: it sends none")

    private static let unsaid = "unsaid"

    /// The part of the query that asks for it; empty if nothing is to be said.
    static func query(of options: TransportOptions) -> String {
        guard let choice = options.choice(StreamFields.buffering), choice != unsaid else { return "" }
        return "&\(StreamFields.buffering)=\(choice)"
    }
}
