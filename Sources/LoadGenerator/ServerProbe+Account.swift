import Host
import Measurement
import Transports

extension ServerProbe {
    /// What the plan's server says of its feed, asked once the window is over.
    ///
    /// Waits until everything due within the window is published, at most as long as clients may wait for it.
    package func account(_ plan: LoadPlan) async -> FeedAccount {
        guard let server = plan.server else { return .untold }
        let deadline = plan.times.windowEnd + plan.times.patience
        while true {
            guard let status = try? status() else { return .lost("the server stopped answering within the run") }
            if ServerIdentity(status) != server { return .lost("the server was restarted within the run") }
            // Of a clock that is not ours nothing can be said but what is there by now.
            if plan.epoch == nil { return .told(last: max(status.newest, plan.cursor), hasEnded: status.feedEnded) }
            if status.hasPublishedAll(dueBefore: plan.times.windowEnd) { return account(plan, status) }
            if MonotonicClock.now() >= deadline {
                return .lost("the server published late: items of the window were still missing at the end of the run")
            }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func account(_ plan: LoadPlan, _ status: ServerStatus) -> FeedAccount {
        guard let last = try? lastSequence(dueBefore: plan.times.windowEnd, from: plan.cursor, to: status.newest) else {
            return .lost("the server stopped answering within the run")
        }
        return .told(last: last, hasEnded: status.feedEnded && last >= status.newest)
    }

    // Backwards from the newest: few items, if any, are due later.
    private func lastSequence(
        dueBefore end: MonotonicInstant, from cursor: UInt64, to newest: UInt64
    ) throws -> UInt64 {
        var upper = newest
        var length: UInt64 = 64
        while upper > cursor {
            let first = max(cursor, upper > length ? upper - length : 0) + 1
            let entries = try schedulePage(from: first, to: upper)
            // What is remembered no more was due long ago.
            guard let oldest = entries.first?.sequence else { return upper }
            if let last = entries.last(where: { $0.dueNanoseconds < end.nanoseconds }) { return last.sequence }
            upper = oldest - 1
            length = min(length * 4, UInt64(PublicationSchedule.maximumEntries))
        }
        return cursor
    }
}

extension ServerStatus {
    /// Whether no item due before this instant is still to come.
    func hasPublishedAll(dueBefore instant: MonotonicInstant) -> Bool {
        guard let nextDueNanoseconds else { return true }
        return nextDueNanoseconds >= instant.nanoseconds
    }
}

/// What a server says of its feed once the window is over.
package enum FeedAccount: Equatable, Sendable {
    /// Everything due within the window is published; this is its last item.
    ///
    /// `hasEnded`: nothing follows that item, now or later.
    case told(last: UInt64, hasEnded: Bool)
    /// A third-party server, which told nothing at the start either.
    case untold
    /// The server told at the start and does not any more, for this reason; what clients should have is not known.
    case lost(String)
}
