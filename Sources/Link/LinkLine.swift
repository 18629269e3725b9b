import Measurement
import NIOCore

/// One direction of a connection: when each segment leaves and when it arrives.
///
/// Bytes become segments of at most 1,448 B, the payload of an Ethernet frame with TCP timestamps. A segment
///
/// 1. is sent when the congestion window allows, see ``CongestionWindow``;
/// 2. waits until the line is free, and occupies it for its bytes divided by the bandwidth;
/// 3. travels for the delay and its jitter, longer if it is lost (``SegmentLoss``);
/// 4. arrives not before the segments that were sent before it, since they are one TCP stream.
///
/// The receiver acknowledges each segment when it arrives (a real one often acknowledges every second), and the
/// acknowledgement takes the other direction's delay, without its jitter, queue and losses.
///
/// The future of a segment is decided when it is sent, so an advance that comes late changes nothing but its own time.
struct LinkLine: Sendable {
    /// What both directions share.
    struct Timing: Sendable {
        let roundTrip: Duration
        let slowStart: Bool
        let stalls: StallSchedule
    }

    private struct Segment {
        let bytes: Int32
        /// Whether it is acknowledged alone, not as a part of what waited behind a lost segment.
        let growsWindow: Bool
        let departure: MonotonicInstant
        let release: MonotonicInstant
    }

    static let segmentBytes = 1_448

    var stalls: StallSchedule
    private(set) var counts = LinkCounts()
    /// The end that ``takeReleased()`` has returned.
    private(set) var passedEnd: LinkEnd?

    /// Received and not released.
    private(set) var unreleased = 0

    private let queueBytes: Int
    private let acknowledgementNanoseconds: Int64
    private let delayNanoseconds: Int64
    private let serialisation: Serialisation
    private var jitter: JitterSource
    private var loss: SegmentLoss
    private var window: CongestionWindow

    /// Sent and not acknowledged. The first ``departedSegments`` have left the queue of the line; the first
    /// ``releasedSegments`` have arrived.
    private var segments = CircularBuffer<Segment>()
    private var departedSegments = 0
    private var releasedSegments = 0
    /// Retransmission timeouts of lost segments, in order, with the number of segments sent before.
    private var timeouts = CircularBuffer<(at: MonotonicInstant, segment: Int)>()
    /// A timeout of a segment before this one belongs to a loss that the window has reacted to (RFC 6582).
    private var recoveredSegment = 0
    /// Bytes that wait for the congestion window.
    private var unsentBytes = 0
    /// Bytes that wait for the window or for the line.
    private var waitingBytes = 0
    private var lineFree: MonotonicInstant
    private var lastRelease: MonotonicInstant
    /// When the last lost segment arrives. Segments that were there earlier are acknowledged together with it.
    private var holeFilled: MonotonicInstant
    private var hasEnded = false
    /// The end on its way; without a release instant as long as bytes wait for the window.
    private var end: (kind: LinkEnd, arrival: MonotonicInstant, release: MonotonicInstant?)?
    private var isCut = false
    private var released = LinkRelease()

    init(
        _ settings: LinkDirectionSettings, _ timing: Timing, opensAt: MonotonicInstant, jitter: SeededGenerator,
        loss: SeededGenerator
    ) {
        queueBytes = max(settings.queueBytes, Self.segmentBytes)
        delayNanoseconds = settings.delay.nanoseconds
        acknowledgementNanoseconds = max(timing.roundTrip - settings.delay, .zero).nanoseconds
        stalls = timing.stalls
        serialisation = Serialisation(settings.bandwidth)
        self.jitter = JitterSource(settings, jitter)
        self.loss = SegmentLoss(probability: settings.loss, roundTrip: timing.roundTrip, loss)
        window = CongestionWindow(slowStart: timing.slowStart)
        (lineFree, lastRelease, holeFilled) = (opensAt, opensAt, opensAt)
    }

    // MARK: Input

    /// - Parameters:
    ///   - bytes: Bytes that the driver has read.
    ///   - entering: Bytes that enter the line now: of these bytes, and of bytes that were held back before.
    ///   - instant: When they arrived.
    mutating func received(_ bytes: Int, entering: Int, at instant: MonotonicInstant) {
        unreleased += bytes
        guard !isCut, !hasEnded, entering > 0 else { return }
        unsentBytes += entering
        waitingBytes += entering
        send(at: instant)
        passDue(instant)
    }

    mutating func ended(_ kind: LinkEnd, at instant: MonotonicInstant) {
        guard !isCut else { return }
        hasEnded = true
        end = (kind, instant, nil)
        placeEnd()
    }

    /// Nothing more passes, except what has been released.
    mutating func cut() {
        isCut = true
        segments.removeAll()
        timeouts.removeAll()
        (departedSegments, releasedSegments, unsentBytes, waitingBytes) = (0, 0, 0, 0)
        end = nil
    }

    // MARK: Output

    /// Whole segments, so that the limit itself makes no small ones. A direction that is cut discards all it is given.
    var room: Int {
        (queueBytes - min(waitingBytes, queueBytes)) / Self.segmentBytes * Self.segmentBytes
    }

    var nextDeadline: MonotonicInstant? {
        var next = end?.release
        if releasedSegments < segments.count { next = earliest(next, segments[offset: releasedSegments].release) }
        if unsentBytes > 0 { next = earliest(next, nextWindowChange) }
        guard room == 0, departedSegments < segments.count else { return next }
        return earliest(next, segments[offset: departedSegments].departure)
    }

    mutating func advance(to now: MonotonicInstant) {
        passDue(now)
        while let instant = nextWindowChange, instant <= now {
            changeWindow(at: instant)
            send(at: instant)
            passDue(now)
        }
        if let end, let release = end.release, release <= now {
            released.end = end.kind
            self.end = nil
        }
    }

    mutating func takeReleased() -> LinkRelease {
        defer { released = LinkRelease() }
        if let end = released.end { passedEnd = end }
        unreleased -= released.bytes
        return released
    }

    private mutating func passDue(_ now: MonotonicInstant) {
        while departedSegments < segments.count, segments[offset: departedSegments].departure <= now {
            waitingBytes -= Int(segments[offset: departedSegments].bytes)
            departedSegments += 1
        }
        while releasedSegments < departedSegments, segments[offset: releasedSegments].release <= now {
            released.due = released.due ?? segments[offset: releasedSegments].release
            released.bytes += Int(segments[offset: releasedSegments].bytes)
            releasedSegments += 1
        }
    }

    // MARK: Sending

    private mutating func send(at instant: MonotonicInstant) {
        if unsentBytes > 0, instant > lineFree.after(loss.timeoutNanoseconds) { window.restart() }
        while unsentBytes > 0, segments.count < window.segments {
            let bytes = min(unsentBytes, Self.segmentBytes)
            unsentBytes -= bytes
            sendSegment(bytes, at: instant)
        }
        placeEnd()
    }

    private mutating func sendSegment(_ bytes: Int, at instant: MonotonicInstant) {
        let departure = stalls.resume(max(instant, lineFree))
        lineFree = departure.after(serialisation.nanoseconds(of: bytes))
        let losses = loss.losses()
        let arrival = lineFree.after(jitter.transitNanoseconds() + losses.delayNanoseconds)
        let release = stalls.resume(max(arrival, lastRelease))
        segments.append(
            Segment(
                bytes: Int32(bytes), growsWindow: arrival > holeFilled, departure: departure, release: release))
        counts.segments += 1
        lastRelease = release
        guard losses.count > 0 else { return }
        counts.lostSegments += 1
        counts.losses += losses.count
        holeFilled = release
        timeouts.append((lineFree.after(loss.timeoutNanoseconds), counts.segments))
    }

    /// The end follows the last byte; it waits for the line, and occupies it for no time.
    private mutating func placeEnd() {
        guard let waiting = end, waiting.release == nil, unsentBytes == 0 else { return }
        let departure = stalls.resume(max(waiting.arrival, lineFree))
        lastRelease = stalls.resume(max(lastRelease, departure.after(delayNanoseconds)))
        end = (waiting.kind, waiting.arrival, lastRelease)
    }

    // MARK: Congestion window

    private var nextAcknowledgement: MonotonicInstant? {
        segments.first.map { stalls.resume($0.release.after(acknowledgementNanoseconds)) }
    }

    private var nextWindowChange: MonotonicInstant? {
        earliest(nextAcknowledgement, timeouts.first?.at)
    }

    private mutating func changeWindow(at instant: MonotonicInstant) {
        if let timeout = timeouts.first, timeout.at <= instant {
            timeouts.removeFirst()
            guard timeout.segment > recoveredSegment else { return }
            recoveredSegment = counts.segments
            window.timedOut(inFlight: segments.count)
            return
        }
        let inFlight = segments.count
        let segment = segments.removeFirst()
        departedSegments -= 1
        releasedSegments -= 1
        if segment.growsWindow { window.acknowledged(inFlight: inFlight) }
    }
}

/// How long a segment occupies the line.
struct Serialisation: Sendable {
    private let bitsPerSecond: Int64?

    init(_ bandwidth: BitRate?) {
        bitsPerSecond = bandwidth.map { max(1, $0.bitsPerSecond) }
    }

    /// Rounded to the nearest nanosecond.
    func nanoseconds(of bytes: Int) -> Int64 {
        guard let bitsPerSecond else { return 0 }
        return (Int64(bytes) * 8_000_000_000 + bitsPerSecond / 2) / bitsPerSecond
    }
}
