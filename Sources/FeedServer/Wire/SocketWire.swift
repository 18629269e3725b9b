import CLinux
import ConnectionEnds
import Glibc
import Host
import NIOCore
import WireAccounting

/// A plain TCP connection, without a channel of SwiftNIO: one system call per read and per write.
final class SocketWire: Wire, WatchedSocket {
    /// -1 once it is closed.
    private(set) var socket: Int32
    var user: any WireUser

    private let loop: SocketLoop
    private let port: ServedPort
    private var output = SocketOutput(high: 256 << 10, low: 64 << 10)
    // What earlier readings of the counters have found.
    private var peer = PeerEnd()
    private var reads = true
    private var inputHasEnded = false
    // What to do once everything is written.
    private var then = End.stay
    private var outputHasEnded = false
    // Whether a write has shown that the connection is gone.
    private var isBroken = false

    private enum End { case stay, closeOutput, close }

    /// Serves a socket that the port has admitted, from now on.
    init(_ socket: Int32, of port: ServedPort, on loop: SocketLoop, for user: any WireUser) {
        self.socket = socket
        self.port = port
        self.loop = loop
        self.user = user
        loop.watch(self, once: true)
    }

    // MARK: Reading

    func ready(_ events: UInt32) {
        if events & EPOLLOUT.rawValue != 0 { writeOn() }
        if events & ~EPOLLOUT.rawValue != 0, socket >= 0 { read(events) }
    }

    private func read(_ events: UInt32) {
        // The kernel reports an error although nothing more is read: a reset.
        if inputHasEnded { return user.broke() }
        let count = readOnce()
        guard socket >= 0, SocketLoop.hasMore(events, after: count) else { return }
        // Other connections first.
        loop.assumeIsolatedUnsafeUnchecked().execute {
            if self.socket >= 0, self.mayRead { self.read(events) }
        }
    }

    private func readOnce() -> Int {
        let count = loop.read(socket)
        if count > 0 {
            user.received(loop.bytesRead)
            user.readComplete()
        } else if count == 0 {
            inputHasEnded = true
            user.inputEnded()
            closeIfBothHaveEnded()
            // Unless it is closed by now, as usual.
            watch()
        } else if errno != EAGAIN, errno != EINTR {
            user.broke()
        }
        return count
    }

    func setReading(_ isOn: Bool) {
        if reads == isOn { return }
        reads = isOn
        watch()
    }

    private var mayRead: Bool { reads && !inputHasEnded && output.isWritable }

    // Errors are reported in any case.
    private func watch() {
        if socket >= 0 { loop.watch(self, reads: mayRead, writes: !output.isEmpty, once: true) }
    }

    // MARK: Writing

    var isWritable: Bool { output.isWritable && socket >= 0 }

    var unwrittenBytes: Int { output.waitingBytes }

    var clearSocket: Int32? {
        socket >= 0 && output.isEmpty && !isBroken && then == .stay ? socket : nil
    }

    func send(_ bytes: ByteBuffer) {
        guard socket >= 0, !isBroken, then == .stay else { return }
        let (waited, wasWritable) = (!output.isEmpty, output.isWritable)
        switch output.send(bytes, to: socket) {
        case .done: break
        case .waits: if !waited || output.isWritable != wasWritable { watch() }
        case .failed: breaks()
        }
    }

    private func breaks() {
        isBroken = true
        // Not within the user's call.
        loop.assumeIsolatedUnsafeUnchecked().execute {
            if self.socket >= 0 { self.user.broke() }
        }
    }

    private func writeOn() {
        let wasWritable = output.isWritable
        switch output.sendWaiting(to: socket) {
        case .failed: return breaks()
        case .waits: if output.isWritable != wasWritable { watch() }
        case .done:
            carryOutEnd()
            // Unless it is closed by now.
            watch()
        }
        if !wasWritable, output.isWritable, socket >= 0 { user.writabilityChanged() }
    }

    // MARK: The end

    func closeOutput() {
        end(.closeOutput)
    }

    func closeOnceWritten() {
        end(.close)
    }

    private func end(_ wanted: End) {
        guard socket >= 0, then == .stay else { return }
        then = wanted
        if output.isEmpty { carryOutEnd() }
    }

    private func carryOutEnd() {
        switch then {
        case .stay: break
        case .close: closeNow(isOrderly: true)
        case .closeOutput:
            if outputHasEnded || isBroken { return }
            outputHasEnded = true
            Descriptor.endOutput(of: socket)
            user.outputEnded()
            closeIfBothHaveEnded()
        }
    }

    private func closeIfBothHaveEnded() {
        if inputHasEnded, outputHasEnded { closeNow(isOrderly: true) }
    }

    func closeNow(isOrderly: Bool) {
        guard socket >= 0 else { return }
        let count = user.isCounted ? count(isOrderly: isOrderly) : nil
        loop.forget(self)
        Descriptor.close(socket)
        socket = -1
        port.leave()
        user.ended(count)
    }

    func countNow() -> KernelCount? { socket >= 0 ? count(isOrderly: true) : nil }

    private func count(isOrderly: Bool) -> KernelCount? {
        SocketCounters.read(socket, at: .server, closedOrderly: isOrderly, peer: &peer)
    }
}
