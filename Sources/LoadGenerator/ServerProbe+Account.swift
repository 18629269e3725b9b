import Host
import Measurement
import Transports

extension ServerProbe {
    /// What the plan's server reports about its feed after the window.
    ///
    /// Waits until all items due within the window are published, at most as long as clients may wait for them.
    func account(_ plan: LoadPlan) async -> FeedAccount {
        guard let server = plan.server else { return .unknown }
        let deadline = plan.times.windowEnd + plan.times.patience
        let name = plan.publisherName
        while true {
            let isLate = MonotonicClock.now() >= deadline
            guard let status = try? status() else {
                // Another server of the stream may answer.
                if !server.sharesFeed || isLate { return .lost("\(name) stopped answering within the run") }
                try? await Task.sleep(for: .milliseconds(5))
                continue
            }
            if !ServerIdentity(status).hasFeed(of: server) { return .lost("\(name) was restarted within the run") }
            // Due times of another clock cannot be compared with the window, so the newest item now is the last.
            if plan.epoch == nil { return .known(last: max(status.newest, plan.cursor), hasEnded: status.feedEnded) }
            if hasPublishedAll(status, of: plan, isLate: isLate) { return account(plan, status) }
            if isLate {
                return .lost("\(name) published late: items of the window were still missing at the end of the run")
            }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Whether all items due within the window are published.
    private func hasPublishedAll(_ status: ServerStatus, of plan: LoadPlan, isLate: Bool) -> Bool {
        status.hasPublishedAll(dueBefore: plan.windowEndAtServer, isLate: isLate) {
            let newest = try? schedulePage(from: status.newest, to: status.newest).last
            return newest.map { MonotonicInstant(nanoseconds: $0.dueNanoseconds) }
        }
    }

    private func account(_ plan: LoadPlan, _ status: ServerStatus) -> FeedAccount {
        let end = plan.windowEndAtServer
        guard let last = try? lastSequence(dueBefore: end, from: plan.cursor, to: status.newest) else {
            return .lost("\(plan.publisherName) stopped answering within the run")
        }
        return .known(last: last, hasEnded: status.feedEnded && last >= status.newest)
    }

    // Searches backwards from the newest item: few items, if any, are due after the window.
    private func lastSequence(
        dueBefore end: MonotonicInstant, from cursor: UInt64, to newest: UInt64
    ) throws -> UInt64 {
        var upper = newest
        var length: UInt64 = 64
        while upper > cursor {
            let first = max(cursor, upper > length ? upper - length : 0) + 1
            let entries = try schedulePage(from: first, to: upper)
            // Items that the server no longer stores were due long ago.
            guard let oldest = entries.first?.sequence else { return upper }
            if let last = entries.last(where: { $0.dueNanoseconds < end.nanoseconds }) { return last.sequence }
            upper = oldest - 1
            length = min(length * 4, UInt64(PublicationSchedule.maximumEntries))
        }
        return cursor
    }
}

extension ServerStatus {
    /// Whether all items due before an instant are published.
    ///
    /// - Parameters:
    ///   - instant: By the server's clock.
    ///   - isLate: Whether it is too late to wait for a further item.
    ///   - newestDue: When the newest item was due; asked only if another program writes the items.
    /// - Returns: False if that is unknown.
    func hasPublishedAll(
        dueBefore instant: MonotonicInstant, isLate: Bool = false, newestDue: () -> MonotonicInstant? = { nil }
    ) -> Bool {
        if let isSourceConnected {
            // They come in the order of their due times. If the program has ended, only its silence shows that.
            return newestDue().map { $0 >= instant } ?? false || isSourceConnected && isLate
        }
        guard let nextDueNanoseconds else { return true }
        return nextDueNanoseconds >= instant.nanoseconds
    }
}

/// What a server reports about its feed after the window.
enum FeedAccount: Equatable, Sendable {
    /// All items due within the window are published; `last` is the last of them.
    ///
    /// `hasEnded`: no item follows it, now or later.
    case known(last: UInt64, hasEnded: Bool)
    /// A third-party server, which reported nothing at the start either.
    case unknown
    /// The server reported its feed at the start, but not after the window, for this reason; the expected items are not
    /// known.
    case lost(String)
}

extension LoadPlan {
    /// The name, in sentences, of the process that publishes the feed.
    package var publisherName: String { feedStatus == nil ? "the server" : "the feeder" }
}
