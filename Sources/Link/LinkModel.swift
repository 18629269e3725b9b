import Measurement
import WireAccounting

/// What a simulated network does to one TCP connection: how many bytes reach the other side, and when.
///
/// A driver relays between a client and the server and keeps the bytes, one queue per direction. It reports what it
/// reads with the instant of arrival, asks for ``nextDeadline``, calls ``advance(to:)`` then, and writes what
/// ``takeReleased(_:)`` returns. Instants must not decrease within a direction.
///
/// **Set-up.** The driver's `accept` is instant on loopback, so the model adds what a network would cost: SYN and
/// SYN-ACK travel before the client's first byte does, and the server sees the connection when the SYN arrives
/// (``connectAt``) and may send when the client's ACK arrives. These three segments are neither lost nor jittered.
///
/// **Each direction** has its own line, see ``LinkLine``.
///
/// **Faults.** The model's own reset ends both sides at once, and what is on its way is gone. In silence (half-open),
/// the link passes nothing more, neither bytes nor ends; the driver keeps reading and discards. A reset by one end
/// passes the link after the bytes before it, as an end does.
package struct LinkModel: Sendable {
    package enum State: Sendable, Equatable {
        case open
        /// The link passes nothing more and closes neither end.
        case silent
        /// Both ends must be reset now, after the bytes that ``takeReleased(_:)`` still returns.
        case reset
    }

    /// When the driver connects to the server.
    package let connectAt: MonotonicInstant
    package private(set) var state = State.open
    private var up: LinkLine
    private var down: LinkLine
    private var hold: ResponseHold?
    private let fault: (at: MonotonicInstant, state: State)?

    /// - Parameters:
    ///   - settings: The network.
    ///   - seed: The seed of the run; the same seed and connection give the same network.
    ///   - connection: The number of the connection, from 0.
    ///   - acceptedAt: When the client connected.
    ///   - stallsFrom: The instant from which stalls count; `nil` as long as it is unknown, see
    ///     ``beginStalls(_:at:)``.
    package init(
        _ settings: LinkSettings, seed: UInt64, connection: UInt64, acceptedAt: MonotonicInstant,
        stallsFrom: MonotonicInstant? = nil
    ) {
        let roundTrip = settings.roundTrip
        let timing = LinkLine.Timing(
            roundTrip: roundTrip, slowStart: settings.slowStart,
            stalls: StallSchedule(settings.stalls, from: stallsFrom))
        let random = LinkRandomness(seed: seed, connection: connection)
        connectAt = acceptedAt + settings.up.delay
        up = LinkLine(
            settings.up, timing, opensAt: acceptedAt + roundTrip, jitter: random[.upJitter], loss: random[.upLoss])
        down = LinkLine(
            settings.down, timing, opensAt: connectAt + roundTrip, jitter: random[.downJitter],
            loss: random[.downLoss])
        hold = settings.buffering.map { ResponseHold($0) }
        fault = Self.fault(settings, random, from: acceptedAt)
    }

    private static func fault(
        _ settings: LinkSettings, _ random: LinkRandomness, from start: MonotonicInstant
    ) -> (at: MonotonicInstant, state: State)? {
        let reset = settings.meanTimeToReset.map { start.after(random[.reset].exponential(mean: $0)) }
        let silence = settings.meanTimeToSilence.map { start.after(random[.silence].exponential(mean: $0)) }
        switch (reset, silence) {
        case (nil, nil): return nil
        case (let reset?, nil): return (reset, .reset)
        case (nil, let silence?): return (silence, .silent)
        case (let reset?, let silence?): return reset <= silence ? (reset, .reset) : (silence, .silent)
        }
    }

    // MARK: What the driver reports

    /// Bytes of a direction that have arrived; the driver keeps them.
    package mutating func received(
        _ bytes: UnsafeRawBufferPointer, _ direction: Direction, at instant: MonotonicInstant
    ) {
        advance(to: instant)
        switch direction {
        case .up: up.received(bytes.count, entering: bytes.count, at: instant)
        case .down: down.received(bytes.count, entering: hold?.take(bytes) ?? bytes.count, at: instant)
        }
    }

    /// The sender of this direction closed its half of the connection.
    package mutating func ended(_ direction: Direction, at instant: MonotonicInstant) {
        end(direction, .closed, at: instant)
    }

    /// The sender of this direction reset the connection, or the driver's connect to the server failed (`down`).
    ///
    /// Nothing more travels in the other direction.
    package mutating func wasReset(_ direction: Direction, at instant: MonotonicInstant) {
        end(direction, .reset, at: instant)
        switch direction {
        case .up: down.cut()
        case .down: up.cut()
        }
    }

    private mutating func end(_ direction: Direction, _ end: LinkEnd, at instant: MonotonicInstant) {
        advance(to: instant)
        switch direction {
        case .up: up.ended(end, at: instant)
        case .down:
            if let held = hold?.finish() { down.received(0, entering: held, at: instant) }
            down.ended(end, at: instant)
        }
    }

    /// Sets the instant from which stalls count, for what arrives from now on.
    package mutating func beginStalls(_ stalls: [LinkStall], at origin: MonotonicInstant) {
        let schedule = StallSchedule(stalls, from: origin)
        up.stalls = schedule
        down.stalls = schedule
    }

    // MARK: What the driver does

    /// The bytes of this direction that the driver may read now. After 0, the next call of ``advance(to:)`` that makes
    /// room is due at ``nextDeadline``.
    package func room(_ direction: Direction) -> Int { direction == .up ? up.room : down.room }

    /// When to call ``advance(to:)`` next; `nil` if only a report of the driver changes something.
    package var nextDeadline: MonotonicInstant? {
        guard state == .open else { return nil }
        return earliest(earliest(up.nextDeadline, down.nextDeadline), fault?.at)
    }

    /// Releases what is due.
    package mutating func advance(to now: MonotonicInstant) {
        guard state == .open else { return }
        let end = fault.map { min($0.at, now) } ?? now
        up.advance(to: end)
        down.advance(to: end)
        guard let fault, fault.at <= now else { return }
        state = fault.state
        up.cut()
        down.cut()
    }

    /// What the driver must write now: the next bytes of the direction, then its end.
    package mutating func takeReleased(_ direction: Direction) -> LinkRelease {
        switch direction {
        case .up: up.takeReleased()
        case .down: down.takeReleased()
        }
    }

    /// Whether both ends have passed the link, or a reset has.
    package var isFinished: Bool {
        up.passedEnd == .reset || down.passedEnd == .reset || (up.passedEnd != nil && down.passedEnd != nil)
    }

    /// Bytes received and not released. Once nothing more can be released, the link has swallowed them.
    package func unreleased(_ direction: Direction) -> Int {
        direction == .up ? up.unreleased : down.unreleased
    }

    /// What the direction has sent and lost.
    package func counts(_ direction: Direction) -> LinkCounts { direction == .up ? up.counts : down.counts }
}

/// The end of one direction.
package enum LinkEnd: Sendable, Equatable {
    /// The sender closed its half: close this half towards the receiver (`shutdown`).
    case closed
    /// The sender reset the connection: reset it towards the receiver.
    case reset
}

/// What has reached the end of the link.
package struct LinkRelease: Sendable, Equatable {
    /// Bytes from the front of the direction's queue.
    package var bytes = 0
    /// When the first of the bytes was due; `nil` without bytes. The driver's lateness counts from it.
    package var due: MonotonicInstant?
    /// What follows the bytes.
    package var end: LinkEnd?
}

/// What one direction did.
package struct LinkCounts: Sendable, Equatable {
    package var segments = 0
    /// Segments that were lost at least once.
    package var lostSegments = 0
    /// Losses, including those of retransmissions.
    package var losses = 0
}
