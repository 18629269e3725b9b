/// A closed form, with its source. `Results/formulas.md` lists all of them.
package struct Formula: Sendable, Hashable {
    package let id: String
    /// What it gives.
    package let gives: String
    /// The formula, with the symbols of `Results/formulas.md`.
    package let text: String
    package let source: String

    private init(_ id: String, _ gives: String, _ text: String, source: String) {
        (self.id, self.gives, self.text, self.source) = (id, gives, text, source)
    }

    // MARK: Bytes

    package static let layerBytes = Formula(
        "layer-bytes", "bytes by layer",
        "Σ messages of a kind × their size, the size taken from the transport's encoder",
        source: "RFC 9112, RFC 6455, WHATWG HTML §9.2; the encoders of `Sources/Transports`")
    package static let tlsRecords = Formula(
        "tls-records", "what TLS adds to messages", "22 B × records; one record per message",
        source: "RFC 8446 §5.2: 5 B header, 1 B type, 16 B tag")
    package static let wireBytes = Formula(
        "wire-bytes", "bytes with TCP and IP headers",
        "TCP payload + 52 B × segments; segments = messages + acknowledgments; a connection has 4 up and 3 down more, "
            + "and 8 B more in SYN and SYN-ACK",
        source: "RFC 791, RFC 9293, RFC 7323; Linux acknowledges a message with the next one, or within 40 ms")

    // MARK: Numbers

    package static let published = Formula(
        "published", "items published", "λT; for Poisson arrivals ± 3 √(λT)", source: "Poisson process")
    package static let shortPollRequests = Formula(
        "short-poll-requests", "polls per client and second", "1 / max(I, R)",
        source: "schedule of the clients: a late answer delays one poll")
    package static let shortPollEmpty = Formula(
        "short-poll-empty", "share of empty answers",
        "Poisson: e^(−λJ); periodic with period P: max(0, 1 − J/P); J = max(I, R)",
        source: "no arrival within the interval")
    package static let longPollRequests = Formula(
        "long-poll-requests", "requests per client and second",
        "Poisson: 1 / (R + e^(−λR) (1 − e^(−λH)) / λ), which is λ / (λR + e^(−λR)) for a long hold H; periodic: "
            + "1 / max(P, R), and ⌊(P − R)/(H + R)⌋ empty ones per item",
        source:
            "renewal process: a request arrives R after the last answer and waits for an item or the end of the hold")
    package static let pushConnections = Formula(
        "connections", "connections", "one per client; one per request with `connection: new`", source: "the transports"
    )
    package static let latestCoherence = Formula(
        "latest-coherence", "share of items that a client sees if it asks only for the newest",
        "Poisson: (1 − e^(−λJ)) / λJ; periodic: min(1, P/J)",
        source: "Bozdag, Mesbah, van Deursen 2007 define coherence; an item is seen if none follows before the poll")
    package static let completeCoherence = Formula(
        "coherence", "share of items that a client receives", "1", source: "every client asks with its cursor")
    package static let quantumRedundancy = Formula(
        "newest-redundancy", "copies per item if every answer carries the newest item",
        "1 / (λJ × coherence)", source: "each poll has an item")

    // MARK: Delays

    package static let pushMean = Formula(
        "push-mean", "mean delay of WebSocket, SSE, HTTP streaming and raw TCP",
        "d + B/w + ρ(B/w)/(2(1 − ρ)) + loss + processing; ρ = λB/w",
        source: "one way; waiting time of the M/D/1 queue (Pollaczek and Khinchine) where the line limits")
    package static let shortPollMean = Formula(
        "short-poll-mean", "mean delay of short polling", "J/2 + d + B/w + loss + processing; J = max(I, R)",
        source: "phases of the clients are spread evenly over the interval; RFC 6202 §2.1")
    package static let shortPollMax = Formula(
        "short-poll-max", "largest delay of short polling", "J + d + B/w + loss + processing",
        source: "an item that just missed a poll; 2d more if the request's travel is not a part of the schedule")
    package static let shortPollNewest = Formula(
        "newest-mean", "mean delay if a client asks only for the newest item",
        "Poisson: 1/λ − J e^(−λJ)/(1 − e^(−λJ)) + d; periodic with P < J: P/2 + d; processing",
        source: "age of the last arrival within the interval")
    package static let longPollMean = Formula(
        "long-poll-mean", "mean delay of long polling",
        "Poisson: d + λR/(λR + e^(−λR)) × R/2; periodic: d if P > R, else d + R/2; with one item per answer the "
            + "M/D/1 queue with service time R; line, loss, processing",
        source: "RFC 6202 §2.2: one to three transits; an item that misses a request waits for the next one")
    package static let longPollMax = Formula(
        "long-poll-max", "largest delay of long polling", "d + R: three transits without a pause",
        source: "RFC 6202 §2.2")
    package static let echoMean = Formula(
        "echo-mean", "mean round trip of an echo",
        "2d + line, loss, processing; POST: one message at a time, so the "
            + "queue with service time R where messages are due more often",
        source: "a round trip")

    package static let all = [
        layerBytes, tlsRecords, wireBytes, published, shortPollRequests, shortPollEmpty, longPollRequests,
        pushConnections, completeCoherence, latestCoherence, quantumRedundancy, pushMean, shortPollMean, shortPollMax,
        shortPollNewest, longPollMean, longPollMax, echoMean,
    ]
}

extension Formula {
    /// The row of `Results/formulas.md`.
    package var tableRow: String { "| `\(id)` | \(gives) | \(text) | \(source) |" }
}
