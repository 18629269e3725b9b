import HTTP
import Host
import Measurement
import NIOCore
import Transports

// The progress of a connection's exchange.
extension ConnectionHandler {
    /// - Throws: ``RequestFault`` (503) if the server already has its maximum of subscribers.
    func begin(_ exchange: consuming Exchange) throws(RequestFault) {
        if exchange.isSubscriber {
            guard loop.occupancy.takeSubscription() else {
                throw RequestFault(
                    .serviceUnavailable,
                    "the server has reached its maximum of \(loop.occupancy.maximumSubscribers) subscribers")
            }
            isSubscriber = true
        }
        self.exchange = exchange
        life.exchangeBegan()
        if let actions = self.exchange?.subscriber.opened(feed.window, at: MonotonicClock.now()) { perform(actions) }
        catchUp()
        self.exchange?.sendsHistory = false
    }

    /// - Returns: Whether the exchange consumed any bytes.
    func giveToExchange() -> Bool {
        let before = reader.bytes.readableBytes
        guard let actions = exchange?.subscriber.received(&reader.bytes, window: feed.window) else { return false }
        perform(actions)
        return reader.bytes.readableBytes < before
    }

    // MARK: Work for this client only

    /// - Returns: Whether the exchange's work must wait; its received bytes then wait too.
    func defersWork() -> Bool {
        guard exchange?.isEcho == true, hasWorkLeft || loop.mustAwaitTurn else { return false }
        hasWorkLeft = true
        awaitTurn()
        return true
    }

    private func awaitTurn() {
        adjustReading()
        // A peer that does not read gets its turn when the channel is writable again.
        guard !isAwaitingTurn, let context, context.channel.isWritable else { return }
        isAwaitingTurn = true
        loop.awaitTurn(self)
    }

    /// The loop has served other connections. A closed connection has no exchange, so its work is dropped.
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
        // A stream's channel, unlike a socket's, does not start to read when `autoRead` is set again.
        if reads, isStream { context.read() }
    }

    // The size of a batch is limited, so a client far behind needs several.
    func catchUp() {
        while let context, context.channel.isWritable,
            let actions = exchange?.subscriber.itemPublished(feed.window), actions != .none
        {
            perform(actions)
        }
    }

    func perform(_ actions: SubscriberActions) {
        // Read first: a stream may end with its last bytes, and its exchange with it.
        let (number, isHistory) = (exchange?.number, exchange?.sendsHistory ?? false)
        guard let output = exchange?.output(of: actions, from: feed) else { return }
        if let items = output.items { loop.spendDelay(on: items.count) }
        if let bytes = output.first { write(bytes) }
        if let bytes = output.second { write(bytes) }
        if output.first != nil { context?.flush() }
        if let items = output.items, let number {
            feed.handedOver(items, by: number, isHistory: isHistory)
            tap?.itemsSent(items.count, stream: stream?.number)
        }
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

    /// `closing`: whether the connection ends after the response; an HTTP/2 stream always does.
    func responseWritten(closing: Bool, unreadBodyBytes: Int = 0) {
        carryOut(
            life.responseWritten(
                closing: closing || isStream || loop.isStopping, unreadBodyBytes: unreadBodyBytes,
                at: MonotonicClock.now()))
    }
}
