import Feed
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
        // The exchange may keep them.
        reader.keepOwnBytes()
        let before = reader.bytes.readableBytes
        guard let actions = exchange?.subscriber.received(&reader.bytes, window: feed.window) else { return false }
        perform(actions)
        noticeMessageLimit()
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

    func awaitTurn() {
        adjustReading()
        // A peer that does not read gets its turn when the wire is writable again.
        guard !isAwaitingTurn, isWritable else { return }
        isAwaitingTurn = true
        loop.awaitTurn(self)
    }

    /// The loop has served other connections. A closed connection has no exchange, so its work is dropped.
    func turnCame() {
        isAwaitingTurn = false
        guard isOpen, exchange != nil else { return }
        hasWorkLeft = false
        if let actions = exchange?.subscriber.resumed() { perform(actions) }
        if hasWorkLeft { return }
        adjustReading()
        process()
    }

    // Stop reading from a client that does not drain our writes: its echoes would pile up.
    func adjustReading() {
        setReading(isWritable && !hasWorkLeft && !life.mustAnswerFirst(reader.bytes.readableBytes))
    }

    // The size of a batch is limited, so a client far behind needs several.
    func catchUp() {
        while isWritable, let actions = exchange?.subscriber.itemPublished(feed.window), !actions.areNone {
            let last = Exchange.items(of: actions)?.upperBound
            perform(actions)
            if last == feed.window.newest { return }
        }
    }

    func perform(_ actions: SubscriberActions) {
        // Read first: a stream may end with its last bytes, and its exchange with it.
        let (number, isHistory) = (exchange?.number, exchange?.sendsHistory ?? false)
        guard let output = exchange?.output(of: actions, from: feed) else { return }
        if let bytes = output.first {
            deliver(bytes, output.second, with: output.items, by: number, isHistory: isHistory)
        }
        if actions.workBytes > 0 { loop.worked(actions.workBytes) }
        if actions.hasMoreWork {
            hasWorkLeft = true
            awaitTurn()
        }
        switch actions.then {
        case .stay:
            if waitingIndex == nil || actions.wakeAt != nil, isOpen {
                loop.startWaiting(self, wakeAt: actions.wakeAt)
            }
        case .nextRequest:
            endExchange()
            responseWritten(closing: output.closing)
        case .close:
            carryOut(life.close(at: MonotonicClock.now()))
        case .awaitPeer:
            life.peerAwaited(at: MonotonicClock.now())
            limitsChanged()
        case .abandonPeer:
            endExchange()
            life.ended()
            closeNow()
        }
    }

    /// Sends bytes that carry these items, or none.
    func deliver(
        _ bytes: ByteBuffer, _ more: ByteBuffer? = nil, with items: ClosedRange<UInt64>?, by number: Int?,
        isHistory: Bool
    ) {
        guard let items else { return send(bytes, more) }
        loop.spendDelay(on: items.count)
        send(bytes, more)
        guard let number else { return }
        feed.handedOver(items, by: number, isHistory: isHistory)
        tap?.itemsSent(items.count, stream: stream?.number)
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
        limitsChanged()
    }
}
