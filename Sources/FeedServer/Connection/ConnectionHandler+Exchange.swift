import HTTP
import Host
import Measurement
import NIOCore
import Transports

// How a connection's exchange goes on.
extension ConnectionHandler {
    /// - Throws: ``RequestFault`` (503) if the server has as many subscribers as it takes.
    func begin(_ exchange: consuming Exchange) throws(RequestFault) {
        if exchange.isSubscriber {
            guard loop.occupancy.takeSubscription() else {
                throw RequestFault(
                    .serviceUnavailable,
                    "the server serves its maximum of \(loop.occupancy.maximumSubscribers) subscribers")
            }
            isSubscriber = true
        }
        self.exchange = exchange
        life.exchangeBegan()
        if let actions = self.exchange?.subscriber.opened(feed.window, at: MonotonicClock.now()) { perform(actions) }
        catchUp()
    }

    /// - Returns: Whether the exchange took any of the bytes.
    func giveToExchange() -> Bool {
        let before = reader.bytes.readableBytes
        guard let actions = exchange?.subscriber.received(&reader.bytes, window: feed.window) else { return false }
        perform(actions)
        return reader.bytes.readableBytes < before
    }

    // MARK: Work for this client alone

    /// - Returns: Whether the exchange's work has to wait, and with it the bytes that came for it.
    func defersWork() -> Bool {
        guard exchange?.isEcho == true, hasWorkLeft || loop.mustAwaitTurn else { return false }
        hasWorkLeft = true
        awaitTurn()
        return true
    }

    private func awaitTurn() {
        adjustReading()
        // A peer that does not read gets its turn once it does.
        guard !isAwaitingTurn, let context, context.channel.isWritable else { return }
        isAwaitingTurn = true
        loop.awaitTurn(self)
    }

    /// The loop has let others do theirs. The work of a connection that is gone is gone with its exchange.
    func turnCame() {
        isAwaitingTurn = false
        guard context != nil, exchange != nil else { return }
        hasWorkLeft = false
        if let actions = exchange?.subscriber.resumed() { perform(actions) }
        if hasWorkLeft { return }
        adjustReading()
        process()
    }

    func writabilityChanged() {
        adjustReading()
        if hasWorkLeft { awaitTurn() }
    }

    // Stop reading from a client that does not drain our writes: its echoes would pile up.
    private func adjustReading() {
        guard let context else { return }
        let reads = context.channel.isWritable && !hasWorkLeft
        _ = context.channel.setOption(.autoRead, value: reads)
        // Unlike a socket's, a stream's channel does not read because `autoRead` is set again.
        if reads, isStream { context.read() }
    }

    // A batch has a limit, so a client far behind takes several.
    func catchUp() {
        while let context, context.channel.isWritable,
            let actions = exchange?.subscriber.itemPublished(feed.window), actions != .none
        {
            perform(actions)
        }
    }

    func perform(_ actions: SubscriberActions) {
        guard let output = exchange?.output(of: actions, from: feed) else { return }
        if let bytes = output.first { write(bytes) }
        if let bytes = output.second { write(bytes) }
        if output.first != nil { context?.flush() }
        if actions.workBytes > 0 { loop.worked(actions.workBytes) }
        if actions.hasMoreWork {
            hasWorkLeft = true
            awaitTurn()
        }
        switch actions.then {
        case .stay:
            if context != nil, waitingIndex == nil || actions.wakeAt != nil {
                loop.startWaiting(self, wakeAt: actions.wakeAt)
            }
        case .nextRequest:
            endExchange()
            responseWritten(closing: output.closing)
        case .close:
            carryOut(life.close(at: MonotonicClock.now()))
        case .awaitPeer:
            life.peerAwaited(at: MonotonicClock.now())
        case .abandonPeer:
            endExchange()
            life.ended()
            closeNow()
        }
    }

    func endExchange() {
        loop.stopWaiting(self)
        exchange = nil
        if isSubscriber {
            isSubscriber = false
            loop.occupancy.leaveSubscription()
        }
    }

    /// `closing`: the connection ends after the response. A stream of HTTP/2 always does.
    func responseWritten(closing: Bool, unreadBodyBytes: Int = 0) {
        carryOut(
            life.responseWritten(
                closing: closing || isStream || loop.isStopping, unreadBodyBytes: unreadBodyBytes,
                at: MonotonicClock.now()))
    }
}
