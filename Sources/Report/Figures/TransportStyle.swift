/// How a transport is called and coloured, the same in every table, sentence and plot.
struct TransportStyle: Equatable {
    /// As it stands in a sentence.
    let name: String
    /// Its place in tables and plots.
    let rank: Int
    /// A colour of Okabe and Ito's palette, which colour-blind readers can tell apart.
    let colour: String

    private static let known: [(transport: String, name: String, colour: String)] = [
        ("short-poll", "short polling", "#E69F00"),
        ("long-poll", "long polling", "#0072B2"),
        ("http-stream", "HTTP streaming", "#009E73"),
        ("sse", "server-sent events", "#CC79A7"),
        ("websocket", "WebSocket", "#D55E00"),
        ("raw-tcp", "raw TCP", "#56B4E9"),
        // Long polling's colour, beside which it never stands: it carries another workload.
        ("http-post", "HTTP POST", "#0072B2"),
    ]

    /// - Parameter transport: Its name in the CSV files; one that is not known keeps it and is grey.
    init(of transport: String) {
        if let rank = Self.known.firstIndex(where: { $0.transport == transport }) {
            (name, self.rank, colour) = (Self.known[rank].name, rank, Self.known[rank].colour)
        } else {
            (name, rank, colour) = (transport, Self.known.count, "#7F7F7F")
        }
    }
}
