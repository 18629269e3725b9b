import Host
import Measurement
import Transports

/// The connection's time limits. The loop's ``WakeWheel`` wakes it when the next one is over.
extension ConnectionHandler: Sleeper {
    /// Time after which a limit that the exchange started by itself is looked at, and then again.
    private static let checkPeriod = Duration.seconds(1)

    var wakeAt: MonotonicInstant? {
        let next = min(exchangeWake, messageCheck, life.deadline)
        return next == ConnectionLife.never ? nil : next
    }

    /// Whether the loop serves the connection, or the stream.
    var isServed: Bool { index != nil || stream?.handler != nil }

    /// A time limit may have come closer.
    func limitsChanged() {
        loop.limitsChanged(of: self)
    }

    /// Bytes from the client may have started a time limit of the exchange.
    func noticeMessageLimit() {
        if messageCheck == ConnectionLife.never, exchange?.subscriber.wantsClock == true {
            messageCheck = MonotonicClock.now() + Self.checkPeriod
        }
    }

    /// The clock has reached ``wakeAt``.
    func clockReached(_ now: MonotonicInstant) {
        leaveLive()
        defer { joinLive() }
        let isCheck = now >= messageCheck
        if isCheck { messageCheck = ConnectionLife.never }
        if now >= exchangeWake || (isCheck && exchange?.subscriber.wantsClock == true) { exchangeClockReached(now) }
        noticeMessageLimit()
        carryOut(life.clockReached(now, unwrittenBytes: unwrittenBytes))
    }

    private func exchangeClockReached(_ now: MonotonicInstant) {
        if now >= exchangeWake { exchangeWake = ConnectionLife.never }
        guard let actions = exchange?.subscriber.clockReached(now, window: feed.window) else { return }
        perform(actions)
        process()
    }
}
