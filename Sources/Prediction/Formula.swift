import WireAccounting

/// A closed form, with its source. `Results/formulas.md` lists all of them.
package struct Formula: Sendable, Hashable {
    /// As in the column `formula`.
    package let id: String
    /// What it gives.
    package let gives: String
    /// The formula, with the symbols of `Results/formulas.md`.
    package let text: String
    /// Where it comes from.
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
        "tls-records", "what TLS adds to messages",
        "\(TLSRecordTally.overheadOfRecord) B × records; one record per message",
        source: "RFC 8446 §5.2: 5 B header, 1 B type, 16 B tag")
    package static let wireBytes = Formula(
        "wire-bytes", "bytes with TCP and IP headers",
        "TCP payload + 52 B × segments; segments = ⌈bytes / MSS⌉ per message + those that only acknowledge: one for "
            + "two segments of a message after its first, and one per message that no "
            + "message of the other direction follows within 40 ms; a connection has 4 up and 3 down more, and 8 B "
            + "more in SYN and SYN-ACK",
        source: "RFC 791, RFC 7323; RFC 9293 §3.8.6.3 and Linux's TCP_DELACK_MIN: delayed acknowledgments")

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
    package static let shortPollBatches = Formula(
        "short-poll-batch", "items of a response that has some",
        "Poisson: λJ / (1 − e^(−λJ)); periodic, b items each P: b max(1, J/P); 1 if only the newest is asked for",
        source: "items due within an interval that has at least one")
    package static let longPollRequests = Formula(
        "long-poll-requests", "requests per client and second, and the share of empty answers",
        "Poisson: f = 1 / (R + e^(−λR) (1 − e^(−λH)) / λ), which is λ / (λR + e^(−λR)) for a long hold H; share "
            + "e^(−λ(R + H)); periodic: f = 1/R if P ≤ R; otherwise, with x from an answer to the next due item and w "
            + "the wait of that item (see `long-poll-mean`), ⌊(x + w − R)/(H + R)⌋ empty ones before it",
        source:
            "renewal process: a request arrives R after the last answer and waits for an item or the end of the hold")
    package static let longPollBatches = Formula(
        "long-poll-batch", "items of a response of long polling that has some",
        "Poisson: λ / (f (1 − share of empty answers)); periodic, b items each P: b max(1, R/P); 1 with `batch: one`",
        source: "items per second over answers with items per second")
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

    package static let passage = Formula(
        "passage", "time that an item of a message needs on the line",
        "min(⌈x/MSS⌉ MSS, B)/w for an item that ends at byte x of B; of all items the mean, or the median; after a "
            + "pause above RTO one R more from the 11th segment on, 2R from the 31st on, and so on",
        source: "`Sources/Link`: a segment arrives with its last byte; initial window, slow start and restart of "
            + "RFC 6928 §2, RFC 5681 §3.1 and §4.1")
    package static let loss = Formula(
        "loss", "mean delay that lost segments add to an item",
        "pushed: p RTO ((m + 1)/2 + m Σ (1 − kP/RTO)) over all kP < RTO; for Poisson arrivals the sum is λ RTO/2. "
            + "Short polling: p RTO (m + 1)/2 down, p RTO²/J up. Long polling: p RTO (m + 1)/2 down, and for each loss "
            + "what items wait in a gap of R + RTO instead of R. POST: a message and those behind it",
        source: "RFC 6298 §5.5 and Linux's TCP_RTO_MIN, as `Sources/Link` simulates them: a lost segment is late by "
            + "RTO, and what follows on its connection waits for it. First order in p")
    package static let pushMean = Formula(
        "push-mean", "mean delay of WebSocket, SSE, HTTP streaming and raw TCP",
        "d + passage + loss + jitter + processing; for Poisson arrivals ρ(B/w)/(2(1 − ρ)) more; ρ = λB/w",
        source: "one way; waiting time of the M/D/1 queue (Pollaczek and Khinchine) where the line limits")
    package static let pushMedian = Formula(
        "push-median", "median delay of the same",
        "d + median of passage + jitter + processing",
        source: "loss and queues delay fewer than half of the items; half of the others are below their median")
    package static let pushMax = Formula(
        "push-max", "largest delay of the same",
        "d + passage of the last item + 2 × the longest queue + 4 RTO with loss + largest jitter + 2 × processing",
        source: "`loss`; the last of all clients; see the allowance `largest`")
    package static let shortPollMean = Formula(
        "short-poll-mean", "mean delay of short polling", "J/2 + d + passage + loss + jitter + processing",
        source: "phases of the clients are spread evenly over the interval; RFC 6202 §2.1")
    package static let shortPollMedian = Formula(
        "short-poll-median", "median delay of short polling",
        "as `short-poll-mean`; with loss and J < 2 RTO, J/(2(1 − q)) instead of J/2 + loss",
        source: "waits are spread evenly from 0 to J, so what is short compared with J shifts median and mean alike")
    package static let shortPollMax = Formula(
        "short-poll-max", "largest delay of short polling",
        "J + d + passage of the last item + 4 RTO with loss + largest jitter + processing",
        source: "an item that just missed a poll; 2d more if the request's travel is not a part of the schedule")
    package static let shortPollNewest = Formula(
        "newest-mean", "mean delay if a client asks only for the newest item",
        "Poisson: 1/λ − J e^(−λJ)/(1 − e^(−λJ)) + d; periodic with P < J: P/2 + d; passage, loss, jitter, processing",
        source: "age of the last arrival within the interval")
    package static let longPollMean = Formula(
        "long-poll-mean", "mean delay of long polling",
        "d + wait + passage + loss + jitter + processing. Poisson: wait = f R × R/2. Periodic: R/2 if P ≤ R; "
            + "otherwise, with x = P − the last wait and c = x mod (H + R), the next wait is R − c if c < R, else 0: "
            + "the mean until it is 0 again. `batch: one`, Poisson: λR²/(2(1 − λR)) + v R/2, v = e^(−λH) R/((1 − "
            + "e^(−λH))/λ + e^(−λH) R); none if λR ≥ 1; groups of b: (b − 1) R/2 more",
        source: "renewal reward theorem: the items due in the gap R after an answer wait R/2 on average; M/D/1 with "
            + "vacations (Fuhrmann and Cooper 1985); RFC 6202 §2.2")
    package static let longPollMedian = Formula(
        "long-poll-median", "median delay of long polling",
        "d + wait + median of passage + jitter + processing. The wait at u = 1/(2(1 − q)) of the items; Poisson: 0 "
            + "if the share s = f R of items due in the gap is below 1 − u, else R (1 − (1 − u)/s); periodic: of the "
            + "waits of `long-poll-mean`",
        source: "an item that is due in the gap waits between 0 and R, all others not at all, and the late ones longer")
    package static let longPollMax = Formula(
        "long-poll-max", "largest delay of long polling",
        "d + R + passage of the last item + 4 RTO with loss + largest jitter + 2 × processing: three transits without "
            + "a pause; `batch: one`: b R instead of R",
        source: "RFC 6202 §2.2")
    package static let echoMean = Formula(
        "echo-mean", "mean round trip of an echo",
        "2d + passage + loss + jitter + processing; POST: one message at a time, so (b + 1)/2 times the round trip for "
            + "bursts of b messages, and none where messages are due more often than once per round trip",
        source: "a round trip; a burst's messages wait for those before them, and pile up if they are too many")
    package static let echoMedian = Formula(
        "echo-median", "median round trip of an echo",
        "2d + median of passage + jitter + processing; POST: the median of i "
            + "round trips + k RTO over the messages i = 1 to b and their numbers of losses k, binomially distributed",
        source: "as for pushed items; a burst's messages wait for those before them")
    package static let echoMax = Formula(
        "echo-max", "largest round trip of an echo", "`push-max` and one way more; for POST times b",
        source: "as for pushed items")

    /// In the order of `Results/formulas.md`.
    package static let all = [
        layerBytes, tlsRecords, wireBytes, published, shortPollRequests, shortPollEmpty, shortPollBatches,
        longPollRequests, longPollBatches, pushConnections, completeCoherence, latestCoherence, quantumRedundancy,
        passage, loss, pushMean, pushMedian, pushMax, shortPollMean, shortPollMedian, shortPollMax, shortPollNewest,
        longPollMean, longPollMedian, longPollMax, echoMean, echoMedian, echoMax,
    ]
}

extension Formula {
    /// The row of `Results/formulas.md`.
    package var tableRow: String { "| `\(id)` | \(gives) | \(text) | \(source) |" }
}
