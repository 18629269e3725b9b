import Host
import NIOCore

/// Gives NIO its read buffers, one kept for each connection, and looks at what waits in the socket before each read.
///
/// NIO has no call of its own between "readable" and the read; it asks for the size of the buffer there.
///
/// `@unchecked Sendable` holds because NIO asks on the channel's event loop, where the client is too.
final class ArrivalAllocator: RecvByteBufferAllocator, @unchecked Sendable {
    /// The connection's socket; nothing is looked at before it is known.
    var socket: Int32 = -1
    private(set) var waiting: SocketArrival?

    func nextBufferSize() -> Int? {
        waiting = socket < 0 ? nil : SocketArrival.peek(socket, upTo: ArrivalReader.capacity)
        return ArrivalReader.capacity
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        allocator.buffer(capacity: ArrivalReader.capacity)
    }

    func record(actualReadBytes: Int) -> Bool {
        false
    }
}
