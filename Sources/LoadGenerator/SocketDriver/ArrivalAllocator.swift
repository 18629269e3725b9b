import Host
import Measurement
import NIOCore

/// Allocates NIO's read buffers, and checks before each read which bytes wait in the socket.
///
/// NIO has no hook between "readable" and the read, except that it asks for the buffer size.
///
/// `@unchecked Sendable` is safe because NIO calls it on the channel's event loop, where the client runs too.
final class ArrivalAllocator: RecvByteBufferAllocator, @unchecked Sendable {
    /// The connection's socket; -1 before it is known.
    var socket: Int32 = -1
    /// Most bytes per read.
    var capacity = ArrivalReader.capacity
    private var arrivals = ArrivalReader()

    func nextBufferSize() -> Int? {
        arrivals.willRead(socket < 0 ? nil : SocketArrival.peek(socket, upTo: ArrivalReader.capacity))
        return capacity
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        allocator.buffer(capacity: capacity)
    }

    func record(actualReadBytes: Int) -> Bool {
        arrivals.read(actualReadBytes)
        return false
    }

    /// - Parameter now: The time after a read.
    /// - Returns: When the last of its bytes arrived.
    func stamp(at now: MonotonicInstant) -> MonotonicInstant {
        arrivals.stamp(at: now)
    }
}
