import Host
import Link
import Measurement
import NIOCore
import WireAccounting

/// One direction of a relayed connection: the bytes between the read at one end and the write at the other.
final class RelayLane {
    /// Bytes that a direction holds at most, as much as a kernel's receive buffer by default (tcp(7), `tcp_rmem`).
    private static let mostBytes = 6 << 20
    /// An empty buffer above this size is given back.
    private static let keptBytes = 16 << 10

    let direction: Direction
    let source: RelayEnd
    let target: RelayEnd
    /// Nothing passes any more; what the source sends is read and discarded.
    private(set) var isCut = false
    /// The end was passed to the target.
    private(set) var isFinished = false
    /// A reset has passed the link.
    private(set) var hasPassedReset = false

    private var bytes = ByteBuffer()
    /// Bytes at the front that have left the link.
    private var releasedBytes = 0
    private var passesEnd = false
    private var lastArrival = MonotonicInstant(nanoseconds: 0)
    private var (isEndKnown, isResetKnown) = (false, false)

    init(_ direction: Direction, from source: RelayEnd, to target: RelayEnd) {
        self.direction = direction
        self.source = source
        self.target = target
    }

    /// Bytes that the next read may take.
    private func room(_ model: borrowing LinkModel) -> Int {
        min(model.room(direction), Self.mostBytes - bytes.readableBytes)
    }

    /// Whether a read may find more bytes.
    func canRead(_ model: borrowing LinkModel) -> Bool { source.mayRead && room(model) > 0 }

    /// Whether what leaves the link now can be written at once.
    var isPrompt: Bool { target.mayWrite && releasedBytes == 0 }

    /// Reads what the model has room for, about `budget` bytes at most.
    func read(into model: inout LinkModel, by buffer: UnsafeMutableRawBufferPointer, budget: Int) {
        var left = budget
        while left > 0, canRead(model) {
            let place = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(room(model), buffer.count)])
            let (count, arrival) = SocketArrival.read(source.socket, into: place)
            source.read(count, of: place.count)
            guard count > 0 else { continue }
            left -= count
            let read = UnsafeRawBufferPointer(rebasing: place[..<count])
            if !isCut { bytes.writeBytes(read) }
            lastArrival = max(lastArrival, arrival ?? MonotonicClock.now())
            model.received(read, direction, at: lastArrival)
        }
    }

    /// Reports the source's end to the model, once; a reset also after an end.
    ///
    /// - Returns: Whether the source was reset, so that nothing reaches it any more.
    func reportEnd(to model: inout LinkModel, at now: MonotonicInstant) -> Bool {
        guard source.isOver else { return false }
        if source.hasFailed {
            if isResetKnown { return false }
            isResetKnown = true
            model.wasReset(direction, at: max(lastArrival, now))
            return true
        }
        if !isEndKnown {
            isEndKnown = true
            model.ended(direction, at: max(lastArrival, now))
        }
        return false
    }

    /// Writes what has left the link, and then its end.
    ///
    /// - Returns: The bytes that the target's kernel took.
    func write(_ release: LinkRelease) -> Int {
        if release.end == .reset { hasPassedReset = true }
        if isCut { return 0 }
        releasedBytes += release.bytes
        if release.end == .closed { passesEnd = true }
        var written = 0
        while releasedBytes > 0, target.mayWrite {
            let count = bytes.withUnsafeReadableBytes {
                RelaySocket.send(UnsafeRawBufferPointer(rebasing: $0[..<releasedBytes]), to: target.socket)
            }
            guard count >= 0 else {
                target.writeFailed()
                continue
            }
            written += count
            releasedBytes -= count
            bytes.moveReaderIndex(forwardBy: count)
        }
        if written > 0 { giveBackMemory() }
        if passesEnd, releasedBytes == 0, !isFinished, target.isConnected {
            isFinished = true
            RelaySocket.sendEnd(to: target.socket)
        }
        return written
    }

    private func giveBackMemory() {
        if bytes.readableBytes > 0 {
            // Half of the buffer at least, so that no byte moves more than once on average.
            if bytes.readerIndex > bytes.capacity / 2 { bytes.discardReadBytes() }
        } else if bytes.capacity > Self.keptBytes {
            bytes = ByteBuffer()
        } else {
            bytes.clear()
        }
    }

    /// Discards what has not been written.
    func cut() {
        isCut = true
        bytes = ByteBuffer()
        (releasedBytes, passesEnd) = (0, false)
    }
}
