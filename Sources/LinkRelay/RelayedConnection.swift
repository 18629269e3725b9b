import CLinux
import Glibc
import Host
import Link
import Measurement
import WireAccounting

/// One connection of a client and the one to the server that belongs to it.
final class RelayedConnection {
    let slot: Int
    /// From 0, in the order of the clients.
    let number: UInt64

    private static let events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    // Bytes of one direction per turn, so that one connection does not delay the others.
    private static let turnBytes = 1 << 20

    private unowned let loop: RelayLoop
    // Those of the loop when the client connected.
    private let settings: LinkSettings
    private let client: RelayEnd
    private let server = RelayEnd()
    private let up: RelayLane
    private let down: RelayLane
    private var model: LinkModel
    private var hasTurn = false
    private var isSilent = false
    private var hasEnded = false

    init(_ client: Int32, loop: RelayLoop, slot: Int, number: UInt64) {
        self.loop = loop
        settings = loop.plan.settings
        self.slot = slot
        self.number = number
        self.client = RelayEnd(accepted: client)
        up = RelayLane(.up, from: self.client, to: server)
        down = RelayLane(.down, from: server, to: self.client)
        model = LinkModel(
            settings, seed: loop.plan.seed, connection: number, acceptedAt: MonotonicClock.now(),
            stallsFrom: loop.stallOrigin)
    }

    func start() {
        if settings.up.bandwidth != nil { RelaySocket.limit(client.socket) }
        loop.register(client.socket, Self.events, tag: RelayTag(self, .client).value)
        takeTurn()
    }

    func countStalls(from origin: MonotonicInstant) {
        model.beginStalls(settings.stalls, at: origin)
        takeTurn()
    }

    func eventCame(_ events: UInt32, on side: RelayTag.Side) {
        (side == .client ? client : server).eventCame(events)
        takeTurn()
    }

    func takeTurn() {
        if hasTurn { return }
        hasTurn = true
        loop.wantsTurn(self)
    }

    /// Does everything that is due: connects, reads, writes, ends.
    func act() {
        hasTurn = false
        if hasEnded { return }
        model.advance(to: MonotonicClock.now())
        connect()
        up.read(into: &model, by: loop.readBuffer, budget: Self.turnBytes)
        down.read(into: &model, by: loop.readBuffer, budget: Self.turnBytes)
        reportEnds()
        model.advance(to: MonotonicClock.now())
        loop.report.bytesUp += pass(up)
        loop.report.bytesDown += pass(down)
        // A write may have shown a reset.
        reportEnds()
        conclude()
        if hasEnded { return }
        loop.setDeadline(slot, to: nextDeadline)
        if up.canRead(model) || down.canRead(model) { takeTurn() }
    }

    private var nextDeadline: MonotonicInstant? {
        guard server.socket < 0, !isSilent, !server.hasFailed else { return model.nextDeadline }
        return model.nextDeadline.map { min($0, model.connectAt) } ?? model.connectAt
    }

    // MARK: The connection to the server

    private func connect() {
        if server.isConnected || server.hasFailed || isSilent { return }
        if server.socket < 0 {
            guard MonotonicClock.now() >= model.connectAt else { return }
            let isLimited = settings.down.bandwidth != nil
            let socket = RelaySocket.make(for: loop.plan.targetAddress, isLimited: isLimited)
            guard socket >= 0 else { return refuse(errno) }
            RelaySocket.setSource(socket, likePeerOf: client.socket, to: loop.plan.targetAddress)
            server.beginsToConnect(socket)
            guard RelaySocket.beginConnect(socket, to: loop.plan.targetAddress) else { return refuse(errno) }
            loop.register(socket, Self.events, tag: RelayTag(self, .server).value)
        } else if let errorNumber = server.finishConnect(), errorNumber != 0 {
            refuse(errorNumber)
        }
    }

    private func refuse(_ errorNumber: Int32) {
        server.connectFailed()
        loop.report.refusals += 1
        loop.report.note("the target \(loop.plan.target.text) \(LinkRelayFault.text(ofConnect: errorNumber))")
    }

    // MARK: Bytes and ends

    private func reportEnds() {
        let now = MonotonicClock.now()
        if up.reportEnd(to: &model, at: now) { down.cut() }
        if down.reportEnd(to: &model, at: now) { up.cut() }
    }

    /// - Returns: The bytes that the target's kernel took.
    private func pass(_ lane: RelayLane) -> Int64 {
        let release = model.takeReleased(lane.direction)
        // A target that does not read, or is not connected yet, is not lateness of the relay.
        let isPrompt = lane.isPrompt
        let written = lane.write(release)
        if isPrompt, let due = release.due { loop.report.addedLatency.record(MonotonicClock.now() - due) }
        return Int64(written)
    }

    private func conclude() {
        switch model.state {
        case .open: break
        case .reset:
            loop.report.resets += 1
            return end(byReset: true)
        case .silent:
            if !isSilent { loop.report.silences += 1 }
            isSilent = true
            up.cut()
            down.cut()
            // Both ends have given up.
            if client.isOver, server.isOver || !server.isConnected { end(byReset: true) }
            return
        }
        if up.hasPassedReset || down.hasPassedReset || client.hasFailed && server.hasFailed {
            end(byReset: true)
        } else if up.isFinished, down.isFinished {
            end(byReset: false)
        }
    }

    /// The relay stops.
    func stop() {
        end(byReset: true)
    }

    private func end(byReset: Bool) {
        hasEnded = true
        if byReset {
            countSwallowed()
            client.reset()
            server.reset()
        } else {
            client.close()
            server.close()
        }
        loop.ended(self)
    }

    // What an orderly end leaves behind is nothing. Else the kernel's counters say what both ends have sent, even if
    // the relay has not read it, and what has reached them.
    private func countSwallowed() {
        let (fromClient, toClient) = client.payload(isServer: false)
        let (fromServer, toServer) = server.payload(isServer: true)
        loop.report.swallowedUp += max(0, fromClient - toServer)
        loop.report.swallowedDown += max(0, fromServer - toClient)
    }
}
