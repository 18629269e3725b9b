import Feed
import HTTP
import Link
import LinkRelay
import Measurement
import NIOCore
import Scenario
import Synchronization
import Transports

/// Carries out what the page's controls ask for, on the publisher's event loop, and reports each new state.
final class ControlBoard: Sendable {
    private let initial: ControlState
    // Guards the current state, which every event loop reads.
    private let current: Mutex<ControlState>
    // The revision of the current state.
    private let currentRevision: Atomic<UInt64>
    private let publisher: FeedPublisher
    private let loops: [FeedLoop]
    private let lanes: LaneRegistry
    private let relays: [LinkRelay]

    init(
        _ initial: ControlState, publisher: FeedPublisher, loops: [FeedLoop], lanes: LaneRegistry, relays: [LinkRelay]
    ) {
        self.initial = initial
        current = Mutex(initial)
        currentRevision = Atomic(initial.revision)
        self.publisher = publisher
        self.loops = loops
        self.lanes = lanes
        self.relays = relays
    }

    var state: ControlState { current.withLock { $0 } }

    /// The revision of ``state``, which may already be newer.
    var revision: UInt64 { currentRevision.load(ordering: .relaxed) }

    /// Applies a change; the result is the new state.
    ///
    /// Fails with ``RequestFault`` (409) if the feed does not allow it; then nothing changes.
    func apply(_ change: ControlChange) -> EventLoopFuture<ControlState> {
        publisher.eventLoop.submit {
            if change.changesFeed { try self.requireAdjustableFeed() }
            return self.update { $0.apply(change) }
        }
    }

    /// Returns to the state at the start.
    func reset() -> EventLoopFuture<ControlState> {
        publisher.eventLoop.submit { self.update { $0.replace(with: self.initial) } }
    }

    /// Publishes one item now; the result is its sequence.
    ///
    /// Fails with ``RequestFault`` (409) if the feed does not allow it.
    func publish() -> EventLoopFuture<UInt64> {
        publisher.eventLoop.submit {
            try self.requireAdjustableFeed()
            guard let sequence = self.publisher.publishNow() else { throw Self.notAdjustable }
            return sequence
        }
    }

    /// - Parameter change: Returns whether it has changed anything.
    /// - Returns: The new state.
    private func update(_ change: (inout ControlState) -> Bool) -> ControlState {
        let before = state
        let isChanged = current.withLock { state in
            defer { currentRevision.store(state.revision, ordering: .relaxed) }
            return change(&state)
        }
        if isChanged { carryOut(from: before) }
        return state
    }

    private func requireAdjustableFeed() throws {
        if !publisher.isAdjustable { throw Self.notAdjustable }
    }

    private static let notAdjustable = RequestFault(
        .conflict, "the feed is not synthetic or has ended; only a running synthetic feed can be changed by the page")

    private func carryOut(from before: ControlState) {
        let now = state
        if (now.rate, now.payload) != (before.rate, before.payload) || now.paused != before.paused {
            publisher.change(
                payloadBytes: now.payload == before.payload ? nil : now.payload?.bytes,
                period: now.rate == before.rate ? nil : now.rate?.period, isPaused: now.paused)
        }
        lanes.compresses = now.compression
        if now.network != before.network {
            for relay in relays { relay.use(now.network?.settings ?? LinkSettings()) }
            // A network holds for new connections, and browsers use idle ones again.
            for loop in loops { loop.eventLoop.execute { loop.dropLanes() } }
        }
        for loop in loops { loop.eventLoop.execute { loop.controlsChanged() } }
    }
}
