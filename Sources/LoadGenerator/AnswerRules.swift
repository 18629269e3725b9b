import Measurement

/// What a server owes the clients that make HTTP exchanges, and what it owes them no more than once.
struct AnswerRules {
    /// Beyond the time that it may hold a request, a server has this long for the head of its answer.
    static let grace = Duration.seconds(1)
    /// A held request may be answered with nothing before its time, as by a server that stops; but not again and again.
    static let allowedEarlyAnswers = 3

    private var clientsWithoutHead = 0
    private var longestWait = Duration.zero
    private var earlyAnswers: UInt64 = 0
    private var unfinishedClients = 0

    /// At the end, a client's request has no head yet.
    mutating func awaitsHead(since began: MonotonicInstant, hold: Duration, at now: MonotonicInstant) {
        guard now - began >= hold + Self.grace else { return }
        clientsWithoutHead += 1
        longestWait = max(longestWait, now - began)
    }

    /// A client has never got a whole item, and at the end it has a part of one.
    mutating func waitsForEndOfFirstItem() {
        unfinishedClients += 1
    }

    /// Whether an empty answer came too early for a request that may be held so long.
    static func isEarly(_ elapsed: Duration, hold: Duration) -> Bool {
        hold > .zero && elapsed < hold / 2
    }

    /// A client got another one, more than are allowed.
    mutating func answeredEarly() {
        earlyAnswers += 1
    }

    /// A sentence for each rule that was broken.
    var objections: [String] {
        var sentences: [String] = []
        if clientsWithoutHead > 0 {
            sentences.append(
                "\(clientsWithoutHead) clients waited in vain for the head of an answer, the longest for "
                    + "\(longestWait.nanoseconds / 1_000_000) ms")
        }
        if earlyAnswers > 0 {
            sentences.append("\(earlyAnswers) polls were answered empty long before the time that they may be held")
        }
        if unfinishedClients > 0 {
            sentences.append("\(unfinishedClients) clients got the beginning of an item and never its end")
        }
        return sentences
    }
}
