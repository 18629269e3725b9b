import Measurement

/// What a simulated network does to each TCP connection between a client and the server.
///
/// Each connection has its own line, as a client at home or on a phone has: bandwidth is not shared between
/// connections. ``LinkModel`` has the rules.
package struct LinkSettings: Sendable, Hashable, Codable {
    /// From the client to the server.
    package var up: LinkDirectionSettings
    /// From the server to the client.
    package var down: LinkDirectionSettings
    /// Whether a direction starts with a window of 10 segments that grows per round trip (RFC 5681, RFC 6928).
    package var slowStart: Bool
    /// Both directions pass nothing during these times, counted from the link's start.
    package var stalls: [LinkStall]
    /// Mean time from the set-up of a connection to its reset, exponentially distributed; `nil` resets none.
    package var meanTimeToReset: Duration?
    /// Mean time from the set-up of a connection until it passes nothing more and closes neither end (half-open),
    /// exponentially distributed; `nil` never.
    package var meanTimeToSilence: Duration?
    /// A proxy that holds responses back; `nil` for none. HTTP/1.1 without TLS only.
    package var buffering: ResponseBuffering?

    package init(
        up: LinkDirectionSettings = LinkDirectionSettings(), down: LinkDirectionSettings = LinkDirectionSettings(),
        slowStart: Bool = false, stalls: [LinkStall] = [], meanTimeToReset: Duration? = nil,
        meanTimeToSilence: Duration? = nil, buffering: ResponseBuffering? = nil
    ) {
        self.up = up
        self.down = down
        self.slowStart = slowStart
        self.stalls = stalls
        self.meanTimeToReset = meanTimeToReset
        self.meanTimeToSilence = meanTimeToSilence
        self.buffering = buffering
    }

    /// The round-trip time without jitter, queue and loss.
    package var roundTrip: Duration { up.delay + down.delay }
}

/// One direction of a simulated network.
package struct LinkDirectionSettings: Sendable, Hashable, Codable {
    /// Propagation delay. The bounds of this and of the other fields are ``LinkBounds``.
    package var delay: Duration
    /// See ``JitterDistribution``; `.zero` for none.
    package var jitter: Duration
    package var jitterDistribution: JitterDistribution
    /// Bytes of TCP payload pass at this rate, segment by segment; `nil` for no limit.
    package var bandwidth: BitRate?
    /// Maximum bytes that wait for the line or for the congestion window, at least one segment. The link reads no more
    /// of the sender's bytes then.
    package var queueBytes: Int
    /// Probability that a segment is lost; see ``SegmentLoss`` for what that costs.
    package var loss: Double

    package init(
        delay: Duration = .zero, jitter: Duration = .zero, jitterDistribution: JitterDistribution = .uniform,
        bandwidth: BitRate? = nil, queueBytes: Int = 64 << 10, loss: Double = 0
    ) {
        self.delay = delay
        self.jitter = jitter
        self.jitterDistribution = jitterDistribution
        self.bandwidth = bandwidth
        self.queueBytes = queueBytes
        self.loss = loss
    }
}

/// How jitter J changes the delay of a segment. The order of the segments stays, since they are one TCP stream, and no
/// delay is below 0.
package enum JitterDistribution: String, Sendable, Hashable, Codable, CaseIterable {
    /// Evenly distributed from -J to +J, as netem's default.
    case uniform
    /// Normally distributed with standard deviation J.
    case normal
    /// Added to the delay, exponentially distributed with mean J.
    case exponential
}

/// A time without any transfer.
package struct LinkStall: Sendable, Hashable, Codable {
    /// From the link's start.
    package var after: Duration
    package var duration: Duration

    package init(after: Duration, duration: Duration) {
        self.after = after
        self.duration = duration
    }
}

/// How a proxy holds back the bytes of a response.
package enum ResponseBuffering: Sendable, Hashable, Codable {
    /// Until this many bytes wait or the response ends.
    case bytes(Int)
    /// Until the response ends.
    case whole
}
