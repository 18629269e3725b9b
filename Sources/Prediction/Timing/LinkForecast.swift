import Link
import Measurement
import Scenario

/// What the formulas need to know of the network between clients and server. Times in seconds.
package struct LinkForecast: Sendable, Equatable {
    /// One way, from client to server.
    package var up = 0.0
    /// d: one way, from server to client.
    package var down = 0.0
    /// Mean and largest delay that jitter adds on the way down.
    private var jitter = (mean: 0.0, largest: 0.0)
    /// w: bytes of TCP payload per second on the way down; `nil` for no limit.
    private var bandwidth: Double?
    private var loss = (up: 0.0, down: 0.0)
    /// Whether something holds bytes back or ends connections, so that no formula gives delays.
    package private(set) var isUnpredictable = false

    package init() {}

    package init(roundTrip: Double) {
        (up, down) = (roundTrip / 2, roundTrip / 2)
    }

    package init(_ settings: LinkSettings) {
        up = settings.up.delay.seconds
        down = settings.down.delay.seconds
        let size = settings.down.jitter.seconds
        switch settings.down.jitterDistribution {
        // No segment overtakes another, so the mean is not exactly zero.
        case .uniform: jitter = (0, size)
        case .normal: jitter = (0, 3 * size)
        case .exponential: jitter = (size, 6 * size)
        }
        bandwidth = settings.down.bandwidth.map { Double($0.bitsPerSecond) / 8 }
        loss = (settings.up.loss, settings.down.loss)
        isUnpredictable =
            settings.buffering != nil || !settings.stalls.isEmpty || settings.meanTimeToReset != nil
            || settings.meanTimeToSilence != nil
    }

    package static func == (left: Self, right: Self) -> Bool {
        (left.up, left.down, left.bandwidth, left.isUnpredictable)
            == (right.up, right.down, right.bandwidth, right.isUnpredictable) && left.loss == right.loss
            && left.jitter == right.jitter
    }

    /// R.
    package var roundTrip: Double { up + down }

    private var retransmission: Double { max(0.2, 2 * roundTrip) }

    /// Time that a message occupies the line.
    func lineTime(of bytes: Double) -> Double { bandwidth.map { bytes / $0 } ?? 0 }

    /// What the line adds to the delay of messages that arrive at this rate: their own time, and that of those before
    /// them (M/D/1). The lower bound is the own time alone.
    ///
    /// - Returns: `nil` if the line is too slow for them.
    func line(_ bytes: Double, rate: Double, batch: Double = 1, isPoisson: Bool) -> Bounded? {
        let own = lineTime(of: bytes)
        let load = rate * own
        if load >= 1 { return nil }
        let waiting = load * own / (2 * (1 - load))
        let mean = own + (batch - 1) / 2 * own
        return Bounded(mean + (isPoisson ? waiting : 0), low: own, high: mean + 3 * waiting + own)
    }

    /// What lost segments and jitter add. A loss on the way stalls what follows, too.
    func disturbance(rate: Double, isUpInvolved: Bool) -> Bounded {
        let probability = loss.down + (isUpInvolved ? loss.up : 0)
        // A stall delays its own segment by the whole time, and those that follow within it by half of it.
        let stall = probability * retransmission * (1 + rate * retransmission / 2)
        let mean = stall + jitter.mean
        return Bounded(mean, low: 0.3 * stall - jitter.largest / 4, high: 3 * stall + jitter.mean + jitter.largest / 2)
    }

    /// The largest delay that losses and jitter usually add to one item.
    var worstDisturbance: Double {
        (loss.down + loss.up > 0 ? 4 * retransmission : 0) + jitter.largest
    }
}
