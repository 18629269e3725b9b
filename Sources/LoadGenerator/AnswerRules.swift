import Measurement

/// What a server must do for its clients: answer requests and handshakes in time, hold long polls, send whole items.
struct AnswerRules {
    /// A server must send response headers within this time, plus the hold time of the request, plus the time that a
    /// simulated network may add.
    private static let grace = Duration.seconds(1)
    /// Early empty answers allowed per client. A server that stops may answer held requests early, but not repeatedly.
    static let allowedEarlyAnswers = 3

    private let grace: Duration
    private var clientsWithoutHeaders = 0
    private var longestWait = Duration.zero
    private var clientsInHandshake = 0
    private var longestHandshake = Duration.zero
    private var earlyAnswers: UInt64 = 0
    private var unfinishedClients = 0

    /// - Parameter allowance: See ``LoadTimes/networkAllowance``.
    init(allowance: Duration = .zero) {
        grace = Self.grace + allowance
    }

    /// Whether the server may still hold a request that it has not answered.
    func mayHold(since began: MonotonicInstant, hold: Duration, at now: MonotonicInstant) -> Bool {
        hold > .zero && now - began < hold + grace
    }

    /// At the end of the run, a client's request has no response headers yet.
    mutating func awaitsHeaders(since began: MonotonicInstant, hold: Duration, at now: MonotonicInstant) {
        guard now - began >= hold + grace else { return }
        clientsWithoutHeaders += 1
        longestWait = max(longestWait, now - began)
    }

    /// At the end of the run, a client's handshake has no answer yet.
    mutating func awaitsHandshake(since began: MonotonicInstant, at now: MonotonicInstant) {
        guard now - began >= grace else { return }
        clientsInHandshake += 1
        longestHandshake = max(longestHandshake, now - began)
    }

    /// At the end of the run, a client has received part of an item, and never a whole one.
    mutating func waitsForEndOfFirstItem() {
        unfinishedClients += 1
    }

    /// Whether an empty answer after `elapsed` came too early for a request with this hold time.
    static func isEarly(_ elapsed: Duration, hold: Duration) -> Bool {
        hold > .zero && elapsed < hold / 2
    }

    /// A client got an early empty answer beyond ``allowedEarlyAnswers``.
    mutating func answeredEarly() {
        earlyAnswers += 1
    }

    /// One sentence per broken rule.
    var objections: [String] {
        var sentences: [String] = []
        if clientsWithoutHeaders > 0 {
            sentences.append(
                "\(clientsWithoutHeaders) clients received no response headers in time; the longest wait was "
                    + "\(longestWait.nanoseconds / 1_000_000) ms, allowed is \(grace.spokenText) "
                    + "beyond the hold time")
        }
        if clientsInHandshake > 0 {
            sentences.append(
                "\(clientsInHandshake) clients did not complete the handshake in time; the longest wait was "
                    + "\(longestHandshake.nanoseconds / 1_000_000) ms, allowed is \(grace.spokenText)")
        }
        if earlyAnswers > 0 {
            sentences.append("\(earlyAnswers) polls got an empty answer before half of their hold time")
        }
        if unfinishedClients > 0 {
            sentences.append("\(unfinishedClients) clients received only part of their first item")
        }
        return sentences
    }
}
