import Foundation
import Measurement
import Transports
import WireAccounting

/// TCP and IP headers of planned messages: IPv4 with timestamps, as on loopback.
///
/// Linux acknowledges a message with the next one of the other direction. If none follows within 40 ms
/// (`TCP_DELACK_MIN`, include/net/tcp.h), it sends a segment without data (RFC 9293 §3.8.6.3). So the number of these
/// follows from the times between a message and the next one back. A simulated network is between both ends: its
/// answers come a round trip later, too.
struct SegmentEstimate {
    /// IPv4 20, TCP 20, timestamps 12.
    static let headerBytes = 52.0
    /// SYN, ACK, FIN, ACK up; SYN-ACK, FIN, ACK down. SYN and SYN-ACK have 8 B more.
    static let connectionSegments = 7.0
    static let openingBytes = 16.0
    /// How long Linux waits for a message that can carry an acknowledgment.
    static let delayedAcknowledgment = 0.04

    let pacing: Pacing
    /// Whether it is an exchange that ends before the next one begins.
    let isMadeOfExchanges: Bool
    let feed: FeedForecast
    /// Exchanges per client and second.
    let requestRate: Double
    let roundTrip: Double
    /// MSS: largest TCP payload of a segment in bytes.
    let segmentBytes: Double
    /// Between a response and the client's next request.
    let pause: Double

    init(_ subject: PredictedCase, _ forecast: Forecast) {
        pacing = subject.type.pacing
        isMadeOfExchanges = subject.type.client.isMadeOfExchanges
        feed = subject.feed
        requestRate = forecast.requestRate.value
        roundTrip = subject.link.roundTrip
        segmentBytes = subject.link.segmentBytes
        pause = pacing == .serverHold ? subject.options[LongPolling.pause].seconds : 0
    }

    /// TCP/IP bytes of one client.
    ///
    /// - Parameters:
    ///   - counts: Messages of one client.
    ///   - bytes: Their TCP payload.
    /// - Returns: Bytes of the headers of all segments, both directions.
    func headers(of counts: MessageCounts, _ bytes: LayerBytes) -> Bounded {
        var segments = further(counts, bytes)
        if pacing == .feed || !isMadeOfExchanges {
            segments = segments + ends(counts)
            segments = segments + (pacing == .feed ? pushed : echoed) * counts.total(.item) + keepAlives(counts)
        } else {
            segments = segments + exchange * counts.total(.request)
        }
        let connections = counts.connections * (Self.connectionSegments * Self.headerBytes + Self.openingBytes)
        return segments * Self.headerBytes + Allowance.connectionHeaders.around(connections)
    }

    // MARK: Segments per message

    /// Segments of messages that are larger than one, beyond their first. A receiver acknowledges at least every second
    /// full segment (RFC 9293 §3.8.6.3); the kernel may join segments before it does.
    private func further(_ counts: MessageCounts, _ bytes: LayerBytes) -> Bounded {
        let data: Bounded
        if pacing == .feed {
            data = further(bytes.tcpPayload(.down), in: counts.total(.item) / feed.burst)
        } else if isMadeOfExchanges {
            // Empty answers fit into one segment.
            let answers = counts.total(.response)
            let all = max(1, answers + counts.total(.empty))
            data =
                further(bytes.tcpPayload(.down) - bytes[.httpHead, .down] * (1 - answers / all), in: answers)
                + further(bytes.tcpPayload(.up), in: counts.total(.request))
        } else {
            data =
                further(bytes.tcpPayload(.down), in: counts.total(.item))
                + further(bytes.tcpPayload(.up), in: counts.total(.item))
        }
        return data + Bounded(data.value / 2, low: 0, high: data.high)
    }

    private func further(_ bytes: Double, in messages: Double) -> Bounded {
        if messages <= 0 { return Bounded(0) }
        let own = (max(1, (bytes / messages / segmentBytes - 1e-9).rounded(.up)) - 1) * messages
        return Bounded(own, low: max(0, bytes / segmentBytes - messages), high: max(own, bytes / segmentBytes))
    }

    /// A pushed item: a client that sends nothing acknowledges what it reads at once (`tcp_cleanup_rbuf`,
    /// net/ipv4/tcp.c). Items that are due at the same time share a segment; so may items that follow closely.
    private var pushed: Bounded {
        let segments = 2 / feed.burst
        let isDense = feed.isPoisson || feed.period < Self.delayedAcknowledgment
        // Of a burst, each item may have its own.
        let allowed = (isDense ? Allowance.denseSegments : .segments).around(segments)
        return Bounded(segments, low: allowed.low, high: 2)
    }

    /// A message on a connection that is always open, and its echo.
    private var echoed: Bounded {
        let back = roundTrip.truncatingRemainder(dividingBy: feed.period)
        let own = acknowledgment(after: back) + acknowledgment(after: feed.period - back)
        return Allowance.segments.around(2) + own * (1 / feed.burst)
    }

    /// A request and its response.
    private var exchange: Bounded {
        guard requestRate > 0 else { return Bounded(3) }
        // The exchanges of a burst follow one another at once.
        let cycle = 1 / requestRate
        let rest = pacing == .messages ? (cycle - roundTrip) * feed.burst : cycle - roundTrip
        let acknowledgments: Bounded
        switch pacing {
        case .serverHold where feed.isPoisson:
            // The response comes after R, or with the first item after it.
            let late = roundTrip > Self.delayedAcknowledgment ? 1 : exp(-feed.rate * Self.delayedAcknowledgment)
            let allowed = Allowance.acknowledgments.around(late)
            acknowledgments = Bounded(late, low: allowed.low, high: min(1, allowed.high)) + acknowledgment(after: pause)
        case .serverHold: acknowledgments = acknowledgment(after: cycle - pause) + acknowledgment(after: pause)
        case .clientInterval, .messages, .feed:
            let share = pacing == .messages ? 1 / feed.burst : 1
            acknowledgments = acknowledgment(after: roundTrip) + acknowledgment(after: rest) * share
        }
        return Allowance.segments.around(2) + acknowledgments
    }

    /// Opening handshake or request of a stream, and its end.
    private func ends(_ counts: MessageCounts) -> Bounded {
        let answered = acknowledgment(after: roundTrip)
        let opening = (Bounded(3) + answered) * counts.connections
        // Close frames; the last chunk.
        let closing = (Bounded(2) + answered) * min(counts.total(.controlUp), counts.endings)
        return opening + closing + Bounded(counts.total(.lastChunk))
    }

    /// A comment and its acknowledgment; a Ping, its Pong, and an acknowledgment of this unless an item follows.
    private func keepAlives(_ counts: MessageCounts) -> Bounded {
        let short = counts.counts[MessageCounts.Key(.chunk, lengthDigits: 1)] ?? 0
        let comments = max(0, short - counts.total(.stream))
        let pings = max(0, counts.total(.controlUp) - counts.endings)
        return Bounded(2) * comments + Bounded(3, low: 2, high: 3) * pings
    }

    /// Whether a message is acknowledged by a segment without data, if the next message back comes after this time.
    private func acknowledgment(after wait: Double) -> Bounded {
        switch wait - Self.delayedAcknowledgment {
        case ..<(-Self.doubt): Allowance.acknowledgments.around(0)
        case Self.doubt...: Allowance.acknowledgments.around(1)
        default: Bounded(0.5, low: 0, high: 1)
        }
    }

    /// So close to the delay, processing and the kernel's timer decide.
    private static let doubt = 0.005
}
