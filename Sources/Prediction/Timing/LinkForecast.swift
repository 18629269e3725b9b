import Link
import Measurement
import Scenario

/// What the formulas need to know of the network between clients and server. Times in seconds.
package struct LinkForecast: Sendable, Equatable {
    /// One way, from client to server.
    package var up = 0.0
    /// d: one way, from server to client.
    package var down = 0.0
    /// What jitter adds on the way down.
    private var jitter = Jitter(mean: 0, largest: 0)
    /// w: bytes of TCP payload per second on the way down; `nil` for no limit.
    private var bandwidth: Double?
    private var loss = Loss(up: 0, down: 0)
    /// Largest TCP payload of a segment in bytes.
    package var segmentBytes = LinkForecast.loopbackSegment
    /// Whether something holds bytes back or ends connections, so that no formula gives delays.
    package private(set) var isUnpredictable = false

    private struct Jitter: Equatable {
        var mean: Double
        var largest: Double
    }

    /// p: probabilities that a segment is lost.
    private struct Loss: Equatable {
        var up: Double
        var down: Double
    }

    /// MTU 65,536 less the headers of IPv4 and TCP with timestamps.
    package static let loopbackSegment = 65_483.0
    /// MTU 1,500 (Ethernet) less the same; a simulated network sends such segments, too.
    package static let networkSegment = 1_448.0

    /// Loopback.
    package init() {}

    /// - Parameter roundTrip: Of a network with equal ways, in seconds; 0 is loopback.
    package init(roundTrip: Double) {
        (up, down) = (roundTrip / 2, roundTrip / 2)
        if roundTrip > 0 { segmentBytes = Self.networkSegment }
    }

    /// For a simulated network.
    package init(_ settings: LinkSettings) {
        up = settings.up.delay.seconds
        down = settings.down.delay.seconds
        let size = settings.down.jitter.seconds
        switch settings.down.jitterDistribution {
        // No segment overtakes another, so the mean is not exactly zero.
        case .uniform: jitter = Jitter(mean: 0, largest: size)
        // Beyond three standard deviations are 3 of 1,000.
        case .normal: jitter = Jitter(mean: 0, largest: 3 * size)
        // Beyond six times the mean are e⁻⁶, 2 of 1,000.
        case .exponential: jitter = Jitter(mean: size, largest: 6 * size)
        }
        bandwidth = settings.down.bandwidth.map { Double($0.bitsPerSecond) / 8 }
        loss = Loss(up: settings.up.loss, down: settings.down.loss)
        segmentBytes = Self.networkSegment
        isUnpredictable =
            settings.buffering != nil || !settings.stalls.isEmpty || settings.meanTimeToReset != nil
            || settings.meanTimeToSilence != nil
    }

    /// R.
    package var roundTrip: Double { up + down }

    /// RTO of the simulated network: two round trips, at least 200 ms (`TCP_RTO_MIN` of Linux).
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
        return Bounded(
            mean + (isPoisson ? waiting : 0), low: own, high: mean + Allowance.line.factor.high * waiting + own)
    }

    /// What lost segments and jitter add. A loss on the way stalls what follows, too.
    func disturbance(rate: Double, isUpInvolved: Bool) -> Bounded {
        let probability = loss.down + (isUpInvolved ? loss.up : 0)
        // A stall delays its own segment by the whole time, and those that follow within it by half of it.
        let stall = probability * retransmission * (1 + rate * retransmission / 2)
        let allowed = Allowance.loss.around(stall)
        return Bounded(
            stall + jitter.mean, low: allowed.low - Allowance.jitter.fewer * jitter.largest,
            high: allowed.high + jitter.mean + Allowance.jitter.more * jitter.largest)
    }

    /// The largest delay that losses and jitter usually add to one item: a segment that is lost twice arrives after
    /// RTO + 2 RTO (RFC 6298 §5.5), and the one behind it may be lost, too.
    var worstDisturbance: Double {
        (loss.down + loss.up > 0 ? 4 * retransmission : 0) + jitter.largest
    }
}
