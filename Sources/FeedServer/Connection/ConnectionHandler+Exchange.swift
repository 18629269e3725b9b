import Host
import Measurement
import NIOCore
import Transports

// How a connection's exchange goes on.
extension ConnectionHandler {
    func begin(_ exchange: consuming Exchange) {
        self.exchange = exchange
        life.exchangeBegan()
        if let actions = self.exchange?.subscriber.opened(loop.window, at: MonotonicClock.now()) { perform(actions) }
        catchUp()
    }

    /// - Returns: Whether the exchange took any of the bytes.
    func giveToExchange() -> Bool {
        let before = reader.bytes.readableBytes
        guard let actions = exchange?.subscriber.received(&reader.bytes, window: loop.window) else { return false }
        perform(actions)
        return reader.bytes.readableBytes < before
    }

    // A batch has a limit, so a client far behind takes several.
    func catchUp() {
        while let context, context.channel.isWritable,
            let actions = exchange?.subscriber.itemPublished(loop.window), actions != .none
        {
            perform(actions)
        }
    }

    func perform(_ actions: SubscriberActions) {
        let closing = exchange?.closing == true || actions.then == .close
        if let first = actions.first { write(first, closing: closing) }
        if let second = actions.second { write(second, closing: closing) }
        if actions.first != nil { context?.flush() }
        loop.counters.add(actions)
        switch actions.then {
        case .stay:
            if context != nil, waitingIndex == nil || actions.wakeAt != nil {
                loop.startWaiting(self, wakeAt: actions.wakeAt)
            }
        case .nextRequest:
            endExchange()
            carryOut(life.responseWritten(closing: closing || loop.isStopping, at: MonotonicClock.now()))
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
    }

    private func write(_ write: SubscriberActions.Write, closing: Bool) {
        if let bytes = exchange?.bytes(of: write, closing: closing, on: loop) { self.write(bytes) }
    }
}
