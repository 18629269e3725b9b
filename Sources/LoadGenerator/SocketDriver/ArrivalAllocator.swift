import Host
import Measurement
import NIOCore

/// Gives NIO its read buffers, one kept for each connection, and looks at what waits in the socket before each read.
///
/// NIO has no call of its own between "readable" and the read; it asks for the size of the buffer there.
///
/// `@unchecked Sendable` holds because NIO asks on the channel's event loop, where the client is too.
final class ArrivalAllocator: RecvByteBufferAllocator, @unchecked Sendable {
    /// The connection's socket; nothing is looked at before it is known.
    var socket: Int32 = -1
    private var arrivals = ArrivalReader()

    func nextBufferSize() -> Int? {
        arrivals.willRead(socket < 0 ? nil : SocketArrival.peek(socket, upTo: ArrivalReader.capacity))
        return ArrivalReader.capacity
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        allocator.buffer(capacity: ArrivalReader.capacity)
    }

    func record(actualReadBytes: Int) -> Bool {
        arrivals.read(actualReadBytes)
        return false
    }

    /// - Parameter now: After a read.
    /// - Returns: When the last of its bytes arrived.
    func stamp(at now: MonotonicInstant) -> MonotonicInstant {
        arrivals.stamp(at: now)
    }
}
