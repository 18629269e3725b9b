import Feed
import Host
import NIOCore
import Transports

/// Delivery to connections that have every item: the same bytes to each socket.
extension FeedLoop {
    /// Delivers the new items to all live groups.
    func deliverLive() {
        for group in live.all.indices where !live.all[group].members.isEmpty { deliver(to: group) }
    }

    private func deliver(to index: Int) {
        let group = live.all[index]
        if group.cursor == feed.window.newest { return }
        // A feed that is too fast for one message, or that skipped items, is delivered to each by itself.
        let all = FeedMessage(allOf: feed.window, after: group.cursor, settings: configuration.settings)
        guard let message = all, let items = message.items else { return dissolve(index) }
        let bytes = feed.bytes(
            of: message, by: group.transport, variant: group.form.variant, closing: group.form.closing)
        live.advance(index, to: feed.window.newest)
        var stalled: [(connection: ConnectionHandler, taken: Int)] = []
        bytes.withUnsafeReadableBytes { bytes in
            for member in group.members {
                let taken = Descriptor.send(bytes, to: member.socket) ?? 0
                feed.handedOver(items, by: group.form.number, isHistory: false)
                if taken < bytes.count { stalled.append((member.connection, taken)) }
            }
        }
        feed.counters.deliveries += UInt64(group.members.count)
        for (connection, taken) in stalled { connection.sendRest(of: bytes, after: taken) }
    }

    /// The members are asked one by one from now on.
    func dissolveLive() {
        for group in live.all.indices { dissolve(group) }
    }

    private func dissolve(_ index: Int) {
        for member in live.all[index].members { member.connection.leaveLive() }
    }
}

/// A connection's membership of a live group.
extension ConnectionHandler {
    /// Joins a group if it has every item, and nothing else to do or to write.
    func joinLive() {
        guard waitingIndex != nil, livePlace == nil, tap == nil, !hasWorkLeft, loop.deliversLive,
            let cursor = exchange?.subscriber.liveCursor, cursor == feed.window.newest,
            let socket = wire?.clearSocket, let (form, transport) = exchange?.liveForm,
            loop.live.add(self, socket: socket, form, transport, cursor: cursor)
        else { return }
        loop.stopAsking(self)
    }

    /// Leaves its group; must be called before anything else happens to the connection.
    func leaveLive() {
        guard let cursor = loop.live.remove(self) else { return }
        exchange?.subscriber.delivered(through: cursor)
        loop.ask(self)
    }

    /// The socket has taken only the first bytes of what its group got.
    fileprivate func sendRest(of bytes: ByteBuffer, after taken: Int) {
        leaveLive()
        var rest = bytes
        rest.moveReaderIndex(forwardBy: taken)
        wire?.send(rest)
    }
}
