import Feed
import Host
import Measurement
import NIOCore

/// New items, and the connections that wait for them.
extension FeedLoop {
    private static let endOfFeedDelay = TimeAmount.seconds(1)

    /// Appends new items and delivers them to the waiting connections: now, or after a pause for the loop's sockets.
    ///
    /// - Parameters:
    ///   - items: The items.
    ///   - start: When the loop began to work on them.
    func publish(_ items: [FeedItem], since start: MonotonicInstant) {
        eventLoop.preconditionInEventLoop()
        feed.append(items)
        if hasDeferredDelivery { return }
        let now = MonotonicClock.now()
        if publicationRun.mustPause(start, at: now) { return deferDelivery() }
        deliver(from: now)
    }

    private func deliver(from now: MonotonicInstant) {
        notifyWaiting()
        publicationRun.delivered(from: now, until: MonotonicClock.now())
    }

    private func deferDelivery() {
        hasDeferredDelivery = true
        eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: TimeAmount(PublicationRun.pause)) {
            self.deliverDeferred()
        }
    }

    /// Delivers what ``publish(_:since:)`` has left for later.
    func deliverDeferred() {
        if !hasDeferredDelivery { return }
        hasDeferredDelivery = false
        let now = MonotonicClock.now()
        publicationRun.paused(until: now)
        deliver(from: now)
    }

    /// No further item comes, and the feed ends at this instant. Responses that wait for more items end a little later:
    /// a client that detects the end of the feed from the items has left by then.
    func feedEnded(at end: MonotonicInstant) {
        eventLoop.preconditionInEventLoop()
        let rest = max(.zero, end - MonotonicClock.now())
        eventLoop.scheduleTask(in: .nanoseconds(rest.nanoseconds) + Self.endOfFeedDelay) {
            self.feed.complete()
            self.dissolveLive()
            self.notifyWaiting()
        }
    }

    /// The state of the page's controls has changed.
    func controlsChanged() {
        eventLoop.preconditionInEventLoop()
        notifyWaiting()
    }

    private func notifyWaiting() {
        deliverLive()
        // Backwards: an exchange that ends removes itself, and the last one moves into its place.
        var index = waiting.members.count - 1
        while index >= 0 {
            if index < waiting.members.count { waiting.members[index].itemPublished() }
            index -= 1
        }
        for connection in Array(http2Connections.values) { connection.itemPublished() }
    }
}
