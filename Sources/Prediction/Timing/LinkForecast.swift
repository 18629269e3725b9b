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
    /// The same on the way up.
    private var upBandwidth: Double?
    /// Whether a connection begins with a window of 10 segments, and begins again with it after a pause.
    private var slowStart = false
    private(set) var loss = Loss(up: 0, down: 0)
    /// Largest TCP payload of a segment in bytes.
    package var segmentBytes = LinkForecast.loopbackSegment
    /// Whether something holds bytes back or ends connections, so that no formula gives delays.
    package private(set) var isUnpredictable = false

    private struct Jitter: Equatable {
        var mean: Double
        var largest: Double
    }

    /// p: probabilities that a segment is lost.
    struct Loss: Equatable {
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
        if roundTrip > 0 { (segmentBytes, slowStart) = (Self.networkSegment, true) }
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
        upBandwidth = settings.up.bandwidth.map { Double($0.bitsPerSecond) / 8 }
        slowStart = settings.slowStart
        loss = Loss(up: settings.up.loss, down: settings.down.loss)
        segmentBytes = Self.networkSegment
        isUnpredictable =
            settings.buffering != nil || !settings.stalls.isEmpty || settings.meanTimeToReset != nil
            || settings.meanTimeToSilence != nil
    }

    /// R.
    package var roundTrip: Double { up + down }

    /// Whether the line has a bandwidth, so that bytes are time.
    var isLimited: Bool { bandwidth != nil || upBandwidth != nil }

    /// Whether segments are lost in any direction.
    var isLossy: Bool { loss.up + loss.down > 0 }

    /// RTO of the simulated network: two round trips, at least 200 ms (`TCP_RTO_MIN` of Linux).
    var retransmission: Double { max(0.2, 2 * roundTrip) }

    /// Time that a message occupies the line to the client.
    func lineTime(of bytes: Double) -> Double { bandwidth.map { bytes / $0 } ?? 0 }

    /// Time that a message occupies the line to the server.
    func upLineTime(of bytes: Double) -> Double { upBandwidth.map { bytes / $0 } ?? 0 }

    /// Segments of a message.
    func segments(of bytes: Double) -> Double { max(1, (bytes / segmentBytes - 1e-9).rounded(.up)) }

    /// What a limited window adds until a segment of a message may leave, in a connection that starts slowly.
    ///
    /// The first 10 segments leave at once, twice as many a round trip later, and so on (RFC 6928 §2, RFC 5681 §3.1); a
    /// line that is busy for the round trip hides the wait.
    ///
    /// - Parameter segment: Number of the segment within the message, from 1.
    /// - Returns: Seconds.
    func windowWait(of segment: Double) -> Double {
        guard slowStart, segment > Self.initialWindow else { return 0 }
        var (wait, window, sent) = (0.0, Self.initialWindow, Self.initialWindow)
        while segment > sent, window < Self.largestWindow {
            wait += max(0, roundTrip - lineTime(of: window * segmentBytes))
            window *= 2
            sent += window
        }
        return wait
    }

    private static let initialWindow = 10.0
    /// 4 MiB of segments, as in `Sources/Link`.
    private static let largestWindow = 2_896.0

    /// What jitter adds.
    var shaking: Bounded {
        Bounded(
            jitter.mean, low: -Allowance.jitter.fewer * jitter.largest,
            high: jitter.mean + Allowance.jitter.more * jitter.largest)
    }

    /// The largest delay that losses and jitter usually add to one item: a segment that is lost twice arrives after
    /// RTO + 2 RTO (RFC 6298 §5.5), and the one behind it may be lost, too.
    var worstDisturbance: Double {
        (isLossy ? 4 * retransmission : 0) + jitter.largest
    }
}
